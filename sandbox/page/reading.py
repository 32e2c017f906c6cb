"""What the page needs to know of a world, read once for all of its sections; the only module here that reads a world.

Tokens are known by their fingerprints from here on: no section, template or answer sees another part of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.control import breakages
from sandbox.core.http.addressing import fingerprint
from sandbox.core.http.faults import Faults
from sandbox.core.http.journal import Journal, JournalEntry, Pushes
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.greenlake.scim.storage import KINDS, MEMBER
from sandbox.greenlake.tokens import token_documents
from sandbox.greenlake.tokens.token_life import Tokens
from sandbox.provisioning import Provisioning
from sandbox.provisioning.cycle import source_directory
from sandbox.provisioning.cycle.memory import Link, Memory
from sandbox.provisioning.cycle.source_directory import Directory

LOGGED = 50
REQUESTED = 60
_SEARCHED = 2000  # requests in which the last test of the connection and the last push are looked for
_TEST = "/validateCredentials"


@dataclass(frozen=True)
class Reading:
    """One world at one time.

    `held` is the fingerprint of the token saved in Entra, `presented` that of the last push, "" if there is none.
    `before` is the schema that Graph saved last if somebody has changed the mappings since. `test` is the last Test
    Connection. `log` and `requests` are newest first.
    """

    name: str
    domain: str
    now: datetime
    interval_s: int
    job: Document | None
    busy: bool
    schema: Document | None
    before: Document | None
    tokens: Tokens
    held: str
    presented: str
    directory: Directory
    assigned: Sequence[Document]
    links: Mapping[str, Link]
    scim_users: Sequence[Document]
    scim_groups: Sequence[Document]
    log: Sequence[Document]
    requests: Sequence[JournalEntry]
    test: JournalEntry | None
    pushes: Pushes
    slow: bool
    turnover: int

    def in_scope(self, kind: str) -> frozenset[str]:
        """Return the ids of the users or groups that the assignments reach and that are not deleted."""
        present = self.directory.objects[kind]
        return frozenset(
            one for one in self.directory.entitled[kind] if one in present and not present[one].get("deletedDateTime")
        )


def read(world: World, journal: Journal, faults: Faults, provisioning: Provisioning) -> Reading:
    """Read a world; of several jobs, the first one counts."""
    job = next(iter(world.all("job")), None)
    job_id: str = job["id"] if job else ""
    principal: str = job["servicePrincipalId"] if job else ""
    secrets = _secrets(world, principal)
    recent = journal.newest(world.name, _SEARCHED)
    return Reading(
        name=world.name,
        domain=world.domain,
        now=world.now(),
        interval_s=world.settings.cycle_interval_s,
        job=job,
        busy=provisioning.is_busy(world, job_id),
        schema=world.get("schema", job_id),
        before=breakages.baseline(world, job_id),
        tokens=token_documents.load(world),
        held=fingerprint(secrets["SecretToken"]) if secrets.get("SecretToken") else "",
        presented=next((one.token for one in recent if one.client and one.token), ""),
        directory=source_directory.read(world, principal, sync_all=secrets.get("SyncAll", "").lower() == "true"),
        assigned=[one for one in world.all("appRoleAssignment") if principal and one["resourceId"] == principal],
        links=Memory(world, job_id).links if job else {},
        scim_users=world.all(KINDS["User"]),
        scim_groups=_groups(world),
        log=world.newest("provisioningLog", LOGGED),
        requests=recent[:REQUESTED],
        test=next((one for one in recent if one.path.endswith(_TEST)), None),
        pushes=journal.pushes(world.name),
        slow=breakages.is_slow(faults, world),
        turnover=world.settings.turnover_per_cycle,
    )


def _secrets(world: World, principal: str) -> dict[str, str]:
    pairs: list[dict[str, str]] = (world.get("secrets", principal) or {"value": []})["value"]
    return {one["key"]: one["value"] for one in pairs}


def _groups(world: World) -> list[Document]:
    """List the groups of GreenLake with their members, each of which is a separate document."""
    members: dict[str, list[Document]] = {}
    for one in world.all(MEMBER):
        members.setdefault(one["holder"], []).append(one["element"])
    return [{**group, "members": members.get(group["id"], [])} for group in world.all(KINDS["Group"])]
