"""How long to wait is read as a number or a moment, from any header, field or sentence that services put it into."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.http.error_body import read_error
from providers.http.retry_after import of_headers, of_words

AT = datetime(2026, 11, 30, 20, tzinfo=timezone.utc)
IN_A_MINUTE = int(AT.timestamp()) + 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "10, 20"}, 10),
        ({"retry-after": "10s"}, 10),
        ({"retry-after": "Mon, 30 Nov 2026 20:01:00 GMT"}, 60),
        ({"retry-after": "2026-11-30T20:01:00Z"}, 60),
        ({"retry-after": "2026-11-30T20:01:00"}, 60),
        ({"retry-after": "Sun, 01 Nov 2020 10:00:00 GMT"}, 0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"x-ratelimit-reset-after": "3.5"}, 3.5),
        ({"ratelimit-reset": "12"}, 12),
        ({"x-rate-limit-reset": str(IN_A_MINUTE)}, 60),
        ({"x-ratelimit-reset": str(IN_A_MINUTE * 1000)}, 60),
        ({"x-ratelimit-reset": "1000000000"}, 0),
        ({"ratelimit": '"default";r=0;t=30'}, 30),
        ({"ratelimit": "limit=100, remaining=0, reset=50"}, 50),
        ({"retry-after": "soon", "x-ratelimit-reset": "7"}, 7),
        ({"retry-after": "7", "x-ratelimit-reset": "9"}, 7),
        *(({"retry-after": each}, None) for each in ("", "-1", "inf", "NaN", "1e9", "soon", "\u00b2", "0x10")),
        ({}, None),
    ],
)
def test_of_the_headers_the_plainest_counts(headers: dict[str, str], seconds: float | None) -> None:
    assert of_headers(headers, AT, limited=True) == seconds


@pytest.mark.parametrize(
    "reset",
    [
        {"ratelimit-reset": "50"},
        {"x-ratelimit-reset": str(IN_A_MINUTE)},
        {"x-rate-limit-reset": "50"},
        {"x-ratelimit-reset-after": "50"},
        {"ratelimit": '"default";r=99;t=55'},
    ],
)
def test_the_reset_of_a_limit_counts_only_if_the_limit_was_reached(reset: dict[str, str]) -> None:
    assert of_headers(reset, AT, limited=False) is None
    assert of_headers(reset | {"retry-after": "7"}, AT, limited=False) == 7


@pytest.mark.parametrize(("value", "seconds"), [("30s", 30), ("12.5s", 12.5), (0.65, 0.65), (True, None), ([5], None)])
def test_a_field_is_a_number_or_a_text_with_its_unit(value: object, seconds: float | None) -> None:
    assert read_error({"error": {"retryDelay": value}}).retry_after == seconds


@pytest.mark.parametrize(
    ("sentence", "seconds"),
    [
        ("Try again in 5 minutes.", 300),
        ("Rate limit is exceeded. Try again in 30 seconds.", 30),
        ("Please try again in 1.2s.", 1.2),
        ("Please retry after 20 ms", 0.02),
        ("Wait for 2 hrs", 7200),
        ("Come back in 1 day", 86400),
        ("Quota will be replenished in 02:23:11.", 8591),
        ("Retry your request after 5 seconds", 5),
        ("Try the request again later, in 5 min", 300),
        ("It failed in 5 of 7 cases", None),
        ("It failed in 30 ms", None),
        ("The upstream request timed out after 60 seconds", None),
        ("The retry timed out after 60 seconds. Please try again.", None),
        ("no healthy upstream for 12 h", None),
        ("We waited for 60 s", None),
        ("Created in 2024", None),
        ("in 3 months", None),
        ("", None),
    ],
)
def test_a_sentence_has_a_number_and_its_unit(sentence: str, seconds: float | None) -> None:
    assert of_words(sentence) == seconds


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    waits = (
        of_headers({"retry-after": text, "ratelimit": text}, AT, limited=True),
        read_error({"retryafter": text}).retry_after,
        of_words(text),
    )

    assert all(each is None or each >= 0 for each in waits)
