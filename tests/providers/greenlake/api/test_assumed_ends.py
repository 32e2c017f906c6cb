from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.providers.greenlake.api.answers import END, JWT, LIFE, NOW, TOKEN, read

WEEK = 7 * 86400


@pytest.mark.parametrize("end", [None, "", "soon", True, False, {"at": LIFE}, "2027-13-01", "90d"])
def test_an_end_that_cannot_be_read_is_unknown(end: object) -> None:
    assert read({"token": TOKEN, "expires_at": end}).expires_at is None


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("expires_at", "0001-01-01T00:00:00Z"),
        ("expires_at", "9999-12-31T23:59:59-05:00"),
        ("expires_at", int(END.timestamp()) * 1_000_000),
        ("expires_at", 0),
        ("expires_at", -1),
        ("expires_at", float("nan")),
        ("expires_at", float("inf")),
        ("expires_at", 1e18),
        ("expires_at", 10**400),
        ("expires_at", "\u00b2"),
        ("expires_in", 0),
        ("expires_in", -1),
        ("expires_in", float("nan")),
        ("expires_in", 1e18),
        ("expires_in", 10**400),
        ("expires_in", "\u00b2"),
    ],
)
def test_an_end_that_is_not_ahead_or_beyond_the_calendar_is_unknown(name: str, end: object) -> None:
    assert read({"token": TOKEN, name: end}).expires_at is None


@pytest.mark.parametrize(
    ("fraction", "microseconds"), [("1", 100_000), ("1234567", 123_456), ("123456789", 123_456), ("000", 0)]
)
def test_an_end_with_a_fraction_of_a_second_is_read(fraction: str, microseconds: int) -> None:
    end = read({"token": TOKEN, "expires_at": f"2027-01-30T10:00:00.{fraction}Z"}).expires_at

    assert end == END.replace(microsecond=microseconds)


@pytest.mark.usefixtures("in_tokyo")
def test_an_end_without_a_zone_is_utc_wherever_the_machine_is() -> None:
    end = read({"token": TOKEN, "expires_at": "2027-01-30T10:00:00"}).expires_at

    assert end == END
    assert end is not None
    assert end.tzinfo is timezone.utc


def test_an_end_that_cannot_be_read_leaves_room_for_the_next_sign_of_one() -> None:
    assert read({"token": TOKEN, "expires_at": "soon", "expires_in": LIFE}).expires_at == END
    assert read({"token": JWT, "expires_at": "soon", "expires_in": "later"}).expires_at == END


def test_a_field_counts_more_than_the_claim_of_a_jwt() -> None:
    sooner = END - timedelta(days=1)

    assert read({"token": JWT, "expires_at": sooner.isoformat()}).expires_at == sooner


def test_a_moment_counts_more_than_a_span() -> None:
    assert read({"token": TOKEN, "expires_in": 2 * WEEK, "valid_until": "2027-01-30T10:00:00Z"}).expires_at == END


