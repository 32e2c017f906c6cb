"""Show who enters and who leaves: counts first, names after, and what leaving means; the same as JSON."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType

from scimctl.access.reach import Reach, name_of
from scimctl.commands.scope.access_change import Change, brought_by
from scimctl.stack.stack import Stack
from scimctl.terminal.console import Cell, aligned, bad, good, warning
from scimctl.terminal.report import FINE, FOUND, Report, counted

_FIRST = 20


@dataclass(frozen=True)
class Foretold:
    """What the next `up` of a stack does to people."""

    stack: Stack
    change: Change
    reach: Reach

    @property
    def up(self) -> str:
        """Return the command that does it; a plain `up` does not see that an assignment was taken away."""
        return "`up --refresh`" if self.change.lost else "`up`"

    def notes(self) -> Iterator[str]:
        """Return what the change means, and what was not looked at."""
        config = self.stack.config
        if not self.stack.is_deployed and not self.change.now:
            yield "nothing is deployed yet, so everybody enters"
        yield from self._of_leaving()
        for one in sorted(self.change.then):
            inside = self.reach.nested.get(one)
            if inside:
                names = ", ".join(inside)
                yield f"{name_of(self.reach.groups[one])} holds groups, whose members do not count: {names}"
            elif self.reach.members.get(one) == frozenset():
                yield f"{name_of(self.reach.groups[one])} brings nobody: it has no members"
        if self.change.lost:
            names = ", ".join(sorted(map(self.named, self.change.lost)))
            yield f"somebody took the assignment away, which only `up --refresh` sees: {names}"
        strangers = [self.named(one) for one in self.change.strangers]
        if strangers:
            yield f"assigned by somebody else, so `up` leaves it: {', '.join(sorted(strangers))}"
        if config.mappings.users.scope:
            yield "scoping filters are set and were not applied: they may keep some of these people out"
        if config.provisioning.status == "off":
            yield "provisioning.status is off: nothing reaches HPE GreenLake until it is on"

    def _of_leaving(self) -> Iterator[str]:
        change, config = self.change, self.stack.config
        if not change.leaving:
            return
        if "delete" not in config.mappings.users.actions:
            yield "people who leave keep the account at HPE GreenLake: action delete is off"
            return
        yield "people who leave are deprovisioned at HPE GreenLake by the first cycle after `up`: action delete is on"
        threshold = config.provisioning.delete_threshold
        if threshold is not None and len(change.leaving) >= threshold:
            yield f"Entra stops before it deletes that many: provisioning.deleteThreshold is {threshold}"

    def named(self, one: str) -> str:
        """Name a user or group with its kind."""
        kind, found = ("group", self.reach.groups) if one in self.reach.groups else ("user", self.reach.users)
        return f"{kind} {name_of(found[one]) if one in found else one}"


def reported(foretold: Foretold, *, every: bool) -> Report:
    """Return the report; `every` names everybody, not only the first."""
    change, reach = foretold.change, foretold.reach
    enter = f"{_people_count(change.entering)} {'enters' if len(change.entering) == 1 else 'enter'}"
    leave = f"{len(change.leaving)} {'leaves' if len(change.leaving) == 1 else 'leave'}"
    verdict = (
        bad(f"the next {foretold.up} changes access: {enter}, {leave}")
        if change.is_any
        else good("the next `up` changes nobody's access")
    )
    lines: list[RenderableType] = [
        verdict,
        *aligned(
            [
                ("assignments", f"{len(change.assigned)} new", f"{len(change.unassigned)} removed", ""),
                ("people", f"{len(change.entering)} enter", f"{len(change.leaving)} leave", f"{change.staying} stay"),
            ]
        ),
    ]
    lines += _assignments(foretold)
    lines += _people(good("enters"), change.entering, change.then, reach, every=every)
    lines += _people(bad("leaves"), change.leaving, change.now, reach, every=every)
    lines += [f"note: {note}" for note in foretold.notes()]
    return Report(lines, _data(foretold), FOUND if change.is_any else FINE)


def _assignments(foretold: Foretold) -> list[Any]:
    words = ((good("assigned"), foretold.change.assigned), (bad("removed"), foretold.change.unassigned))
    return aligned(
        [(word, foretold.named(one), _people_count(foretold.reach.people([one]))) for word, ids in words for one in ids]
    )


def _people(word: Cell, ids: Sequence[str], through: Collection[str], reach: Reach, *, every: bool) -> list[Any]:
    shown = ids if every else ids[:_FIRST]
    rows: list[tuple[Cell, ...]] = [
        (word, name_of(reach.users[one]), str(reach.users[one].get("displayName") or ""), _through(one, through, reach))
        for one in shown
    ]
    more = [warning(f"... and {len(ids) - len(shown)} more: --all names them")] if len(shown) < len(ids) else []
    return [*aligned(rows), *more]


def _through(person: str, principals: Collection[str], reach: Reach) -> str:
    return ", ".join(brought_by(person, principals, reach)) or "assigned alone"


def _people_count(people: Collection[str]) -> str:
    return counted(len(people), "person", "people")


def _data(foretold: Foretold) -> Mapping[str, Any]:
    change, reach = foretold.change, foretold.reach

    def people(ids: Sequence[str], through: Collection[str]) -> list[Mapping[str, Any]]:
        return [
            {
                "id": one,
                "userPrincipalName": reach.users[one].get("userPrincipalName"),
                "displayName": reach.users[one].get("displayName"),
                "groups": list(brought_by(one, through, reach)),
            }
            for one in ids
        ]

    return {
        "assigned": [foretold.named(one) for one in change.assigned],
        "removed": [foretold.named(one) for one in change.unassigned],
        "entering": people(change.entering, change.then),
        "leaving": people(change.leaving, change.now),
        "staying": change.staying,
        "needsRefresh": bool(change.lost),
        "notes": list(foretold.notes()),
    }
