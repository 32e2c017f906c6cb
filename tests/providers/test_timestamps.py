from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import timestamps

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
WORDS = {"s": 1, "min": 60, "h": 3600, "days": 86400}

zones = st.integers(min_value=-14 * 60, max_value=14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments_of_all_zones = st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30), timezones=zones)  # noqa: DTZ001 - zones are drawn


def test_the_clock_is_utc_and_right() -> None:
    before = datetime.now(tz=timezone.utc)

    moment = timestamps.now()

    assert moment.tzinfo is timezone.utc
    assert before <= moment <= datetime.now(tz=timezone.utc)


@given(moments_of_all_zones)
def test_a_moment_round_trips_to_the_second(moment: datetime) -> None:
    back = timestamps.from_text(timestamps.to_text(moment))

    assert back == moment.replace(microsecond=0)
    assert back.utcoffset() == timedelta(0)


@pytest.mark.usefixtures("in_tokyo")
def test_a_moment_is_written_in_utc_wherever_the_machine_is() -> None:
    moment = datetime(2026, 11, 1, 1, 2, 3, 999_999, tzinfo=timezone(timedelta(hours=2)))

    assert timestamps.to_text(moment) == "2026-10-31T23:02:03Z"


def test_no_moment_is_an_empty_text() -> None:
    assert timestamps.to_text(None) == ""
    assert timestamps.from_optional("") is None


@given(st.integers(min_value=1, max_value=99_999), st.sampled_from(sorted(SECONDS)))
def test_a_duration_is_its_number_times_its_unit(number: int, unit: str) -> None:
    assert timestamps.duration(f"{number}{unit}") == timedelta(seconds=number * SECONDS[unit])


@pytest.mark.parametrize(
    "text",
    ["", "0d", "01d", "100000s", "-1d", "+1d", "1 d", " 1d", "1D", "1w", "d", "60", "1.5h", "60d\n", "1d2h", "\u0661d"],
)
def test_anything_else_is_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a duration: write a number and s, m, h or d, such as 60d$"):
        timestamps.duration(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86400, "24 h"),
        (2 * 86400 - 1, "47 h"),
        (2 * 86400, "2 days"),
        (90 * 86400, "90 days"),
        (-120, "2 min"),
    ],
)
def test_a_span_is_reported_in_its_largest_whole_unit_and_days_from_two_on(seconds: float, words: str) -> None:
    assert timestamps.in_words(timedelta(seconds=seconds)) == words


@given(st.timedeltas())
def test_a_span_is_never_shown_longer_than_it_is_and_by_less_than_one_unit_shorter(span: timedelta) -> None:
    number, unit = timestamps.in_words(span).split(" ")

    said = int(number) * WORDS[unit]
    assert said <= abs(span).total_seconds() < said + WORDS[unit] + 1
