"""The words of the provisioning page."""

from typing import Any

import pytest

from providers.entra.job.job import JobReport, read_report
from providers.timestamps import from_text
from scimctl.job import job_page
from tests.providers.entra.jobs import execution, job_body
from tests.scimctl.job.reports import AT, REFUSED, ill, job


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (job("Disabled", "Paused"), "stopped"),
        (job("Disabled", "NotConfigured"), "stopped, and Entra has no credentials"),
        (ill(), "in quarantine: tried less and less often, and given up after four weeks"),
        (job("Active", "NotRun"), "first cycle not ended yet"),
        (job(execution=execution(), first="0001-01-01T00:00:00Z"), "initial cycle not ended yet"),
        (job(execution=execution()), "provisioning what changes"),
    ],
)
def test_the_state_is_reported_in_words(seen: JobReport, words: str) -> None:
    assert job_page.state(seen) == words


def test_a_quarantine_shows_why_since_when_and_when_it_is_tried_again() -> None:
    rows = job_page.quarantine(ill(error={"code": REFUSED}, seriesBegan="2026-11-02T08:00:00Z", seriesCount=3), AT)

    assert rows == [
        ("quarantine", f"it cannot work with GreenLake ({REFUSED})"),
        ("since", "2 h, 2026-11-02T08:00:00Z, imposed 3 times"),
        ("next attempt", "in 4 min, 2026-11-02T10:05:01Z"),
    ]


def test_a_quarantine_with_few_fields_is_reported_as_far_as_it_goes() -> None:
    bare = job("Active", "Quarantine")
    new = ill(reason="SomethingNew", error=None, seriesBegan=None, nextAttempt="2026-11-02T10:00:00Z")

    assert job_page.quarantine(bare, AT) == [("quarantine", "no reason given")]
    assert job_page.next_cycle(bare) is None
    assert job_page.quarantine(new, AT) == [
        ("quarantine", "SomethingNew"),
        ("next attempt", "due now, since 2026-11-02T10:00:00Z"),
    ]
    assert job_page.quarantine(job(execution=execution()), AT) == []


@pytest.mark.parametrize(
    ("cycle", "words"),
    [
        (None, "none yet"),
        (execution(), "24 h ago, took 9 s: 3 pushed"),
        (execution() | {"countEscrowed": 2}, "24 h ago, took 9 s: 3 pushed, 2 failing"),
        (execution(ended=None), "running since 24 h"),
        (execution(ended="2026-11-01T10:00:00.2Z"), "24 h ago, took less than 1 s: 3 pushed"),
        (execution() | {"state": "Failed", "error": {"code": REFUSED}}, f"24 h ago, failed ({REFUSED})"),
    ],
)
def test_the_last_cycle_is_reported_with_what_came_of_it(cycle: dict[str, Any] | None, words: str) -> None:
    assert job_page.last_cycle(job(execution=cycle).status.last_execution, AT) == words


def test_the_next_cycle_is_an_interval_after_the_last_one_or_the_next_attempt() -> None:
    last = job(execution=execution("2026-11-02T09:40:00Z"))
    following = job_page.next_cycle(last)

    assert following
    assert job_page.coming(following, AT) == "in 19 min, 2026-11-02T10:20:00Z"
    assert job_page.next_cycle(ill()) == from_text("2026-11-02T10:05:01Z")
    assert job_page.next_cycle(job("Disabled", "Paused", execution=execution())) is None
    assert job_page.next_cycle(job()) is None


def test_what_is_in_sync_is_counted_by_type() -> None:
    body = job_body()
    body["status"]["synchronizedEntryCountByType"] = [
        {"key": "User to urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "value": 12},
        {"key": "Group to urn:ietf:params:scim:schemas:core:2.0:Group", "value": 1},
    ]

    assert job_page.provisioned(read_report(body)) == {"User": 12, "Group": 1}
