"""What may be a secret is hidden, whatever its format and wherever it stands; names of every kind are shown."""

import base64
import json
import random
import string
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.masking import BRIEF, HIDDEN, brief, masked, masked_names
from tests.providers.jwts import unsigned_jwt
from tests.providers.real_names import REAL_NAMES

Maker = Callable[[random.Random], str]

_LOWER, _UPPER, _DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
_LEFT = 12  # letters in a row: less than that of a secret is of no use
_PLACES = (
    "{}",
    "401 for Bearer {}: refused",
    '{{"error":{{"message":"the token {} is not known","code":"InvalidAuthenticationToken"}}}}',
    "https://example.com/v1alpha1/scimproxy?api_key={}&filter=userName",
    "https://example.com/hooks/{}/Users",
    "https://example.com/#access_token={}",
    "token='{}'",
    'token="{}", expires=90',
    "HPEGL_USER_SECRET={}",
    "<{}>",
    "Führung:{}…",
)


def _of(letters: str, length: int, before: str = "") -> Maker:
    return lambda chance: before + "".join(chance.choice(letters) for _ in range(length))


def _base64(length: int, *, url: bool = False) -> Maker:
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    return lambda chance: encode(chance.randbytes(length)).decode()


def _in_percents(chance: random.Random) -> str:
    return quote(_base64(32)(chance), safe="")


def _jwe(chance: random.Random) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"RSA-OAEP","enc":"A256GCM"}').decode().rstrip("=")
    return ".".join([header, *(_base64(length, url=True)(chance).rstrip("=") for length in (256, 12, 40, 16))])


def _entra(chance: random.Random) -> str:
    return f"{_of(_LOWER + _UPPER + _DIGITS, 3)(chance)}8Q~{_of(_LOWER + _UPPER + _DIGITS + '._-~', 34)(chance)}"


def _split(chance: random.Random) -> str:
    return chance.choice("'\"`").join(_of(_LOWER + _UPPER + _DIGITS, 9)(chance) for _ in range(5))


FORMATS: dict[str, Maker] = {
    "hex of 32": _of("0123456789abcdef", 32),
    "hex of 40": _of("0123456789abcdef", 40),
    "hex of 64": _of("0123456789abcdef", 64),
    "capital hex": _of("0123456789ABCDEF", 40),
    "letters and digits": _of(_LOWER + _UPPER + _DIGITS, 32),
    "small letters and digits": _of(_LOWER + _DIGITS, 32),
    "base32": _of(_UPPER + "234567", 32),
    "base64": _base64(32),
    "base64url": _base64(32, url=True),
    "JWT": lambda chance: unsigned_jwt({"sub": _base64(9)(chance), "exp": chance.randrange(10**9)}),
    "JWE": _jwe,
    "glscim": _of(_LOWER + _UPPER + _DIGITS, 40, "glscim_"),
    "Pulumi": _of("0123456789abcdef", 40, "pul-"),
    "GitHub": _of(_LOWER + _UPPER + _DIGITS, 36, "ghp_"),
    "Amazon's key id": _of(_UPPER + "234567", 16, "AKIA"),
    "Amazon's key": _of(_LOWER + _UPPER + _DIGITS + "/+", 40),
    "Entra's client secret": _entra,
    "a signature in an address": _in_percents,
    "every letter in percents": lambda chance: "".join(f"%{ord(each):02X}" for each in _base64(24)(chance)),
    "Basic": lambda chance: base64.b64encode(f"ann:{_of(_LOWER + _DIGITS, 12)(chance)}".encode()).decode(),
    "split by quotes": _split,
}


def _left(secret: str, shown: str) -> int:
    """Return how many letters in a row of a secret are shown."""
    longest = 0
    for start in range(len(secret)):
        while start + longest < len(secret) and secret[start : start + longest + 1] in shown:
            longest += 1
    return longest


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize("name", FORMATS)
def test_no_secret_is_shown_whatever_its_format_and_place(name: str, place: str) -> None:
    chance = random.Random(f"{name} {place}")  # the same ones in every run  # noqa: S311
    around = place.format("")
    for _ in range(12):
        secret = FORMATS[name](chance)
        assert _left(secret, masked(place.format(secret)).replace(around, "")) < _LEFT, secret


@pytest.mark.parametrize("name", REAL_NAMES)
def test_a_name_is_shown(name: str) -> None:
    assert masked(name) == name


@given(st.lists(st.sampled_from(REAL_NAMES), min_size=1, max_size=8), st.sampled_from([" ", ", ", "; ", " -> ", "' '"]))
def test_names_beside_each_other_are_shown(names: list[str], between: str) -> None:
    text = f"'{between.join(names)}'"

    assert masked(text) == text


