"""The new token is found in any shape, by name or by not being one of ours; what stays ambiguous is unreadable."""

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import UnreadableTokenError
from providers.greenlake.api.token_answer import IssuedToken
from tests.providers.greenlake.api.answers import END, LIFE, TOKEN, read

OURS = TOKEN[::-1]
BEFORE = "previous-of-ours-0123456789"
SOONER = "2026-12-01T00:00:00Z"
LATER = "2027-01-30T10:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        [{"token": TOKEN, "expires_at": LATER}],
        {"data": [{"token": TOKEN, "expires_at": LATER}]},
        {"items": [{"id": 1}, {"credential": {"scimToken": TOKEN, "expiresAt": LATER}}]},
        {"tokens": [TOKEN], "expires_at": LATER},
        {"Token": TOKEN, "ExpiresAt": LATER},
        {"SCIMProxyToken": TOKEN, "EXPIRES_IN": LIFE},
        pytest.param(
            {"token": f"Bearer {TOKEN}", "expires_in": LIFE}, id="the scheme of a header does not belong to it"
        ),
        pytest.param({"token": TOKEN, "access_token": TOKEN, "ttl": LIFE}, id="two names for one value agree"),
    ],
)
def test_lists_and_other_spellings_are_read(body: object) -> None:
    assert read(body) == IssuedToken(TOKEN, END)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("text", [TOKEN, json.dumps({"token": TOKEN})])
def test_the_encoding_of_an_answer_is_found_by_its_first_bytes(text: str, encoding: str) -> None:
    if text != TOKEN or encoding != "utf-16-le":  # a bare text without a mark is in UTF-8
        assert read(text.encode(encoding)) == IssuedToken(TOKEN, None)


def test_another_field_that_is_not_in_utf_8_does_not_lose_the_token() -> None:
    body = {"token": TOKEN, "createdBy": "José", "expires_at": LATER}

    assert read(json.dumps(body, ensure_ascii=False).encode("latin-1")) == IssuedToken(TOKEN, END)


def test_a_form_is_read_by_its_names() -> None:
    assert read(f"access_token={quote(TOKEN)}&expires_in={LIFE}".encode()) == IssuedToken(TOKEN, END)
    assert read(TOKEN.encode()) == IssuedToken(TOKEN, None)


def test_of_a_form_with_unknown_names_only_the_field_that_the_stack_file_names_is_the_token() -> None:
    body = f"state=abc&zulu={quote(TOKEN)}".encode()

    assert read(body, token_field="zulu") == IssuedToken(TOKEN, None)
    with pytest.raises(UnreadableTokenError, match=r"under a known name \(fields: state, zulu\): set greenlake.tokenF"):
        read(body)


@pytest.mark.parametrize("text", [f"{{'token':'{TOKEN}'}}", f"[{TOKEN}]", "[" * 3000 + "]" * 3000])
def test_broken_json_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableTokenError, match="is not a token"):
        read(text.encode())


@pytest.mark.parametrize(
    ("body", "token_field", "expiry_field"),
    [
        ({"result": {"secret": TOKEN, "until": LATER}}, "result.secret", "result.until"),
        ({"result": {"secret": TOKEN, "until": LATER}, "secret": OURS}, "result.secret", "result.until"),
        ({"result": [{"secret": TOKEN, "until": LATER}]}, "result.secret", "result.until"),
        ({"body": {"result": {"secret": TOKEN}, "until": LATER}}, "result.secret", "body.until"),
        ({"result.secret": TOKEN, "until": LATER}, "result.secret", "until"),
        (
            {"all": [{"secret": OURS, "until": SOONER}, {"secret": TOKEN, "until": LATER}]},
            "all.1.secret",
            "all.1.until",
        ),
        ({"all": [{"secret": OURS, "until": SOONER}, {"secret": TOKEN, "until": LATER}]}, "all.1.secret", "until"),
        ({"secret": TOKEN, "inner": {"secret": OURS}, "until": LATER}, "secret", "until"),
    ],
)
def test_a_field_of_the_stack_file_may_be_a_path(body: object, token_field: str, expiry_field: str) -> None:
    assert read(body, token_field=token_field, expiry_field=expiry_field) == IssuedToken(TOKEN, END)


SIDE_BY_SIDE: list[object] = [
    {"current": {"token": OURS, "expires_at": SOONER}, "new": {"token": TOKEN, "expires_at": LATER}},
    {"new": {"token": TOKEN, "expires_at": LATER}, "current": {"token": OURS, "expires_at": SOONER}},
    {"current": {"token": TOKEN, "expires_at": LATER}, "previous": {"token": OURS, "expires_at": SOONER}},
    {"current_token": OURS, "current_expires_at": SOONER, "new_token": TOKEN, "new_expires_at": LATER},
    {"oldToken": OURS, "oldExpiresAt": SOONER, "token": TOKEN, "expiresAt": LATER},
    {"tokens": {"current": OURS, "new": TOKEN}, "expires_at": LATER},
    {"current": OURS, "new": TOKEN, "expires_in": LIFE},
]


@pytest.mark.parametrize("body", SIDE_BY_SIDE)
@pytest.mark.parametrize("known", [(), (OURS,), (OURS, BEFORE)])
def test_of_two_tokens_the_new_one_by_name_is_taken_with_the_end_beside_it(body: object, known: Sequence[str]) -> None:
    assert read(body, known=known) == IssuedToken(TOKEN, END)


