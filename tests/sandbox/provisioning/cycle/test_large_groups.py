"""A member costs the same in a group of any size: CPU time in process, so that a busy machine does not matter."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.core.store import references
from sandbox.provisioning import runner
from sandbox.provisioning.cycle.memory import Link
from sandbox.provisioning.mapping.rules import rules
from tests.sandbox.core.in_process import InProcess

SIZES = (1_000, 10_000) if os.environ.get("GREENLAKE_SCIM_FULL") == "true" else (100, 1_000)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[InProcess]:
    with pytest.MonkeyPatch.context() as patch, closing(InProcess(tmp_path, patch)) as made:
        yield made


def provisioned(here: InProcess, size: int) -> None:
    """Let the engine put so many into a group at the target, one PATCH each."""
    world, group, users = here.world, here.ids["groups"], [f"{size}-{number}" for number in range(size)]
    world.put_many("members", references({group: users}))
    job, schema = world.get("job", here.ids["job"]), world.get("schema", here.ids["job"])
    assert job
    assert schema
    (rule,) = (one for one in rules(schema) if one.source == "Group")

    async def run() -> None:
        async with here.connection() as http:
            cycle = runner.cycle(world, job, runner.client(world, here.ids["servicePrincipals"], http), full=False)
            links = cycle.work.memory.links
            links |= {one: Link(one, "User", f"target of {one}", digest="") for one in users}
            outcome = await cycle.members(rule, links[group])
            assert outcome
            entered = [new for _, old, new in outcome.modified if old is None]
            assert (outcome.status, len(entered)) == ("success", size)

    here.run(run())
    assert world.count("scimMember") >= size


def added(here: InProcess, size: int) -> None:
    """Add so many to a group of the directory, one call each."""
    for number in range(size):
        here.world.put("user", f"u{size}-{number}", {"id": f"u{size}-{number}", "deletedDateTime": None})
        reference = {"@odata.id": f"x/u{size}-{number}"}
        here.json("POST", f"/v1.0/groups/{here.ids['groups']}/members/$ref", reference)


@pytest.mark.parametrize("work", [provisioned, added])
def test_a_member_costs_as_much_in_a_large_group_as_in_a_small_one(
    here: InProcess, work: Callable[[InProcess, int], None], record_property: Callable[[str, object], None]
) -> None:
    work(here, 20)  # the library loads at the first request
    costs: list[float] = []
    for size in SIZES:
        began = time.process_time()
        work(here, size)
        costs.append((time.process_time() - began) / size)
    rates = ", ".join(f"{1 / cost:,.0f} a second of CPU at {size:,}" for cost, size in zip(costs, SIZES, strict=True))
    record_property("told", f"members {work.__name__}: {rates}")
    assert costs[1] < 2 * costs[0]
