"""What a change of assignments does to people: pure, by object ids."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from providers.entra.graph.client import Json
from scimctl.access.reach import Reach, name_of


@dataclass(frozen=True)
class Access:
    """Who is assigned now, and who after the next `up`; `strangers` are assigned by somebody else, and stay.

    `lost` are wanted, assigned by the last `up`, and not assigned any more: only `up --refresh` sees that.
    """

    now: frozenset[str]
    then: frozenset[str]
    strangers: frozenset[str]
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """What the next `up` changes: assignments that come and go, people who enter, leave and stay."""

    assigned: tuple[str, ...]
    unassigned: tuple[str, ...]
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    staying: int

    @property
    def is_any(self) -> bool:
        """Return whether anything changes."""
        return bool(self.assigned or self.unassigned)


def access(wanted: Collection[str], assigned: Collection[str], ours: Collection[str]) -> Access:
    """Foretell the assignments: `up` takes away only those that this stack made (`ours`)."""
    strangers = frozenset(assigned) - frozenset(ours) - frozenset(wanted)
    lost = (frozenset(wanted) & frozenset(ours)) - frozenset(assigned)
    return Access(frozenset(assigned), frozenset(wanted) | strangers, strangers, lost)


def change(before_and_after: Access, reach: Reach) -> Change:
    """Compare whom the assignments bring: people who are in another assigned group as well neither enter nor leave."""
    now, then = before_and_after.now, before_and_after.then
    people_now, people_then = reach.people(now), reach.people(then)
    return Change(
        assigned=_by_name(then - now, {**reach.users, **reach.groups}),
        unassigned=_by_name(now - then, {**reach.users, **reach.groups}),
        entering=_by_name(people_then - people_now, reach.users),
        leaving=_by_name(people_now - people_then, reach.users),
        staying=len(people_now & people_then),
    )


def brought_by(person: str, principals: Collection[str], reach: Reach) -> Sequence[str]:
    """Name the groups that bring a person; nobody who is assigned alone is brought by one."""
    groups = [one for one in principals if person in reach.members.get(one, frozenset())]
    return sorted(name_of(reach.groups[one]) for one in groups)


def _by_name(ids: Collection[str], found: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the ids of what is still there, in the order of their names."""
    return tuple(sorted((one for one in ids if one in found), key=lambda one: name_of(found[one]).casefold()))
