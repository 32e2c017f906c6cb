"""Compare who should be in GreenLake with who is: missing, extra, differing attributes, memberships. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from providers.entra.graph.source_attributes import Value
from scimctl.commands.verify import resources
from scimctl.commands.verify.expected import MEMBERS, Expected, Rules
from scimctl.commands.verify.resources import Resource


@dataclass(frozen=True)
class Differing:
    """An attribute that GreenLake has otherwise; `found` is None if it has none."""

    label: str
    attribute: str
    wanted: Value
    found: Value | None


@dataclass(frozen=True)
class Compared:
    """One object type: who should be there, what is there, and how they differ.

    `pairs` leads from Entra's object id to SCIM's id. `disabled` are there and disabled in Entra. `uncertain` may be
    missing or not, `without_key` cannot be matched by Entra either, `twins` share the name of another, which Entra
    provisions once.
    """

    wanted: tuple[Expected, ...]
    found: tuple[Resource, ...]
    missing: tuple[Expected, ...]
    extra: tuple[Resource, ...]
    differing: tuple[Differing, ...]
    pairs: Mapping[str, str]
    disabled: tuple[Expected, ...] = ()
    uncertain: tuple[Expected, ...] = ()
    without_key: tuple[Expected, ...] = ()
    twins: tuple[Expected, ...] = ()


@dataclass(frozen=True)
class Membership:
    """A group whose members differ."""

    group: str
    missing: tuple[str, ...]
    extra: tuple[str, ...]


def compared(rules: Rules, wanted: Sequence[Expected], found: Sequence[Resource]) -> Compared:
    """Pair what should be there with what is, by the matching attribute without regard to case, and compare pairs."""
    there: dict[str, list[Resource]] = {}
    for each in found:
        there.setdefault(str(resources.at(each, rules.key) or "").casefold(), []).append(each)
    paired: list[tuple[Expected, Resource]] = []
    absent: list[Expected] = []
    twins: list[Expected] = []
    named: set[str] = set()
    for one in (one for one in wanted if one.key):
        key = one.key.casefold()
        if key in there:
            paired.append((one, _taken(there, key, one)))
        elif key in named:
            twins.append(one)
        else:
            absent.append(one)
        named.add(key)
    return Compared(
        wanted=tuple(wanted),
        found=tuple(found),
        missing=tuple(one for one in absent if one.certain),
        extra=tuple(each for left in there.values() for each in left),
        differing=tuple(line for one, each in paired for line in _differing(one, each)),
        pairs={one.id: str(each.get("id")) for one, each in paired},
        disabled=tuple(one for one, _ in paired if one.disabled),
        uncertain=tuple(one for one in absent if not one.certain),
        without_key=tuple(one for one in wanted if not one.key),
        twins=tuple(twins),
    )


def memberships(members_of: Mapping[str, Collection[str]], users: Compared, groups: Compared) -> list[Membership]:
    """Compare the members of the groups that are in GreenLake; `members_of` holds user ids by group id, both Entra's.

    A user who is not in GreenLake at all is missing there, and not once more in each group.
    """
    has = {str(each.get("id")): _members(each) for each in groups.found}
    certain = {one.id for one in users.wanted if one.certain}
    names = {str(each.get("id")): str(each.get("userName") or each.get("id")) for each in users.found}
    differences: list[Membership] = []
    for one in (one for one in groups.wanted if one.id in groups.pairs):
        present = {users.pairs[member]: member for member in members_of.get(one.id, ()) if member in users.pairs}
        there = has[groups.pairs[one.id]]
        missing = {scim for scim, member in present.items() if member in certain and scim not in there}
        extra = there - present.keys()
        if missing or extra:
            told = [tuple(sorted(names.get(each, each) for each in ids)) for ids in (missing, extra)]
            differences.append(Membership(one.label, *told))
    return differences


def _taken(there: dict[str, list[Resource]], key: str, one: Expected) -> Resource:
    """Take the resource of a name out, of several the one that differs least."""
    best = min(there[key], key=lambda each: len(_differing(one, each)))
    there[key].remove(best)
    if not there[key]:
        del there[key]
    return best


def _differing(one: Expected, each: Resource) -> list[Differing]:
    return [
        Differing(one.label, target, wanted, resources.at(each, target))
        for target, wanted in one.attributes.items()
        if not resources.is_same(target, wanted, resources.at(each, target))
    ]


def _members(group: Resource) -> set[str]:
    members: list[Resource] = group.get(MEMBERS) or []
    return {str(each.get("value")) for each in members}
