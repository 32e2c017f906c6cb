import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.http import jwt
from tests.providers.jwts import encoded, unsigned_jwt

leaves = st.none() | st.booleans() | st.integers() | st.text()
payloads = st.dictionaries(st.text(), leaves | st.lists(leaves) | st.dictionaries(st.text(), leaves))


@given(payloads)
def test_the_claims_are_the_payload_whatever_it_holds(payload: dict[str, Any]) -> None:
    assert jwt.claims(unsigned_jwt(payload)) == payload


@given(st.text() | st.lists(st.text(), min_size=3, max_size=3).map(".".join))
def test_any_text_has_claims_or_none_and_never_an_error(text: str) -> None:
    assert isinstance(jwt.claims(text), dict | None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "opaque",
        unsigned_jwt({"exp": 1}) + ".more",
        ".".join(unsigned_jwt({"exp": 1}).split(".")[:2]),
        f"head.{encoded(b'no json')}.signature",
        f"head.{encoded(bytes([0xFF, 0xFE, 0xFD]))}.signature",
        f"head.{encoded(json.dumps([1]).encode())}.signature",
        f"head.{encoded(json.dumps('text').encode())}.signature",
        "head.a.signature",
        "head.ä.signature",
    ],
)
def test_a_text_that_is_not_a_jwt_has_no_claims_and_no_expiry(text: str) -> None:
    assert jwt.claims(text) is None
    assert jwt.expiry(text) is None


@given(st.integers(min_value=0, max_value=253402300799))
def test_the_expiry_is_the_exp_claim_in_utc(seconds: int) -> None:
    end = jwt.expiry(unsigned_jwt({"exp": seconds}))

    assert end is not None
    assert end.tzinfo is timezone.utc
    assert end.timestamp() == seconds


def test_a_fraction_of_a_second_counts() -> None:
    assert jwt.expiry(unsigned_jwt({"exp": 1.5})) == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=timezone.utc)


@pytest.mark.parametrize("payload", [{}, {"exp": None}, {"exp": True}, {"exp": "1800000000"}, {"exp": [1]}])
def test_an_exp_that_is_not_a_number_does_not_count(payload: dict[str, Any]) -> None:
    assert jwt.expiry(unsigned_jwt(payload)) is None


@pytest.mark.parametrize("exp", [1e30, -1e30, float("nan"), float("inf")])
def test_an_exp_beyond_the_calendar_does_not_count(exp: float) -> None:
    assert jwt.expiry(unsigned_jwt({"exp": exp})) is None