@given(st.datetimes(min_value=datetime(2026, 11, 2), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - read as UTC
def test_seconds_and_milliseconds_of_the_epoch_are_distinguished(naive: datetime) -> None:
    moment = naive.replace(microsecond=0, tzinfo=timezone.utc)
    seconds = int(moment.timestamp())

    assert read({"token": TOKEN, "exp": seconds}).expires_at == moment
    assert read({"token": TOKEN, "exp": seconds * 1000}).expires_at == moment


def test_a_number_that_would_be_the_year_1973_in_milliseconds_is_in_seconds() -> None:
    assert read({"token": TOKEN, "exp": 10**11}).expires_at == datetime(5138, 11, 16, 9, 46, 40, tzinfo=timezone.utc)


@pytest.mark.parametrize("end", [20270227, "20270227", " 20270227 ", "202702270000", 20270227000000, "2027-02-27"])
def test_a_date_of_digits_is_that_day_and_no_number_of_seconds(end: object) -> None:
    assert read({"token": TOKEN, "expiry": end}).expires_at == datetime(2027, 2, 27, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text", ["20270130T100000Z", "2027-01-30T11:00:00+0100", "20270130T110000.5+01", "20270130 100000"]
)
def test_a_compact_moment_is_read_by_every_python(text: str) -> None:
    end = read({"token": TOKEN, "expires_at": text}).expires_at

    assert end is not None
    assert end.replace(microsecond=0) == END


@pytest.mark.parametrize("end", [[2027, 1, 30, 10, 0], [2027, 1, 30, 10, 0, 0], [2027, 1, 30, 10, 0, 0, 999_999_999]])
def test_a_date_as_a_list_of_numbers_is_not_a_span_of_seconds(end: list[int]) -> None:
    assert read({"data": [{"token": TOKEN, "expiresAt": end}]}).expires_at == END
    assert read({"token": TOKEN, "expiresAt": [2027, 13, *end[2:]]}).expires_at is None


@pytest.mark.parametrize(
    "text",
    [
        "Sat, 30 Jan 2027 10:00:00 GMT",
        "Sat, 30 Jan 2027 11:00:00 +0100",
        "Saturday, 30-Jan-27 10:00:00 GMT",
        "Sat Jan 30 10:00:00 2027",
        "2027-01-30 10:00:00 UTC",
        "2027-01-30t10:00:00z",
    ],
)
def test_a_date_as_http_or_a_log_writes_it_is_read(text: str) -> None:
    assert read({"token": TOKEN, "expires": text}).expires_at == END


@given(st.dates(min_value=date(2026, 11, 2), max_value=date(2199, 12, 31)), st.booleans())
def test_every_day_to_come_is_read_from_its_digits(day: date, as_number: bool) -> None:
    digits = day.strftime("%Y%m%d")

    end = read({"token": TOKEN, "expires_on": int(digits) if as_number else digits}).expires_at

    assert end == datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def test_a_span_is_one_even_if_its_digits_are_those_of_a_day() -> None:
    assert read({"token": TOKEN, "expires_in": 20270227}).expires_at == NOW + timedelta(seconds=20270227)


@pytest.mark.parametrize("seconds", [20271301, 20270230, 31536000, 63072000, 15552000])
def test_digits_that_are_not_a_day_are_seconds(seconds: int) -> None:
    assert read({"token": TOKEN, "expires": seconds}).expires_at == NOW + timedelta(seconds=seconds)


@given(
    st.integers(min_value=WEEK, max_value=20 * 365 * 86400).filter(lambda number: not 20000101 <= number <= 21991231)
)
def test_a_small_number_is_a_span_from_now_under_any_name_in_seconds_or_milliseconds(seconds: int) -> None:
    assert read({"token": TOKEN, "expires": seconds}).expires_at == NOW + timedelta(seconds=seconds)
    assert read({"token": TOKEN, "expires_in": seconds}).expires_at == NOW + timedelta(seconds=seconds)
    in_milliseconds = max(seconds, 2 * WEEK) * 1000
    assert read({"token": TOKEN, "expires_in": in_milliseconds}).expires_at == NOW + timedelta(
        milliseconds=in_milliseconds
    )


@given(st.integers(min_value=1, max_value=WEEK - 1) | st.sampled_from([30, 90, 365, 90 * 24, 90 * 24 * 60]))
def test_a_number_too_small_for_seconds_may_be_days_hours_or_minutes_so_the_end_is_unknown(number: int) -> None:
    for name in ("expires_in", "ttl", "lifetime", "expires"):
        assert read({"token": TOKEN, name: number}).expires_at is None


def test_only_the_configured_expiry_field_is_read() -> None:
    body = {"token": TOKEN, "expires_at": "2026-12-01T00:00:00Z", "expires_in": 60, "ends": "2027-01-30T10:00:00Z"}

    assert read(body, expiry_field="ends").expires_at == END
    assert read({"token": TOKEN, "expires_at": "2026-12-01T00:00:00Z"}, expiry_field="ends").expires_at is None
    assert read({"token": TOKEN, "expires_in": 60}, expiry_field="ends").expires_at is None
    assert read({"token": JWT, "expires_in": 60}, expiry_field="ends").expires_at == END
