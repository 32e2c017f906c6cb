"""When `up` has waited long enough, and what it prints then."""

from dataclasses import dataclass
from typing import cast

import pytest

from launcher.commands.up import summary
from launcher.deployment.first_cycle import await_first_cycle, is_in_quarantine, settled
from launcher.deployment.sandbox_control import Control, Job, Snapshot
from launcher.deployment.sandbox_process import Running
from launcher.errors import WaitError

OUTPUTS = {
    "job_id": "j",
    "tenant_url": "https://127.0.0.1:8444/v1alpha1/scimproxy",
    "token_fingerprint": "ab12",
    "token_generation": "1",
    "token_rotates_after": "2027-01-23T00:00:00Z",
}
SANDBOX = Running(1, "https://127.0.0.1:8443", "https://127.0.0.1:8444", "1", "http://127.0.0.1:8445")


def job(state: str, code: str, last: str | None) -> Job:
    execution = {"state": last} if last else None
    return {"id": "j", "schedule": {"state": state}, "status": {"code": code, "lastExecution": execution}}


@pytest.mark.parametrize(
    ("found", "over"),
    [
        (job("Active", "NotRun", None), False),
        (job("Active", "Active", "Succeeded"), True),
        (job("Active", "Active", "EntryLevelErrors"), True),
        (job("Active", "Active", "Failed"), False),
        (job("Active", "Quarantine", "Failed"), True),
        (job("Active", "Quarantine", None), True),
        (job("Disabled", "Paused", None), True),
        (None, True),
    ],
)
def test_the_wait_is_for_a_cycle_and_never_for_a_job_that_will_not_run(found: Job | None, *, over: bool) -> None:
    assert settled(found) is over


def shown(found: Job | None, *, is_adopted: bool = False) -> str:
    known = Snapshot(jobs=[], directory={"users": 214, "groups": 22}, provisioned={"users": 8, "groups": 2})
    return summary(OUTPUTS, found, known, SANDBOX, is_adopted=is_adopted)


def test_a_job_in_quarantine_is_named_with_what_heals_it() -> None:
    found = job("Active", "Quarantine", "Failed")
    assert "last cycle Failed: nothing is pushed, `./run up --refresh` heals it\n" in shown(found)
    assert [is_in_quarantine(each) for each in (found, job("Active", "Active", None), None)] == [True, False, False]


@dataclass
class Told:
    """A sandbox that shows one thing after another, the last without end."""

    jobs: list[Job]
    provisioned: int = 0

    def run_cycle(self, _world: str, _job: str, *, seconds: float) -> None:
        assert seconds
        self.provisioned += 1

    def snapshot(self, _: str) -> Snapshot:
        found = self.jobs.pop(0) if len(self.jobs) > 1 else self.jobs[0]
        return Snapshot(
            jobs=[found], directory={"users": 1, "groups": 1}, provisioned={"users": self.provisioned, "groups": 0}
        )


def last_cycle(monkeypatch: pytest.MonkeyPatch, *states: str) -> str | None:
    """Return how the cycle ended that the wait came back with."""
    monkeypatch.setattr("launcher.deployment.first_cycle.CYCLE_S", 0.3)
    jobs = [job("Active", "Active", each) for each in states]
    execution = await_first_cycle(cast("Control", Told(jobs)), "j")["jobs"][0]["status"].get("lastExecution")
    return execution.get("state") if execution else None


@pytest.mark.parametrize(
    ("found", "users"),
    [
        (job("Active", "Active", "Succeeded"), 1),
        (job("Active", "Quarantine", "Failed"), 0),
        (job("Disabled", "Paused", "Succeeded"), 0),
    ],
)
def test_the_numbers_are_those_of_a_cycle_that_began_after_the_run(found: Job, users: int) -> None:
    assert await_first_cycle(cast("Control", Told([found])), "j")["provisioned"]["users"] == users


@pytest.mark.parametrize("later", ["Succeeded", "Failed"])
def test_a_cycle_that_failed_before_the_repair_is_not_waited_for_and_one_after_it_is_shown(
    monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    assert last_cycle(monkeypatch, "Failed", "Failed", later) == later


def test_no_cycle_at_all_is_a_failure_that_shows_where_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WaitError, match=r"no cycle ended within 0 s: see \.sandbox/sandbox\.log"):
        last_cycle(monkeypatch, "")


def test_the_summary_shows_what_was_pushed_and_when_the_token_rotates() -> None:
    assert shown(job("Active", "Active", "Succeeded")).splitlines()[1:7] == [
        "pushed     8 users and 2 groups",
        "Entra has  214 users and 22 groups, at https://127.0.0.1:8443",
        "token      ab12, generation 1, rotates after 2027-01-23T00:00:00Z",
        "job        schedule Active, status Active, last cycle Succeeded",
        "GreenLake  https://127.0.0.1:8444/v1alpha1/scimproxy",
        "page       http://127.0.0.1:8445",
    ]


def test_the_summary_of_a_job_that_is_gone_shows_how_to_get_it_back() -> None:
    assert "job        gone: `./run up --refresh` makes it again" in shown(None)


@pytest.mark.parametrize(("is_adopted", "way"), [(False, "./run down "), (True, "./run scimctl adopt --undo ")])
def test_the_summary_ends_with_the_way_back_that_the_stack_allows(is_adopted: bool, way: str) -> None:
    assert shown(None, is_adopted=is_adopted).splitlines()[-1].strip().startswith(way)
