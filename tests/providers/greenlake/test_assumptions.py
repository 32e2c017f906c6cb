from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import ApiError, ConflictError, UnexpectedAnswerError
from providers.greenlake.api.token_answer import IssuedToken
from providers.greenlake.assumptions import rotate_query, says_one_exists
from tests.providers.greenlake.api.answers import END, JWT, LIFE, TOKEN, read

CANARY = "canary-"
SHAPES: list[dict[str, Any]] = [
    {"token": TOKEN, "expires_at": "2027-01-30T10:00:00Z"},
    {"token": TOKEN, "expiresAt": "2027-01-30T11:00:00+01:00"},
    {"access_token": TOKEN, "token_type": "Bearer", "expires_in": LIFE},
    {"accessToken": TOKEN, "expiresIn": str(LIFE)},
    {"scimProxyToken": TOKEN, "expiration": int(END.timestamp())},
    {"proxy_token": TOKEN, "exp": int(END.timestamp()) * 1000},
    {"value": TOKEN, "expires": "2027-01-30T10:00:00"},
    {"secret_token": TOKEN, "validUntil": " 2027-01-30T10:00:00.000Z "},
    {"bearerToken": TOKEN, "expiry": f" {int(END.timestamp())} "},
    {"jwt": TOKEN, "ttl": float(LIFE)},
    {"data": {"token": TOKEN, "expires_at": "2027-01-30T10:00:00Z"}, "status": "SUCCESS"},
    {"result": {"credential": {"scimToken": TOKEN}}, "lifetime": LIFE},
    {"token": TOKEN, "id": None, "tags": ["a"], "expires": LIFE, "unknown": {"deep": [{}]}},
]


@pytest.mark.parametrize("body", SHAPES)
def test_an_answer_of_any_usual_shape_is_read(body: dict[str, Any]) -> None:
    assert read(body) == IssuedToken(TOKEN, END)


@pytest.mark.parametrize("body", [{"token": JWT}, JWT, JWT.encode(), f"\r\n{JWT}\n".encode(), f" {JWT} "])
def test_a_token_that_is_a_jwt_reports_its_end_itself(body: object) -> None:
    assert read(body) == IssuedToken(JWT, END)


@pytest.mark.parametrize("body", [{"token": TOKEN}, TOKEN, TOKEN.encode(), [TOKEN]])
def test_an_opaque_token_without_an_end_has_none(body: object) -> None:
    assert read(body) == IssuedToken(TOKEN, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"token": {"value": TOKEN, "expires_at": "2027-01-30T10:00:00Z"}}, id="an object is not text"),
        pytest.param({"token": {"token": TOKEN, "expires_at": "2027-01-30T10:00:00Z"}}, id="nor of the same name"),
        pytest.param({"token": True, "access_token": TOKEN, "expires_in": LIFE}, id="a switch is not text"),
        pytest.param({"token": None, "access_token": TOKEN, "expires_in": LIFE}, id="null is empty"),
        pytest.param({"token": "", "access_token": TOKEN, "expires_in": LIFE}, id="an empty text"),
        pytest.param({"token": f" {TOKEN}\n", "expires_in": LIFE}, id="spaces do not count"),
        pytest.param({"value": TOKEN[::-1], "token": TOKEN, "expires_in": LIFE}, id="only a token's name counts more"),
    ],
)
def test_the_token_is_the_first_text_under_the_most_specific_name(body: dict[str, Any]) -> None:
    assert read(body) == IssuedToken(TOKEN, END)


def test_only_the_configured_token_field_is_read() -> None:
    body = {"token": TOKEN[::-1], "data": {"theirs": TOKEN}}

    assert read(body, token_field="theirs").value == TOKEN
    assert read(body, token_field="data.theirs").value == TOKEN
    with pytest.raises(UnexpectedAnswerError, match=r"\(fields: token\)"):
        read({"token": TOKEN}, token_field="theirs")


