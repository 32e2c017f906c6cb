from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.job.health import Observed, is_unreached, provisioning_drift, reason, repaired

NOW = datetime(2026, 11, 1, 10, 0, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
WELL = Observed(
    schedule_state="Active",
    status_code="Active",
    quarantine_reason="",
    credentials="accepted",
    tested=True,
    token_issued_at=NOW - 24 * HOUR,
)
OFF = replace(WELL, schedule_state="Paused", status_code="Paused")
ILL = replace(WELL, status_code="Quarantine", quarantine_reason="CredentialValidationFailure")


@pytest.mark.parametrize(
    ("seen", "wanted_on", "drift"),
    [
        (WELL, True, []),
        (OFF, False, []),
        (OFF, True, ["provisioning is stopped (schedule Paused)"]),
        (replace(OFF, schedule_state="Disabled"), True, ["provisioning is stopped (schedule Disabled)"]),
        (WELL, False, ["provisioning is running, and status is off"]),
        (ILL, True, ["the job is in quarantine (CredentialValidationFailure)"]),
        (replace(ILL, schedule_state="Paused"), False, []),
        (replace(WELL, status_code="NotRun"), True, []),
    ],
)
def test_provisioning_that_is_not_as_wanted_is_drift(seen: Observed, wanted_on: bool, drift: list[str]) -> None:
    assert provisioning_drift(seen, wanted_on=wanted_on, now=NOW) == drift


@pytest.mark.parametrize("wanted_on", [True, False])
def test_refused_credentials_are_drift_whether_on_or_off(wanted_on: bool) -> None:
    seen = replace(WELL if wanted_on else OFF, credentials="refused")

    assert provisioning_drift(seen, wanted_on=wanted_on, now=NOW) == [
        "the credentials saved in Entra are refused by GreenLake"
    ]


def test_a_test_that_was_not_permitted_is_not_drift() -> None:
    assert provisioning_drift(replace(WELL, credentials="untested"), wanted_on=True, now=NOW) == []


@pytest.mark.parametrize(
    ("age", "drift"),
    [
        (timedelta(0), []),
        (HOUR, []),
        (HOUR + timedelta(seconds=1), ["the token issued 1 h ago has not been tested"]),
        (72 * HOUR, ["the token issued 3 days ago has not been tested"]),
        (-HOUR, []),
        (-24 * HOUR, []),
    ],
)
def test_a_token_that_is_untested_an_hour_after_its_issue_is_drift(age: timedelta, drift: list[str]) -> None:
    seen = replace(WELL, credentials="untested", tested=False, token_issued_at=NOW - age)

    assert provisioning_drift(seen, wanted_on=True, now=NOW) == drift


def test_a_token_of_unknown_age_is_not_called_untested() -> None:
    assert provisioning_drift(replace(WELL, tested=False, token_issued_at=None), wanted_on=True, now=NOW) == []


def test_everything_that_is_wrong_is_reported_one_thing_a_line() -> None:
    seen = Observed("Paused", "Quarantine", "Unreachable", "refused", tested=False, token_issued_at=NOW - 2 * HOUR)

    assert provisioning_drift(seen, wanted_on=True, now=NOW) == [
        "provisioning is stopped (schedule Paused)",
        "the job is in quarantine (Unreachable)",
        "the credentials saved in Entra are refused by GreenLake",
        "the token issued 2 h ago has not been tested",
    ]


@given(
    st.builds(
        Observed,
        schedule_state=st.just("Active"),
        status_code=st.sampled_from(["Active", "NotRun"]),
        quarantine_reason=st.text(),
        credentials=st.sampled_from(["accepted", "untested"]),
        tested=st.just(value=True),
        token_issued_at=st.none() | st.timedeltas(timedelta(0), 900 * 24 * HOUR).map(lambda age: NOW - age),
    )
)
def test_a_service_that_keeps_an_old_token_alive_is_not_drift_however_long_it_does(seen: Observed) -> None:
    assert provisioning_drift(seen, wanted_on=True, now=NOW) == []


@pytest.mark.parametrize(
    ("code", "unreached"),
    [
        ("CredentialValidationUnavailable", True),
        ("ServiceUnavailable", True),
        ("Timeout", True),
        ("InternalServerError", True),
        ("BadGateway", True),
        ("HttpRequestException", True),
        ("NameResolutionFailure", True),
        ("SystemForCrossDomainIdentityManagementServiceIncompatible, status 503", True),
        ("SystemForCrossDomainIdentityManagementServiceIncompatible, status 401", False),
        ("SystemForCrossDomainIdentityManagementCredentialValidationFailure", False),
        ("InvalidCredentials", False),
        ("Unauthorized", False),
        ("UnknownError", False),
        ("", False),
    ],
)
def test_a_refusal_is_distinguished_from_a_target_that_was_not_reached(code: str, unreached: bool) -> None:
    assert is_unreached(code) is unreached


@pytest.mark.parametrize(
    ("code", "refused_with", "told"),
    [
        ("ServiceIncompatible", 503, "ServiceIncompatible, status 503"),
        ("ServiceIncompatible", 429, "ServiceIncompatible, status 429"),
        ("ServiceIncompatible", 401, "ServiceIncompatible, status 401"),
        ("ServiceIncompatible", None, "ServiceIncompatible"),
        ("CredentialValidationUnavailable", 503, "CredentialValidationUnavailable"),
        ("CredentialValidationFailure", 401, "CredentialValidationFailure"),
    ],
)
def test_the_status_of_greenlake_is_reported_beside_the_code_that_stands_for_any_answer(
    code: str, refused_with: int | None, told: str
) -> None:
    assert reason(code, refused_with) == told


SEEN = st.builds(
    Observed,
    schedule_state=st.sampled_from(["Active", "Paused", "Disabled"]),
    status_code=st.sampled_from(["Active", "Paused", "Quarantine", "NotRun"]),
    quarantine_reason=st.just("X"),
    credentials=st.sampled_from(["accepted", "refused", "untested"]),
    tested=st.booleans(),
    token_issued_at=st.sampled_from([None, NOW - 2 * HOUR, NOW]),
)


@given(SEEN, st.booleans())
def test_what_was_wrong_and_is_well_was_repaired_and_what_stayed_was_not(seen: Observed, wanted_on: bool) -> None:
    well = WELL if wanted_on else OFF
    was_wrong = bool(provisioning_drift(seen, wanted_on=wanted_on, now=NOW))
    assert bool(repaired(seen, well)) >= was_wrong
    assert repaired(seen, seen) == []


def test_each_repair_is_named_in_the_portals_words() -> None:
    stopped = replace(OFF, credentials="refused")
    assert repaired(stopped, WELL) == ["the credentials are saved again and accepted", "provisioning is started"]
    assert repaired(WELL, OFF) == ["provisioning is stopped"]
    assert repaired(ILL, WELL) == ["the quarantine is over"]
