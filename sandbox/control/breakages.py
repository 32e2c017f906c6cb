"""What an administrator or time does to a deployed program's tenant, one name each, so that one can watch it healed.

The buttons of the page, the control API and `./run sandbox break` all use this table.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sandbox.core.http.faults import Fault, Faults
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.entra.synchronization.schema.put_rules import saved
from sandbox.greenlake.tokens import token_documents, token_life
from sandbox.greenlake.tokens.token_life import NoTokenError
from sandbox.provisioning import execution, quarantine
from sandbox.provisioning.mapping.expression import attribute
from sandbox.provisioning.mapping.rules import digest
from sandbox.provisioning.scim.refusals import INVALID_CREDENTIALS

UP = "`./run up --refresh`"
BASELINE = "schemaBeforeBreakage"  # a kind of document: what the mappings were, by job
_SLOW_S = 2.0
_TURNOVER = 5
_FOR_EVER = 1_000_000_000
_WRONG = "pasted-by-mistake"
_ADDED = (("title", "jobTitle"), ("preferredLanguage", "preferredLanguage"), ("externalId", "mailNickname"))


class NothingToBreakError(Exception):
    """There is nothing that could break in this way; one sentence with what is missing."""


@dataclass(frozen=True)
class Breakage:
    """One way to break a world: `label` is for its button, `sentence` what has happened, `heals` what repairs it."""

    label: str
    sentence: str
    effect: Callable[[World, Faults], None]
    heals: str = UP


def happen(name: str, world: World, faults: Faults) -> str:
    """Let a breakage of `TABLE` happen; return its sentence and what mends it. Raises NothingToBreakError."""
    breakage = TABLE[name]
    breakage.effect(world, faults)
    return f"{breakage.sentence} {breakage.heals} repairs it." if breakage.heals else breakage.sentence


def is_slow(faults: Faults, world: World) -> bool:
    """Return whether GreenLake was made slow."""
    return any(one["delay_s"] == _SLOW_S and one["times"] > _FOR_EVER // 2 for one in faults.remaining(world.name))


def _job(world: World) -> Document:
    found = next(iter(world.all("job")), None)
    if found is None:
        raise NothingToBreakError("There is no provisioning job yet: `./run up` makes it.")
    return found


def _pause(world: World, _: Faults) -> None:
    job = _job(world)
    if job["schedule"]["state"] != "Active":
        raise NothingToBreakError("Provisioning is stopped already.")
    schedule, status = job["schedule"] | {"state": "Disabled"}, job["status"] | {"code": "Paused"}
    world.put("job", job["id"], job | {"schedule": schedule, "status": status})


def _quarantine(world: World, _: Faults) -> None:
    """Write what a cycle with refused credentials writes, as if they had been put right just afterwards."""
    job = _job(world)
    if job["schedule"]["state"] != "Active":
        raise NothingToBreakError("Provisioning is stopped, and a stopped job does not get into quarantine.")
    now = world.now()
    error = execution.problem(INVALID_CREDENTIALS, "The application refused the credentials: 401 Unauthorized.")
    present, ladder = job["status"]["quarantine"], world.settings.quarantine_ladder_s
    imposed = quarantine.imposed(present, quarantine.CREDENTIALS, error, now, ladder)
    done = execution.execution(f"broken-{now.timestamp():.0f}", now, now, execution.Counts(), error)
    world.put("job", job["id"], execution.failed(job, done, imposed, now))


def _delete_token(world: World, _: Faults) -> None:
    before = token_documents.load(world)
    try:
        after = token_life.delete(before, world.now())
    except NoTokenError:
        raise NothingToBreakError("GreenLake has no live token.") from None
    token_documents.save(world, before, after)


def _expire_token(world: World, _: Faults) -> None:
    before, now = token_documents.load(world), world.now()
    if not token_life.live(before, now):
        raise NothingToBreakError("GreenLake has no live token.")
    after = tuple(replace(one, expires_at=now) if one.is_live(now) else one for one in before)
    token_documents.save(world, before, after)


def _overwrite_secret(world: World, _: Faults) -> None:
    principal: str = _job(world)["servicePrincipalId"]
    pairs: list[dict[str, str]] = (world.get("secrets", principal) or {"value": []})["value"]
    token = next((one["value"] for one in pairs if one["key"] == "SecretToken"), "")
    if token in ("", _WRONG):
        raise NothingToBreakError("Entra holds no token, or the wrong one already.")
    changed = [one | {"value": _WRONG} if one["key"] == "SecretToken" else one for one in pairs]
    world.put("secrets", principal, {"value": changed})


def _change_mapping(world: World, _: Faults) -> None:
    def change(mappings: list[Document]) -> list[Document]:
        wrong = attribute("mailNickname")
        mine = next((one for one in mappings if one["targetAttributeName"] == "displayName"), None)
        if mine is None or mine["source"] == wrong:
            raise NothingToBreakError("The mapping of displayName is changed already, or gone.")
        return [one | {"source": wrong} if one is mine else one for one in mappings]

    _edit_users(world, change)


def _add_mapping(world: World, _: Faults) -> None:
    def add(mappings: list[Document]) -> list[Document]:
        mapped = {one["targetAttributeName"] for one in mappings}
        free = next(((to, from_) for to, from_ in _ADDED if to not in mapped), None)
        if free is None:
            raise NothingToBreakError("Every attribute that this would map is mapped already.")
        return [*mappings, {"targetAttributeName": free[0], "source": attribute(free[1])}]

    _edit_users(world, add)


def _edit_users(world: World, edit: Callable[[list[Document]], list[Document]]) -> None:
    """Save the mapping of users anew, as the portal's mapping editor does, and keep what it was."""
    job = _job(world)
    before: Document = world.get("schema", job["id"]) or {}
    rules: list[Document] = json.loads(json.dumps(before["synchronizationRules"]))
    for mapping in (one for rule in rules for one in rule["objectMappings"] if one.get("sourceObjectName") == "User"):
        mapping["attributeMappings"] = edit(mapping["attributeMappings"])
    after = saved(before | {"synchronizationRules": rules}, before)
    first = baseline(world, job["id"]) or before
    world.put(BASELINE, job["id"], {"before": first, "after": digest(after)})
    world.put("schema", job["id"], after)
    world.put("job", job["id"], job | {"initialCycle": True})


