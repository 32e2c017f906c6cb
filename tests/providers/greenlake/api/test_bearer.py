import time
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import ConfigurationError, UnreachableError
from providers.greenlake.api.bearer import ApiClient, bearer, copied
from providers.http.deadline import Deadline
from tests.providers.jwts import unsigned_jwt

NOW = datetime(2026, 11, 1, 10, 0, tzinfo=timezone.utc)
HOW = (
    "set HPEGL_USER_ID, HPEGL_USER_SECRET and HPEGL_IAM_SERVICE_URL (an API client), or HPEGL_IAM_TOKEN to a token "
    "copied from HPE GreenLake: profile icon, API Access; it lives 15 minutes"
)
CLIENT = {
    "HPEGL_USER_ID": "an-id",
    "HPEGL_USER_SECRET": "a-secret",
    "HPEGL_IAM_SERVICE_URL": "https://iam.example/iam",
}


def jwt_that_ends(after: timedelta) -> str:
    return unsigned_jwt({"exp": (NOW + after).timestamp()})


def asked(environ: dict[str, str]) -> str:
    """Ask for a bearer when no time is left to send anything: what is answered or refused was decided here."""
    return bearer(environ, NOW, Deadline(time.monotonic() - 1))


GOOD = jwt_that_ends(timedelta(minutes=15))


def test_a_bearer_that_ends_in_the_word_keeps_it() -> None:
    assert copied("BEARER_TOKEN", "an-opaque-token-of-the-Bearer", NOW) == "an-opaque-token-of-the-Bearer"


@pytest.mark.parametrize("written", ["{}", " {}\n", "Bearer {}", "bearer {}", "  Bearer  {}  "])
@pytest.mark.parametrize("token", [GOOD, "opaque-token_1234567890", unsigned_jwt({"sub": "no end"})])
def test_a_copied_bearer_is_taken_with_or_without_what_was_copied_around_it(written: str, token: str) -> None:
    assert copied("BEARER_TOKEN", written.format(token), NOW) == token


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        pytest.param("Bearer "),
        "one two",
        "one\ntwo",
        GOOD[:-40].rpartition(".")[0],
        GOOD.partition(".")[0],
        "eyJhbGciOiJub25lIn0.eyJleHAi",
        "not.a.jwt",
        "opaque-\u00e9-token",
        "Bearer Bearer bearer x",
    ],
)
def test_a_bearer_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        copied("BEARER_TOKEN", text, NOW)

    assert str(caught.value) == f"BEARER_TOKEN is not a whole API token (copied in part?): {HOW}"


@pytest.mark.parametrize("mark", ["\x00", "\x07", "\x7f"])
def test_a_bearer_with_a_control_character_is_refused(mark: str) -> None:
    with pytest.raises(ConfigurationError):
        copied("BEARER_TOKEN", f"opaque{mark}token", NOW)


