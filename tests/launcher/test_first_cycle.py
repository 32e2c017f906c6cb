"""When `up` has waited long enough, and what it says then."""

import pytest

from launcher.first_cycle import settled
from launcher.sandbox_control import Execution, Job, JobStatus, Snapshot
from launcher.sandbox_process import Running
from launcher.summary import text

OUTPUTS = {
    "job_id": "j",
    "tenant_url": "https://127.0.0.1:8444/v1alpha1/scimproxy",
    "token_fingerprint": "ab12",
    "token_generation": "1",
    "token_rotates_after": "2027-01-23T00:00:00Z",
}
SANDBOX = Running(1, "https://127.0.0.1:8443", "https://127.0.0.1:8444", "1", "http://127.0.0.1:8445")


def job(state: str, code: str, last: Execution | None) -> Job:
    return Job(id="j", schedule={"state": state}, status=JobStatus(code=code, lastExecution=last))


@pytest.mark.parametrize(
    ("found", "over"),
    [
        (job("Active", "NotRun", None), False),
        (job("Active", "Active", Execution(state="Succeeded")), True),
        (job("Active", "Quarantine", None), True),
        (job("Disabled", "Paused", None), True),
        (None, True),
    ],
)
def test_the_wait_is_for_a_cycle_and_never_for_a_job_that_will_not_run(found: Job | None, *, over: bool) -> None:
    assert settled(found) is over


def test_the_summary_tells_what_was_pushed_and_when_the_token_rotates() -> None:
    snapshot = Snapshot(jobs=[], directory={"users": 214, "groups": 22}, provisioned={"users": 8, "groups": 2})
    lines = text(OUTPUTS, job("Active", "Active", Execution(state="Succeeded")), snapshot, SANDBOX).splitlines()
    assert lines[1:7] == [
        "pushed     8 users and 2 groups",
        "Entra has  214 users and 22 groups, at https://127.0.0.1:8443",
        "token      ab12, generation 1, rotates after 2027-01-23T00:00:00Z",
        "job        schedule Active, status Active, last cycle Succeeded",
        "GreenLake  https://127.0.0.1:8444/v1alpha1/scimproxy",
        "page       http://127.0.0.1:8445",
    ]


def test_the_summary_of_a_job_that_is_gone_says_how_to_get_it_back() -> None:
    snapshot = Snapshot(jobs=[], directory={"users": 1, "groups": 1}, provisioned={"users": 0, "groups": 0})
    assert "job        gone: `./run up --refresh` makes it again" in text(OUTPUTS, None, snapshot, SANDBOX)
