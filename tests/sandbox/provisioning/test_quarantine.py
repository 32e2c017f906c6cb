from datetime import datetime, timedelta, timezone

import pytest

from sandbox.provisioning import moments, quarantine

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
LADDER = (300, 3600)


def test_a_series_of_quarantine_climbs_the_ladder_and_stays_on_its_last_step() -> None:
    error = {"code": "x"}
    present, waits = None, list[float]()
    for _ in range(3):
        present = quarantine.imposed(present, quarantine.CREDENTIALS, error, NOON, LADDER)
        waits.append((moments.read(present["nextAttempt"]) - NOON).total_seconds())
    assert waits == [300, 3600, 3600]
    assert present is not None
    assert (present["seriesCount"], present["seriesBegan"]) == (3, moments.written(NOON))


def test_a_quarantine_is_due_at_its_next_attempt_and_given_up_after_four_weeks() -> None:
    present = quarantine.imposed(None, quarantine.CREDENTIALS, {}, NOON, LADDER)
    assert not quarantine.is_due(present, NOON + timedelta(seconds=299))
    assert quarantine.is_due(present, NOON + timedelta(seconds=300))
    assert not quarantine.is_given_up(present, NOON + timedelta(days=27))
    assert quarantine.is_given_up(present, NOON + timedelta(days=28))


@pytest.mark.parametrize(
    ("failing", "entitled_", "expected"),
    [(4_999, 5_000, False), (5_000, 10_000, True), (5_000, 20_000, False), (40_001, 1_000_000, True)],
)
def test_too_many_failing_entries_are_a_failing_job(failing: int, entitled_: int, expected: bool) -> None:
    assert quarantine.too_many(failing, entitled_) is expected
