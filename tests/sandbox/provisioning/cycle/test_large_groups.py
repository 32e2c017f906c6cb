"""A member costs the same in a group of any size: CPU time in process, so that a busy machine does not matter."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.core.store import Document, references
from sandbox.provisioning import runner
from sandbox.provisioning.cycle.memory import Link
from sandbox.provisioning.mapping.rules import rules
from tests.sandbox.core.in_process import InProcess

LARGE = 10_000
MEASURED = 150  # so many that what a cycle does once for the whole group hardly counts


@pytest.fixture
def here(tmp_path: Path) -> Iterator[InProcess]:
    with pytest.MonkeyPatch.context() as patch, closing(InProcess(tmp_path, patch)) as made:
        yield made


def filled(here: InProcess) -> None:
    """Let many be in the group already, on both sides, and let the job know them."""
    world, job, group, target = here.world, here.ids["job"], here.ids["groups"], here.ids["scimGroup"]
    many = [f"old-{number}" for number in range(LARGE)]
    known = {f"{job}:{group}/{one}": {"job": job, "group": group, "user": one, "target_id": one} for one in many}
    there = {f"{target}/{one}": {"holder": target, "member": one, "element": {"value": one}} for one in many}
    kinds: dict[str, dict[str, Document]] = {"linkedMember": known, "scimMember": there}
    for kind, documents in {**kinds, "members": references({group: many})}.items():
        world.put_many(kind, documents)


def provisioned(here: InProcess, users: list[str]) -> float:
    """Let the engine put users into a group at the target, one PATCH each; return the seconds of CPU."""
    world, group = here.world, here.ids["groups"]
    world.put_many("members", references({group: users}))
    job, schema = world.get("job", here.ids["job"]), world.get("schema", here.ids["job"])
    assert job
    assert schema
    (rule,) = (one for one in rules(schema) if one.source == "Group")

    async def run() -> float:
        async with here.connection() as http:
            cycle = runner.cycle(world, job, runner.client(world, here.ids["servicePrincipals"], http), full=False)
            links, before = cycle.work.memory.links, cycle.work.memory.members(group)
            links |= {one: Link(one, "User", one, digest="") for one in (*before, *users) if one not in links}
            began = time.process_time()
            outcome = await cycle.members(rule, links[group], frozenset(users))
            assert outcome
            assert (outcome.status, len(outcome.modified)) == ("success", len(users))
            return time.process_time() - began

    return here.run(run())


def added(here: InProcess, users: list[str]) -> float:
    """Add users to a group of the directory, one call each; return the seconds of CPU."""
    here.world.put_many("user", {one: {"id": one, "deletedDateTime": None} for one in users})
    began = time.process_time()
    for one in users:
        here.json("POST", f"/v1.0/groups/{here.ids['groups']}/members/$ref", {"@odata.id": f"x/{one}"})
    return time.process_time() - began


@pytest.mark.parametrize("work", [provisioned, added])
def test_a_member_costs_as_much_in_a_large_group_as_in_a_small_one(
    here: InProcess, work: Callable[[InProcess, list[str]], float], record_property: Callable[[str, object], None]
) -> None:
    def cost(name: str) -> float:
        return work(here, [f"{name}-{number}" for number in range(MEASURED)])

    cost("warm")  # the library loads at the first request
    small = cost("small")
    filled(here)
    large = cost("large")
    rates = f"{MEASURED / small:,.0f} a second of CPU in a small group, {MEASURED / large:,.0f} among {LARGE:,}"
    record_property("told", f"members {work.__name__}: {rates}")
    assert large < 2.5 * small