@given(st.lists(st.sampled_from(REAL_NAMES), min_size=1, max_size=6))
def test_names_in_json_are_shown(names: list[str]) -> None:
    text = json.dumps({"error": {"code": names[0], "details": names}}, ensure_ascii=False, separators=(",", ":"))

    assert masked(text) == text


@pytest.mark.parametrize("name", [each for each in REAL_NAMES if " " not in each])
def test_a_name_beside_a_secret_is_shown(name: str) -> None:
    secret = FORMATS["base64"](random.Random(name))  # noqa: S311

    shown = masked(f'{{"attribute":"{name}","token":"{secret}"}}')
    assert shown.startswith(f'{{"attribute":"{name}","token":"')
    assert HIDDEN in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bearer eyJ0eXAi.eyJpc3Mi0.c2lnbmF0dXJl", "Bearer [...]"),
        ("appid=8adf8e6e-67b2-4cf2-a259-e3dc5476c621", "appid=8adf8e6e-67b2-4cf2-a259-e3dc5476c621"),
        ("8adf8e6e-67b2-4cf2-a259-e3dc5476c6210", "[...]"),
        ("https://ann:hunter2@example.com/simple", "https://[...]@example.com/simple"),
        ("http://ann@example.com:p@ss@proxy:8080/", "http://[...]@proxy:8080/"),
        ("https://127.0.0.1:8444/Users?name=ann@example.com", "https://127.0.0.1:8444/Users?name=ann@example.com"),
        ("grant_type=x&client_secret=Winter2026&scope=y", "grant_type=x&client_secret=[...]&scope=y"),
        ('{"password": "hunter2", "user": "ann"}', '{"password": "[...]", "user": "ann"}'),
        ("workspace 05f0523cfd03447c981b9c4333a37b70", "workspace 05f0523cfd03447c981b9c4333a37b70"),
        ("workspace 05f0523cfd03447c981b9c4333a37b701", "workspace [...]"),
        ("for tenant 05f0523cfd03447c981b9c4333a37b70", "for tenant 05f0523cfd03447c981b9c4333a37b70"),
        ("tenantId=05f0523cfd03447c981b9c4333a37b70", "tenantId=05f0523cfd03447c981b9c4333a37b70"),
        ("token 05f0523cfd03447c981b9c4333a37b70", "token [...]"),
        ("the password is wrong; secret: none", "the password is wrong; secret: none"),
        ("A1b2:C3d4:E5f6:G7h8:I9j0:K1l2", "[...]"),
        ("sGvTqLpWxKzNbRfYhJdMcQeA", "[...]"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "[...]"),
        ("a1b2c3d4e5f6g7h8 i9j0k1l2m3n4o5p6", "[...] [...]"),
        (
            "AccountName=st;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUz==;Suffix=x",
            "AccountName=st;AccountKey=[...];Suffix=x",
        ),
        (
            "https://h.example/api?sr=x&sig=abc%2bDEF%2f123ghiJKL456mnoPQR789&se=1",
            "https://h.example/api?sr=x&sig=[...]&se=1",
        ),
        ("1f0d6c3e5a7b is a fingerprint", "1f0d6c3e5a7b is a fingerprint"),
        ("1234567890123456 is not a token", "1234567890123456 is not a token"),
    ],
)
def test_a_text_is_shown_but_for_its_secrets(text: str, shown: str) -> None:
    assert masked(text) == shown


@given(st.text(max_size=600))
def test_what_is_shown_is_one_printable_line(text: str) -> None:
    assert masked(text).isprintable()
    assert len(brief(text)) <= BRIEF


@pytest.mark.parametrize("spaces", ["\n", "\r\n", "\t", "\u2028", "\x1b", "  \n  "])
def test_a_line_break_or_a_control_character_becomes_a_space(spaces: str) -> None:
    assert masked(f"one{spaces}two") == "one two"


def test_a_long_text_is_whole_and_a_brief_one_keeps_its_beginning_and_its_end() -> None:
    text = f"it began {'word ' * 1000}and ended"

    assert masked(text) == text
    assert brief(text).startswith("it began word")
    assert brief(text).endswith("word and ended")
    assert brief("word") == "word"


@pytest.mark.parametrize("part", ["a", "a-", "a.", "1a", "eyJ.", "%41", "a8Q~", "://a:", "a-b.", "0123456789"])
def test_no_text_takes_long(part: str) -> None:
    began = time.process_time()
    masked(part * (50_000 // len(part)))

    assert time.process_time() - began < 5  # three tenths of a second on a slow machine; squared it would be minutes


def test_of_fields_the_names_are_reported() -> None:
    assert masked_names({"token": 1, "expiresAt": 2}) == "expiresAt, token"
    assert masked_names([]) == "none"
