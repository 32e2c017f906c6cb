import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import errors
from providers.errors import (
    TEXT_CAP,
    ApiError,
    ConfigurationError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ProvisioningError,
    StoppedError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
    api_error_class,
    masked,
)

TOKEN_LETTERS = string.ascii_letters + string.digits + "_-.~+/="
GUID = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"

words = st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=12), max_size=5).map(" ".join)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ApiError),
        (401, UnauthorizedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (405, ApiError),
        (408, UnavailableError),
        (409, ConflictError),
        (410, NotFoundError),
        (412, ConflictError),
        (429, ThrottledError),
        (499, ApiError),
        (500, UnavailableError),
        (501, UnavailableError),
        (503, UnavailableError),
        (599, UnavailableError),
    ],
)
def test_a_status_has_one_class(status: int, kind: type[ApiError]) -> None:
    assert api_error_class(status) is kind


def test_every_failure_belongs_to_one_tree() -> None:
    found = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)}

    assert {each for each in found if not issubclass(each, ProvisioningError)} == set()
    assert {each for each in found if each.__bases__ == (ProvisioningError,)} == {
        ConfigurationError,
        StoppedError,
        UnreachableError,
        UnexpectedAnswerError,
        ApiError,
    }


def test_an_api_error_says_its_sentence_and_keeps_status_code_and_wish() -> None:
    error = ThrottledError("too many: run again later", status=429, code="TooManyRequests", retry_after=7.5)

    assert str(error) == "too many: run again later"
    assert (error.status, error.code, error.retry_after) == (429, "TooManyRequests", 7.5)


def test_an_api_error_knows_of_no_code_no_wish_and_no_lost_answer_until_it_is_told() -> None:
    error = ApiError("no: correct it", status=400)

    assert (error.code, error.retry_after, error.lost) == ("", None, False)


@pytest.mark.parametrize("sent", [True, False])
def test_an_unreachable_error_tells_whether_the_request_may_have_been_carried_out(sent: bool) -> None:
    error = UnreachableError("no answer: run again", sent=sent)

    assert str(error) == "no answer: run again"
    assert error.sent is sent


@pytest.mark.parametrize(
    "text",
    [
        "The user or administrator has not consented to use the application",
        "Request_ResourceNotFound",
        f"Resource '{GUID}' does not exist",
        "abcdefghijklmn1",
        "2026-11-01",
    ],
)
def test_a_services_own_words_stay_as_they_are(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abcdefghijklmno1", "[...]"),
        ("1234567890123456 is no token", "1234567890123456 is no token"),
        ("bad token 'abcDEF0123456789abcDEF' came", "bad token '[...]' came"),
        ("Bearer eyJ0eXAi.eyJpc3Mi0.c2lnbmF0dXJl", "Bearer [...]"),
        (f"{GUID}0 and {GUID}", f"[...] and {GUID}"),
        (f"appid={GUID}", "[...]"),
        ("a1b2c3d4e5f6g7h8 i9j0k1l2m3n4o5p6", "[...] [...]"),
    ],
)
def test_what_looks_like_a_token_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@given(before=words, token=st.text(TOKEN_LETTERS, min_size=20, max_size=200), after=words)
def test_a_token_with_letters_and_digits_is_never_shown(before: str, token: str, after: str) -> None:
    token = f"{token}z9"

    assert token not in masked(f"{before} {token} {after}")


def test_a_token_without_a_digit_is_never_shown() -> None:
    token = "sGvTqLpWxKzNbRfYhJdMcQeA"

    assert token not in masked(f"the token {token} is not known")


def test_a_token_with_other_marks_is_never_shown() -> None:
    token = "A1b2:C3d4:E5f6:G7h8:I9j0:K1l2"

    assert token not in masked(f"the token {token} is not known")


@given(st.text(max_size=400))
def test_masked_words_are_one_capped_line(text: str) -> None:
    shown = masked(text)

    assert len(shown.splitlines()) <= 1
    assert len(shown) <= TEXT_CAP


def test_masked_words_hold_no_control_character() -> None:
    assert masked("red \x1b[31m alarm\x08").isprintable()


@pytest.mark.parametrize("spaces", ["\n", "\r\n", "\t", "\u2028", "  \n  "])
def test_a_line_break_becomes_a_space(spaces: str) -> None:
    assert masked(f"one{spaces}two") == "one two"


def test_a_text_of_the_cap_is_whole_and_a_longer_one_ends_in_dots() -> None:
    whole = ("word " * TEXT_CAP)[: TEXT_CAP - 1] + "s"

    assert masked(whole) == whole
    assert masked(whole + "s") == whole[: TEXT_CAP - 3] + "..."
