from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sandbox.provisioning import execution, moments

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def job(state: str = "Active", began: datetime | None = None, until: datetime | None = None) -> dict[str, Any]:
    last = began and {"timeBegan": moments.written(began)}
    held = until and {"nextAttempt": moments.written(until)}
    return {"schedule": {"state": state}, "status": {"lastExecution": last, "quarantine": held}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (job(), True),
        (job("Disabled"), False),
        (job(began=NOON - timedelta(seconds=39)), False),
        (job(began=NOON - timedelta(seconds=40)), True),
        (job(began=NOON - timedelta(seconds=90), until=NOON + timedelta(seconds=1)), False),
        (job(began=NOON - timedelta(seconds=1), until=NOON), True),
    ],
)
def test_a_job_is_due_an_interval_after_its_last_begin_or_at_its_next_attempt(
    document: dict[str, Any], expected: bool
) -> None:
    assert execution.is_due(document, timedelta(seconds=40), NOON) is expected