@pytest.mark.parametrize(
    ("body", "fields"),
    [({}, "none"), ({"status": "OK", "data": {"id": 1}}, "data, id, status"), ({"token": 7}, "token")],
)
def test_an_answer_without_a_token_names_the_fields_that_came_and_the_setting(body: object, fields: str) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        read(body)

    assert str(caught.value) == (
        f"GreenLake's answer holds no token under a known name (fields: {fields}): "
        "set greenlake.tokenField in the stack file to the right one, such as data.new.token"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a" * 15,
        "a" * 16385,
        f'{TOKEN}"',
        f"{TOKEN} {TOKEN}",
        f"{TOKEN}\n{TOKEN}",
        f"<{TOKEN}>",
        f"{TOKEN}>",
        f"{TOKEN}\u00e9",
        f"{TOKEN}\x7f",
        "<html><body>Sign in</body></html>",
    ],
)
@pytest.mark.parametrize("shape", ["bare", "field"])
def test_a_text_that_is_not_a_token_is_refused_by_its_length_alone(text: str, shape: str) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        read(text if shape == "bare" else {"token": text})

    assert str(caught.value) == (
        f"GreenLake answered with a text of {len(text)} characters that is not a token: "
        "check that greenlake.apiUrl is the API's own address"
    )


@pytest.mark.parametrize("length", [16, 16384])
def test_a_token_of_any_length_that_fits_a_header_is_taken(length: int) -> None:
    assert read("a" * length).value == "a" * length


@pytest.mark.parametrize(
    ("body", "said"),
    [
        *((body, r"that is not a token: check") for body in (b"", b"\xff\xfe\xfd", b"{", b"[" * 100_000)),
        *((body, r"\(fields: none\)") for body in (b"null", b"[]", b"17", b"true", b"[1, 2]")),
    ],
)
def test_a_body_that_is_neither_token_nor_object_is_one_clear_error(body: bytes, said: str) -> None:
    with pytest.raises(UnexpectedAnswerError, match=said):
        read(body)


names = st.sampled_from(["token", "access_token", "value", "expires_at", "expires_in", "data", "id"]) | st.text(
    max_size=8
)
canaries = st.text("abcXYZ019 <\"'{}:.\u00e9\n", max_size=40).map(lambda text: CANARY + text)
leaves = st.none() | st.booleans() | st.integers(min_value=1, max_value=4_000_000_000) | canaries
bodies = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5), max_leaves=12
)


@given(bodies)
def test_no_value_of_an_answer_gets_into_an_exception_or_a_repr(body: object) -> None:
    try:
        shown = repr(read(body))
    except UnexpectedAnswerError as error:
        shown = str(error)

    assert CANARY not in shown


@given(st.binary(max_size=60))
def test_any_bytes_are_a_token_or_one_clear_error(body: bytes) -> None:
    try:
        outcome = read(body).value
    except UnexpectedAnswerError as error:
        outcome = str(error)

    assert len(outcome.splitlines()) == 1
    assert outcome.encode() in body or outcome.startswith("GreenLake")


@pytest.mark.parametrize("name", [TOKEN, "one\ntwo", "x" * 5000])
def test_the_names_of_fields_are_shown_as_carefully_as_any_word_of_a_service(name: str) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        read({name: 1})

    assert TOKEN not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(("remove_current", "flag"), [(True, "true"), (False, "false")])
def test_the_flag_of_a_rotation_is_sent_under_both_spellings(remove_current: bool, flag: str) -> None:
    assert rotate_query(remove_current=remove_current) == f"remove-current={flag}&remove_current={flag}"


@pytest.mark.parametrize(
    ("error", "exists"),
    [
        (ConflictError("there is one", status=409), True),
        (ConflictError("there is one", status=412), True),
        (ApiError("no", status=400, code="TokenAlreadyExists"), True),
        (ApiError("no", status=400, code="ALREADY_EXISTS"), True),
        (ApiError("no", status=400, code="tokenExists"), True),
        (ApiError("no", status=400, code="AlreadyIssued"), True),
        (ApiError("no", status=400, code="BadRequest"), False),
        (ApiError("no", status=400), False),
        (ApiError("no", status=403, code="TokenAlreadyExists"), False),
        (ApiError("no", status=400, code="WorkspaceDoesNotExist"), False),
        (ApiError("no", status=400, code="TENANT_NOT_EXISTS"), False),
        (ApiError("no", status=400, code="DOES_NOT_EXIST"), False),
    ],
)
def test_a_refused_create_means_that_a_token_exists_by_status_or_by_code(error: ApiError, exists: bool) -> None:
    assert says_one_exists(error) is exists