def test_a_bearer_with_an_end_beyond_the_calendar_is_one_without_an_end() -> None:
    token = unsigned_jwt({"exp": 1e30})

    assert copied("BEARER_TOKEN", token, NOW) == token


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (timedelta(0), "expired 0 s ago"),
        (timedelta(minutes=-5), "expired 5 min ago"),
        (timedelta(days=-3), "expired 3 days ago"),
        (timedelta(seconds=1), "expires in 1 s, too soon to be used"),
        (timedelta(seconds=60), "expires in 1 min, too soon to be used"),
    ],
)
def test_a_bearer_that_has_ended_or_is_about_to_reports_it(after: timedelta, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        copied("HPEGL_IAM_TOKEN", jwt_that_ends(after), NOW)

    assert str(caught.value) == f"HPEGL_IAM_TOKEN {said}: {HOW}"


def test_a_bearer_that_is_good_for_more_than_a_minute_is_taken() -> None:
    token = jwt_that_ends(timedelta(seconds=61))

    assert copied("BEARER_TOKEN", token, NOW) == token


@given(st.text("aB3.-_", min_size=12, max_size=60), st.integers(min_value=-9999, max_value=60))
def test_a_refused_bearer_is_never_shown(text: str, seconds: int) -> None:
    for token in (f"{text} {text}", jwt_that_ends(timedelta(seconds=seconds))):
        with pytest.raises(ConfigurationError) as caught:
            copied("BEARER_TOKEN", token, NOW)

        assert text not in str(caught.value)
        assert token not in str(caught.value)


def test_the_bearer_of_the_service_counts_more_than_that_of_the_blog() -> None:
    other = jwt_that_ends(timedelta(minutes=14))

    assert asked({"HPEGL_IAM_TOKEN": GOOD, "BEARER_TOKEN": other, **CLIENT}) == GOOD
    assert asked({"HPEGL_IAM_TOKEN": "", "BEARER_TOKEN": other, **CLIENT}) == other


@pytest.mark.parametrize("name", ["HPEGL_IAM_TOKEN", "BEARER_TOKEN"])
def test_a_copied_bearer_is_refused_under_the_name_it_came_by(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} expired 1 h ago: set HPEGL_USER_ID"):
        asked({name: jwt_that_ends(timedelta(hours=-1)), **CLIENT})


@pytest.mark.parametrize("environ", [{}, dict.fromkeys(CLIENT, ""), {"HPEGL_IAM_VERSION": "glp"}])
def test_no_bearer_at_all_shows_how_to_get_one(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        asked(environ)

    assert str(caught.value) == f"no bearer for HPE GreenLake: {HOW}"


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        (["HPEGL_USER_ID"], "HPEGL_USER_ID"),
        (["HPEGL_USER_SECRET"], "HPEGL_USER_SECRET"),
        (["HPEGL_IAM_SERVICE_URL"], "HPEGL_IAM_SERVICE_URL"),
        (["HPEGL_USER_ID", "HPEGL_USER_SECRET"], "HPEGL_USER_ID and HPEGL_USER_SECRET"),
    ],
)
def test_half_an_api_client_reports_what_it_lacks(lacking: list[str], said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        asked({**CLIENT, **dict.fromkeys(lacking, "")})

    assert str(caught.value) == f"the API client for HPE GreenLake lacks {said}: {HOW}"


def test_an_unknown_version_of_the_service_is_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        asked({**CLIENT, "HPEGL_IAM_VERSION": "glx"})

    assert str(caught.value) == 'HPEGL_IAM_VERSION is "glx": it is glcs or glp'


@pytest.mark.parametrize("url", ["http://iam.example", "iam.example", "HTTPS//iam.example"])
def test_a_client_secret_is_only_sent_over_https(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        asked({**CLIENT, "HPEGL_IAM_SERVICE_URL": url})

    assert str(caught.value) == "HPEGL_IAM_SERVICE_URL must begin with https://: a client secret is sent there"


@pytest.mark.parametrize("version", [{}, {"HPEGL_IAM_VERSION": ""}, {"HPEGL_IAM_VERSION": "glp"}])
def test_a_whole_api_client_is_traded_by_a_call_and_not_before_it(version: dict[str, str]) -> None:
    with pytest.raises(UnreachableError) as caught:
        asked({**CLIENT, **version})

    assert caught.value.sent is False
    assert str(caught.value).startswith("GreenLake: trade the API client for a bearer: no time is left for it")


@pytest.mark.parametrize(
    ("version", "service_url", "token_url"),
    [
        ("glcs", "https://iam.example/iam", "https://iam.example/iam/v1/token"),
        ("glcs", "https://iam.example/iam/", "https://iam.example/iam/v1/token"),
        ("glp", "https://iam.example/as/token.oauth2", "https://iam.example/as/token.oauth2"),
    ],
)
def test_the_token_address_is_below_the_issuer_or_given_whole(version: str, service_url: str, token_url: str) -> None:
    assert ApiClient("id", "secret", service_url, version).token_url == token_url


def test_an_api_client_never_shows_its_secret() -> None:
    assert "a-secret" not in repr(ApiClient("an-id", "a-secret", "https://iam.example", "glcs"))
