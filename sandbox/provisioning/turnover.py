"""People who come and go by themselves, so that every cycle has users and memberships to push.

Before a cycle some leave the groups that are assigned to the application and as many enter: each pair is a user deleted
and one created at the target, and two changes of a group. Nothing of it is random: a group's members who have been
there longest leave, and those of the directory who come after the last one enter. Groups keep their sizes.
"""

from collections.abc import Mapping, Sequence

from sandbox.core.store import references
from sandbox.core.world import World


def happen(world: World, service_principal: str) -> None:
    """Let the turnover of one cycle happen, as the world's setting `turnover_per_cycle` asks."""
    count = world.settings.turnover_per_cycle
    if not count:
        return
    assignments = [one for one in world.all("appRoleAssignment") if one["resourceId"] == service_principal]
    groups = sorted({one["principalId"] for one in assignments if one["principalType"] == "Group"})
    people = [user["id"] for user in world.all("user") if _is_employed(user)]
    members = {group: [one["member"] for _, one in world.where("members", "holder", group)] for group in groups}
    before, now = references(members), references(after(members, people, count))
    for key in before.keys() - now.keys():
        world.delete("members", key)
    world.put_many("members", {key: body for key, body in now.items() if key not in before})


def after(members: Mapping[str, Sequence[str]], people: Sequence[str], count: int) -> dict[str, list[str]]:
    """Return the groups' members after `count` of them have left and as many have entered.

    Each group has its share of the count and draws from its share of the people; one with fewer members changes all.
    """
    groups = list(members)
    share = [count // len(groups) + (place < count % len(groups)) for place in range(len(groups))]
    return {
        group: _moved_on(members[group], people[place :: len(groups)], share[place])
        for place, group in enumerate(groups)
    }


def _moved_on(members: Sequence[str], people: Sequence[str], count: int) -> list[str]:
    last = max((people.index(one) for one in members[-1:] if one in people), default=-1)
    ring = [*people[last + 1 :], *people[: last + 1]]
    entering = [one for one in ring if one not in set(members)][: min(count, len(members))]
    return [*members[len(entering) :], *entering]


def _is_employed(user: Mapping[str, object]) -> bool:
    return user["userType"] == "Member" and user["accountEnabled"] is True and not user["deletedDateTime"]
