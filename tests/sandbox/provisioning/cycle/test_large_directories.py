"""What costs as much among many as among few, counted in operations: how busy the machine is does not matter."""

import cProfile
import pstats
from collections.abc import Callable

import pytest

from sandbox.core.store import Document, references
from sandbox.provisioning import runner
from sandbox.provisioning.cycle.memory import Link
from sandbox.provisioning.mapping.rules import rules
from tests.sandbox.core.in_process import InProcess

MANY = 1_000
FEW = 40
MOST = 13_000  # operations for a user and its membership: 200 a second and core (277 of 9,800 were measured of 10,000)
Work = Callable[[InProcess, list[str]], int]


def operations(here: InProcess, work: Callable[[], object]) -> int:
    """Count calls in Python and steps of SQLite while something is done."""
    steps, profile = [0], cProfile.Profile()

    def step() -> None:
        steps[0] += 1

    database = vars(here.store)["_db"]
    database.set_progress_handler(step, 1)
    profile.runcall(work)
    database.set_progress_handler(None, 1)
    return vars(pstats.Stats(profile))["total_calls"] + steps[0]


def pushed(here: InProcess, users: list[str]) -> int:
    """Let a cycle create users at the target and put them into their group."""
    one = here.world.get("user", here.ids["users"]) or {}
    here.world.put_many("user", {name: one | {"id": name, "userPrincipalName": name, "mail": None} for name in users})
    here.world.put_many("members", references({here.ids["groups"]: users}))
    count = operations(here, here.cycle)
    assert set(users) <= {link["source_id"] for link in here.world.all("link")}
    return count


def provisioned(here: InProcess, users: list[str]) -> int:
    """Let the engine put users into a group at the target, one PATCH each."""
    world, group, job = here.world, here.ids["groups"], here.world.get("job", here.ids["job"])
    world.put_many("members", references({group: users}))
    (rule,) = (one for one in rules(world.get("schema", here.ids["job"]) or {}) if one.source == "Group")
    assert job
    cycle = runner.cycle(world, job, runner.client(world, here.ids["servicePrincipals"], here.connection()), full=False)
    links, before = cycle.work.memory.links, cycle.work.memory.members(group)
    links |= {one: Link(one, "User", one, digest="") for one in (*before, *users) if one not in links}
    count = operations(here, lambda: here.run(cycle.members(rule, links[group], frozenset(users))))
    assert set(users) <= set(cycle.work.memory.members(group))
    return count


def added(here: InProcess, users: list[str]) -> int:
    """Add users to a group of the directory, one call each."""
    here.world.put_many("user", {one: {"id": one, "deletedDateTime": None} for one in users})
    path = f"/v1.0/groups/{here.ids['groups']}/members/$ref"
    return operations(here, lambda: [here.json("POST", path, {"@odata.id": f"x/{one}"}) for one in users])


def shown(here: InProcess, users: list[str]) -> int:
    """Read the newest entries of the log, as the page does twice a second."""
    return operations(here, lambda: here.world.newest("provisioningLog", len(users)))


def filled(here: InProcess) -> None:
    """Let many be in the group already, on both sides, and let the job and the log know them."""
    world, job, group, target = here.world, here.ids["job"], here.ids["groups"], here.ids["scimGroup"]
    many = [f"old-{number}" for number in range(MANY)]
    known = {f"{job}:{group}/{one}": {"job": job, "group": group, "user": one, "target_id": one} for one in many}
    there = {f"{target}/{one}": {"holder": target, "member": one, "element": {"value": one}} for one in many}
    logged: dict[str, Document] = {one: {"id": one} for one in many}
    kinds: dict[str, dict[str, Document]] = {"linkedMember": known, "scimMember": there, "provisioningLog": logged}
    for kind, documents in {**kinds, "members": references({group: many})}.items():
        world.put_many(kind, documents)


@pytest.mark.parametrize("work", [provisioned, added, shown])
def test_a_member_or_a_log_entry_costs_as_much_among_many_as_among_few(here: InProcess, work: Work) -> None:
    here.world.put_many("provisioningLog", {f"{number}": {"id": number} for number in range(FEW)})
    among_few = work(here, [f"first-{number}" for number in range(FEW)])
    filled(here)
    among_many = work(here, [f"second-{number}" for number in range(FEW)])
    assert among_many < 1.1 * among_few


def test_a_user_and_its_membership_cost_as_much_in_a_large_cycle_as_in_a_small_one(here: InProcess) -> None:
    small = pushed(here, [f"small-{number}" for number in range(FEW)])
    assert small < MOST * FEW
    here.restore()
    large = pushed(here, [f"large-{number}" for number in range(4 * FEW)])
    assert large < 1.05 * 4 * small
