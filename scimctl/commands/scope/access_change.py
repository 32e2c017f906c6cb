"""What a change of assignments does to people: pure, by object ids."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from providers.entra.graph.fields import Json
from scimctl.access.reach import Reach, name_of


@dataclass(frozen=True)
class Change:
    """What the next `up` changes: assignments that come and go, people who enter, leave and stay.

    `now` is who is assigned, `then` who is afterwards; `strangers` are assigned by somebody else, and stay. `lost` are
    wanted, assigned by the last `up`, and not assigned any more: only `up --refresh` sees that.
    """

    now: frozenset[str]
    then: frozenset[str]
    strangers: frozenset[str]
    lost: frozenset[str]
    assigned: tuple[str, ...]
    unassigned: tuple[str, ...]
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    staying: int

    @property
    def is_any(self) -> bool:
        """Return whether anything changes."""
        return bool(self.assigned or self.unassigned)


def change(wanted: Collection[str], assigned: Collection[str], ours: Collection[str], reach: Reach) -> Change:
    """Foretell the assignments, of which `up` takes away only those that this stack made (`ours`), and whom they bring.

    People who are in another assigned group as well neither enter nor leave.
    """
    now, strangers = frozenset(assigned), frozenset(assigned) - frozenset(ours) - frozenset(wanted)
    then = frozenset(wanted) | strangers
    people_now, people_then = reach.people(now), reach.people(then)
    return Change(
        now,
        then,
        strangers,
        lost=(frozenset(wanted) & frozenset(ours)) - now,
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
