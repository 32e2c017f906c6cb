"""The attribute mappings of users and of groups, and what differs from what was last saved through Microsoft Graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.core.documents import Document, objects
from sandbox.page.reading import Reading

Change = Literal["", "added", "changed", "missing"]


@dataclass(frozen=True)
class Row:
    """One attribute mapping; `was` is what it came from if it has changed, `applies` is empty if it always does."""

    target: str
    short: str
    source: str
    matching: str
    applies: str
    change: Change
    was: str


@dataclass(frozen=True)
class Table:
    """The object mapping of users, or of groups; `notes` is what differs about it as a whole."""

    title: str
    enabled: bool
    actions: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class MappingsView:
    """Both tables, and how many rows and settings differ."""

    tables: tuple[Table, ...]
    drifted: int


_ACTIONS = {"Add": "Create", "Update": "Update", "Delete": "Delete"}
_APPLIES = {"Always": "", "ObjectAddOnly": "only when created"}


def view(reading: Reading) -> MappingsView:
    """Return what the section on mappings shows."""
    now, before = _by_source(reading.schema), _by_source(reading.before or reading.schema)
    tables = tuple(_table(name, now[name], before.get(name, {})) for name in ("User", "Group") if name in now)
    return MappingsView(tables, sum(len(one.notes) + sum(bool(row.change) for row in one.rows) for one in tables))


def _by_source(schema: Document | None) -> dict[str, Document]:
    return {
        str(mapping.get("sourceObjectName")): mapping
        for rule in objects(schema or {}, "synchronizationRules")
        for mapping in objects(rule, "objectMappings")
    }


def _table(name: str, now: Document, before: Document) -> Table:
    old = {str(one["targetAttributeName"]): one for one in objects(before, "attributeMappings")}
    rows = [_row(one, old.get(str(one["targetAttributeName"]))) for one in objects(now, "attributeMappings")]
    left = {row.target for row in rows}
    missing = [_shown(one, "missing", "") for target, one in old.items() if target not in left]
    actions, were = (_actions(one) for one in (now, before))
    notes = [f"Actions were {were}"] if actions != were else []
    if bool(now.get("enabled")) != bool(before.get("enabled")):
        notes.append("switched off" if before.get("enabled") else "switched on")
    order = {"User": "Users", "Group": "Groups"}
    return Table(order[name], bool(now.get("enabled")), actions, (*rows, *missing), tuple(notes))


def _row(one: Mapping[str, Any], old: Mapping[str, Any] | None) -> Row:
    if old is None:
        return _shown(one, "added", "")
    here, there = _shown(one, "", ""), _shown(old, "", "")
    return here if here == there else _shown(one, "changed", _difference(here, there))


def _difference(here: Row, there: Row) -> str:
    """Return what a changed mapping was before."""
    pairs = (
        (here.source, there.source, "nothing"),
        (here.matching, there.matching, "not matching"),
        (here.applies, there.applies, "always"),
    )
    return ", ".join(old or without for new, old, without in pairs if new != old)


def _shown(one: Mapping[str, Any], change: Change, was: str) -> Row:
    source: Mapping[str, Any] = one.get("source") or {}
    target, priority = str(one["targetAttributeName"]), int(one.get("matchingPriority") or 0)
    constant = f'"{one["defaultValue"]}"' if one.get("defaultValue") else ""
    flow = str(one.get("flowType") or "Always")
    return Row(
        target=target,
        short=_short(target),
        source=str(source.get("expression") or "") or constant,
        matching=f"matching {priority}" if priority else "",
        applies=_APPLIES.get(flow, flow),
        change=change,
        was=was,
    )


def _short(target: str) -> str:
    """Return a target attribute without the long name of its SCIM extension."""
    return target.rpartition(":")[2] if target.startswith("urn:") else target


def _actions(mapping: Document) -> str:
    chosen = [part.strip() for part in str(mapping.get("flowTypes") or "").split(",")]
    return ", ".join(_ACTIONS[one] for one in _ACTIONS if one in chosen) or "none"