def baseline(world: World, job_id: str) -> Document | None:
    """Return the schema as Graph saved it last; None if no breakage has changed it since."""
    kept, schema = world.get(BASELINE, job_id), world.get("schema", job_id)
    return kept["before"] if kept and schema and kept["after"] == digest(schema) else None


def _unassign_group(world: World, _: Faults) -> None:
    principal = _job(world)["servicePrincipalId"]
    for one in world.all("appRoleAssignment"):
        if one["resourceId"] == principal and one["principalType"] == "Group":
            world.delete("appRoleAssignment", one["id"])
            return
    raise NothingToBreakError("No group is assigned to the application.")


def _slow(world: World, faults: Faults) -> None:
    if is_slow(faults, world):
        raise NothingToBreakError("GreenLake is slow already.")
    services = ("iam", "proxytoken", "scim")
    faults.replace(
        world.name, [Fault(service=one, times=_FOR_EVER, action="delay", delay_s=_SLOW_S) for one in services]
    )


def _fast(world: World, faults: Faults) -> None:
    if not is_slow(faults, world):
        raise NothingToBreakError("GreenLake answers as usual.")
    faults.replace(world.name, [])


def _busy(world: World, _: Faults) -> None:
    if world.settings.turnover_per_cycle:
        raise NothingToBreakError("People come and go already.")
    world.change({"turnover_per_cycle": _TURNOVER})


def _calm(world: World, _: Faults) -> None:
    if not world.settings.turnover_per_cycle:
        raise NothingToBreakError("Nobody comes or goes by themselves.")
    world.change({"turnover_per_cycle": 0})


TABLE: Mapping[str, Breakage] = {
    "pause": Breakage("Pause provisioning", "Provisioning was stopped in the portal.", _pause),
    "delete-token": Breakage("Delete the token", "The token was deleted at GreenLake.", _delete_token),
    "expire-token": Breakage("Let the token expire", "The token's end has come.", _expire_token),
    "overwrite-secret": Breakage(
        "Overwrite the secret", "A wrong Secret Token was pasted into the portal.", _overwrite_secret
    ),
    "change-mapping": Breakage(
        "Change a mapping", "The mapping of displayName was pointed at mailNickname.", _change_mapping
    ),
    "add-mapping": Breakage("Add a mapping", "A mapping was added in the portal.", _add_mapping),
    "unassign-group": Breakage("Unassign a group", "A group was taken off the application.", _unassign_group),
    "quarantine": Breakage(
        "Put the job in quarantine",
        "A cycle met a refused token, and the job is in quarantine.",
        _quarantine,
        f"Its next attempt, or {UP} before that,",
    ),
    "slow": Breakage(
        "Make GreenLake slow",
        f"GreenLake takes {_SLOW_S:.0f} s for every answer.",
        _slow,
        "The breakage `fast`",
    ),
    "fast": Breakage("Make GreenLake fast again", "GreenLake answers as usual again.", _fast, heals=""),
    "busy": Breakage(
        "Let people come and go",
        f"Before each cycle {_TURNOVER} people leave the assigned groups and as many enter: every cycle pushes.",
        _busy,
        heals="",
    ),
    "calm": Breakage("Let people stay", "Nobody comes or goes by themselves any more.", _calm, heals=""),
}
"""By name, in the order in which they are offered."""
