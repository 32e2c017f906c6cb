"""Both directories joined: who is in scope in Entra and why, who is in GreenLake, and what differs between them.

What should be there is what the engine itself would send: the saved mappings, evaluated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.core.documents import Document, objects
from sandbox.core.json_types import is_list, is_object
from sandbox.page.reading import Reading
from sandbox.provisioning.cycle.memory import Link
from sandbox.provisioning.mapping import source
from sandbox.provisioning.mapping.expression import ExpressionError
from sandbox.provisioning.mapping.functions import NotSupportedError
from sandbox.provisioning.mapping.mapping import mapped
from sandbox.provisioning.mapping.paths import PathError
from sandbox.provisioning.mapping.rules import Rule, rules
from sandbox.provisioning.scim.changes import changed

FIRST = 8  # users shown outside of the fold, those that differ before all others
State = Literal["same", "differs", "coming", "leaving", "alone"]
_WORDS: Mapping[State, str] = {
    "same": "in step",
    "differs": "differs",
    "coming": "only in Entra",
    "leaving": "out of scope",
    "alone": "managed by no job",
}


@dataclass(frozen=True)
class Row:
    """One user or group on both sides; `why` it is in scope, `attributes` what GreenLake has, `differing` the names."""

    id: str
    name: str
    account: str
    why: str
    there: str
    attributes: tuple[tuple[str, str], ...]
    state: State
    words: str
    differing: tuple[str, ...]


@dataclass(frozen=True)
class DirectoriesView:
    """Groups, the first users and the folded rest; `outside` are Entra's users that are not in scope: name, account.

    `leaving` are the users and groups of GreenLake that are out of scope; before each cycle `turnover` people leave and
    as many enter.
    """

    groups: tuple[Row, ...]
    first: tuple[Row, ...]
    rest: tuple[Row, ...]
    outside: tuple[tuple[str, str], ...]
    known: int
    in_scope: int
    in_greenlake: int
    leaving: int
    turnover: int


def view(reading: Reading) -> DirectoriesView:
    """Return what the section on the directories shows."""
    found = {rule.source: rule for rule in rules(reading.schema or {})}
    users = _rows(reading, "User", found.get("User"), reading.scim_users)
    groups = _rows(reading, "Group", found.get("Group"), reading.scim_groups)
    ordered = sorted(users, key=lambda row: row.state == "same")
    shown = {row.id for row in users}
    outside = [
        (str(user["displayName"]), str(user["userPrincipalName"]))
        for identity, user in reading.directory.objects["User"].items()
        if identity not in shown
    ]
    return DirectoriesView(
        groups=tuple(groups),
        first=tuple(ordered[:FIRST]),
        rest=tuple(ordered[FIRST:]),
        outside=tuple(outside),
        known=len(reading.directory.objects["User"]),
        in_scope=len(reading.in_scope("User")),
        in_greenlake=len(reading.scim_users),
        leaving=sum(row.state == "leaving" for row in (*users, *groups)),
        turnover=reading.turnover,
    )


def _rows(reading: Reading, kind: str, rule: Rule | None, targets: Sequence[Document]) -> list[Row]:
    """Join by the engine's links; GreenLake's other objects stand alone."""
    by_id = {str(one["id"]): one for one in targets}
    links = {identity: one for identity, one in reading.links.items() if one.type == kind}
    entitled = reading.in_scope(kind)
    documents = reading.directory.objects[kind]
    in_order = [*(one for one in documents if one in entitled or one in links), *(set(links) - set(documents))]
    rows = [_row(reading, kind, rule, identity, links.get(identity), by_id) for identity in in_order]
    linked = {link.target_id for link in links.values()}
    alone = [one for identity, one in by_id.items() if identity not in linked]
    return rows + [_made("", "not linked", "", "", one, "alone", ()) for one in alone]


def _row(
    reading: Reading, kind: str, rule: Rule | None, identity: str, link: Link | None, targets: Mapping[str, Document]
) -> Row:
    document = reading.directory.objects[kind].get(identity) or {}
    target = targets.get(link.target_id) if link else None
    in_scope = identity in reading.in_scope(kind)
    differing = _differing(reading, rule, document, target) if in_scope and document else ()
    if rule and rule.maps_members and link and target is not None:
        differing = (*differing, *_members(reading, identity, target))
    state: State = "leaving" if not in_scope else "coming" if target is None else "differs" if differing else "same"
    account = str(document.get("userPrincipalName") or document.get("mailNickname") or "")
    why = _why(reading, identity) if in_scope else "not any more"
    return _made(identity, str(document.get("displayName") or "deleted"), account, why, target, state, differing)


def _made(
    identity: str,
    name: str,
    account: str,
    why: str,
    target: Document | None,
    state: State,
    differing: tuple[str, ...],
) -> Row:
    words = _WORDS[state] + (f": {', '.join(differing)}" if differing else "")
    key = identity or str((target or {}).get("id"))
    there = _name(target) if target else ""
    return Row(key, name, account, why, there, _attributes(target or {}), state, words, differing)


def _why(reading: Reading, identity: str) -> str:
    """Name the assignments that bring an object into scope."""
    principals = {str(one["principalId"]): str(one["principalDisplayName"]) for one in reading.assigned}
    through = [name for one, name in principals.items() if identity in reading.directory.members.get(one, ())]
    direct = ["assigned"] if identity in principals else []
    return ", ".join([*direct, *through]) or "everybody is"


def _differing(reading: Reading, rule: Rule | None, document: Document, target: Document | None) -> tuple[str, ...]:
    if rule is None or target is None:
        return ()
    manager = reading.links.get(reading.directory.managers.get(str(document["id"]), ""))
    lookup = source.lookup(
        document,
        soft_deleted=document.get("accountEnabled") is False,
        references={"manager": manager.target_id} if manager else {},
    )
    try:
        return tuple(name.rpartition(":")[2] for name in changed(target, mapped(rule, lookup).kept))
    except (NotSupportedError, ExpressionError, PathError):
        return ("a mapping that cannot be evaluated",)


def _members(reading: Reading, group: str, target: Document) -> tuple[str, ...]:
    links = (reading.links.get(one) for one in reading.directory.members.get(group, ()))
    wanted = {link.target_id for link in links if link and link.type == "User" and link.managed}
    present = {str(one.get("value")) for one in objects(target, "members")}
    return () if wanted == present else ("members",)


def _name(target: Document) -> str:
    return str(target.get("userName") or target.get("displayName") or target.get("id"))


def _attributes(target: Document) -> tuple[tuple[str, str], ...]:
    """Return what GreenLake has about a user or group, flat, without ids and times."""
    members = objects(target, "members")
    pairs = [pair for name, value in target.items() if name not in _HIDDEN for pair in _flat(name, value)]
    return (*pairs, *([("members", str(len(members)))] if "members" in target else []))


_HIDDEN = frozenset(("id", "schemas", "meta", "members", "password", "groups"))


def _flat(name: str, value: object) -> list[tuple[str, str]]:
    if is_object(value):
        short = name.rpartition(":")[2]
        return [pair for key, one in value.items() for pair in _flat(f"{short}.{key}", one)]
    if is_list(value):
        return [pair for one in value for pair in _flat(name, one)]
    return [] if value is None else [(name, str(value))]