UNNAMED: list[object] = [
    [{"token": OURS, "expires_at": SOONER}, {"token": TOKEN, "expires_at": LATER}],
    {"data": [{"token": TOKEN, "expires_at": LATER}, {"token": OURS, "expires_at": SOONER}]},
    {"first": {"token": OURS, "expires_at": SOONER}, "second": {"token": TOKEN, "expires_at": LATER}},
    {"token": OURS, "access_token": TOKEN, "expires_at": LATER},
    {"token": OURS, "data": {"token": TOKEN, "expires_at": LATER}},
    {"current": {"token": OURS, "expires_at": SOONER}, "token": TOKEN, "expires_at": LATER},
]


@pytest.mark.parametrize("body", UNNAMED)
def test_of_two_tokens_without_a_name_that_decides_the_unknown_one_is_taken(body: object) -> None:
    assert read(body, known=(OURS,)) == IssuedToken(TOKEN, END)


@pytest.mark.parametrize(
    ("body", "token_field"),
    [
        ([{"token": OURS, "expires_at": SOONER}, {"token": TOKEN}], ""),
        ([{"secret": OURS, "expires_at": SOONER}, {"secret": TOKEN}], "1.secret"),
        ({"first": {"token": OURS, "expires_at": SOONER}, "second": {"token": TOKEN}}, ""),
        ({"current_token": OURS, "current_expires_at": SOONER, "new_token": TOKEN}, ""),
    ],
)
def test_the_end_of_the_token_in_use_is_never_that_of_the_new_one(body: object, token_field: str) -> None:
    assert read(body, token_field=token_field, known=(OURS,)) == IssuedToken(TOKEN, None)


@pytest.mark.parametrize("body", [*UNNAMED, [OURS, TOKEN]])
def test_nothing_is_guessed_if_neither_name_nor_state_shows_which_is_new(body: object) -> None:
    with pytest.raises(UnreadableTokenError, match="holds several tokens, and nothing shows which is the new one"):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        {"token": OURS},
        OURS,
        [{"token": OURS}, {"token": BEFORE}],
        {"old_token": TOKEN},
        {"previous": {"token": TOKEN}},
        {"new": {"token": OURS}, "current": {"token": TOKEN}},
    ],
)
def test_an_answer_without_a_token_that_is_new_is_unreadable(body: object) -> None:
    with pytest.raises(UnreadableTokenError, match="holds no token that is new"):
        read(body, known=(OURS, BEFORE))


@pytest.mark.parametrize("shown", ["*" * 32, f"{'*' * 28}c0ff", "c0ff********************", f"https://host/t?v={OURS}"])
def test_a_masked_token_or_an_address_is_unreadable(shown: str) -> None:
    with pytest.raises(UnreadableTokenError, match="that is not a token"):
        read({"token": shown})
    assert read({"token": shown, "newToken": TOKEN}).value == TOKEN


@pytest.mark.parametrize("field", ["refresh_token", "id_token", "nextToken", "token_type", "tokenId", "csrfToken"])
def test_a_token_of_another_kind_beside_it_is_passed_over(field: str) -> None:
    assert read({field: OURS, "access_token": TOKEN}).value == TOKEN


@pytest.mark.parametrize(
    ("body", "status", "made"),
    [
        ({"status": "OK"}, 200, True),
        ([], 200, True),
        ("a sentence, no token", 200, True),
        (b"a sentence, no token", 200, False),
        (b"", 200, False),
        (b"", 201, True),
    ],
)
def test_only_json_and_status_201_prove_that_there_is_a_token_all_the_same(
    body: object, status: int, made: bool
) -> None:
    with pytest.raises(UnreadableTokenError) as caught:
        read(body, status=status)

    assert caught.value.made is made


Wrap = Callable[[Any], Any]
WRAPS: list[Wrap] = [
    lambda it: [it],
    lambda it: {"data": it},
    lambda it: {"id": 7, "result": it, "links": ["/v1/tokens"]},
    lambda it: [{"status": "OK"}, it],
]


@given(st.lists(st.sampled_from(WRAPS), max_size=5), st.booleans(), st.booleans())
def test_however_deep_both_lie_the_new_one_is_found_and_never_one_of_ours(
    wraps: Sequence[Wrap], first: bool, named: bool
) -> None:
    ours, new = {"token": OURS, "expires_at": SOONER}, {"token": TOKEN, "expires_at": LATER}
    pair: Any = [new, ours] if first else [ours, new]
    body: Any = {"current": ours, "new": new} if named else pair
    for wrap in wraps:
        body = wrap(body)

    assert read(body, known=(OURS,)) == IssuedToken(TOKEN, END)


names = st.sampled_from(["token", "new_token", "current", "new", "previous", "value", "access_token", "data", "x"])
tokens = st.sampled_from([TOKEN, OURS, BEFORE, "another-token-0123456789", 7, None, ""])
bodies = st.recursive(
    tokens, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=8
)


@given(bodies)
def test_no_answer_of_any_shape_gives_back_a_token_of_ours(body: object) -> None:
    try:
        found = read(body, known=(OURS, BEFORE)).value
    except UnreadableTokenError:
        return
    assert found not in (OURS, BEFORE)
