"""Find the new token in the answer of create or rotate, whatever its shape, and never guess. Pure.

The names that count are in `providers.greenlake.assumptions`.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import takewhile
from typing import cast
from urllib.parse import parse_qsl

from providers.errors import UnreadableTokenError
from providers.greenlake.api import token_end
from providers.greenlake.assumptions import (
    EITHER_WORDS,
    END_NAMES,
    NEW_WORDS,
    OLD_WORDS,
    SPAN_NAMES,
    TOKEN_NAMES,
    WEAK_TOKEN_NAMES,
)
from providers.http import Answer, jwt
from providers.masking import masked_names

# Visible ASCII, no quote, no bracket: no page, sentence or broken JSON, fits a header. No mask (***) and no address.
_TOKEN = re.compile(r"(?!.*(?:\*{3}|://))[!#-;=?-Z^-z|~]{16,16384}")
_SCHEME = re.compile(r"^bearer +", re.IGNORECASE)  # of a header, which Entra writes itself
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_AGE_WORDS = NEW_WORDS | OLD_WORDS | EITHER_WORDS
_SET_THE_FIELD = "set greenlake.tokenField in the stack file to the right one, such as data.new.token"

Path = tuple[str, ...]


class Age(Enum):
    """Which of several tokens a field is about, by its names."""

    NEW = "new"
    OLD = "old"
    EITHER = "either"
    UNSAID = "unsaid"


@dataclass(frozen=True)
class IssuedToken:
    """A token as it was just issued; `expires_at` is None if the answer does not have it."""

    value: str = field(repr=False)
    expires_at: datetime | None


@dataclass(frozen=True)
class _Leaf:
    """A value of the answer, with the names and positions that lead to it."""

    path: Path
    value: object = field(repr=False)

    @property
    def names(self) -> Path:
        return tuple(step for step in self.path if not step.isdigit())

    @property
    def age(self) -> Age:
        words = {word for name in self.names for word in _words(name)}
        said = [(Age.NEW, NEW_WORDS), (Age.OLD, OLD_WORDS), (Age.EITHER, EITHER_WORDS)]
        return next((age for age, these in said if words & these), Age.UNSAID)

    @property
    def text(self) -> str:
        return _SCHEME.sub("", self.value.strip()) if isinstance(self.value, str) else ""


def read_token(
    answer: Answer, now: datetime, *, token_field: str = "", expiry_field: str = "", known: Collection[str] = ()
) -> IssuedToken:
    """Read the answer; `known` are the tokens of our state, none of which is the new one.

    `token_field` and `expiry_field` are the names of the fields if the stack file gives them, or paths such as
    `data.token`. Raises UnreadableTokenError, which lists the names of the fields that came, never a value.
    """
    # Only the token has to be ASCII: another field may be in Latin-1, which json.loads refuses as a whole.
    text = answer.body.decode(json.detect_encoding(answer.body), errors="replace")
    try:
        body: object = json.loads(text)
    except (ValueError, RecursionError):
        form = dict(parse_qsl(text.strip()))  # as RFC 6749's predecessors answered
        body, made = form if len(form) > 1 or any(_is_strong((name,)) for name in form) else text, answer.status == 201
    else:
        made = True
    try:
        return _read(body, now, token_field, expiry_field, known)
    except UnreadableTokenError as error:
        error.made = made
        raise


def _read(body: object, now: datetime, token_field: str, expiry_field: str, known: Collection[str]) -> IssuedToken:
    leaves = _leaves(body)
    named = _named(leaves, token_field) if token_field else _usual(leaves)
    tokens = _plausible(named, leaves)
    token = _new(tokens, known, leaves)
    others = [other for other in tokens if other.text != token.text]
    ends = _ends(leaves, token, others, expiry_field)
    end = token_end.first_ahead([(leaf.value, is_span) for leaf, is_span in ends], now)
    return IssuedToken(token.text, end or token_end.ahead(jwt.expiry(token.text), now))


def _leaves(body: object) -> list[_Leaf]:
    """List every value that is neither object nor list but a date, in the order of the answer."""
    found: list[_Leaf] = []
    waiting: list[tuple[Path, object]] = [((), body)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            inner: Iterable[tuple[str, object]] = cast("dict[str, object]", value).items()
        elif isinstance(value, list) and not token_end.is_date(cast("object", value)):
            inner = ((str(position), each) for position, each in enumerate(cast("list[object]", value)))
        else:
            found.append(_Leaf(path, cast("object", value)))
            continue
        waiting += [((*path, name), each) for name, each in reversed(list(inner))]
    return found


def _named(leaves: Sequence[_Leaf], wanted: str) -> list[_Leaf]:
    """Return the fields of that name or path; a path may leave out the positions in lists, and begin anywhere."""
    ways = [[".".join(leaf.path), ".".join(leaf.names)] for leaf in leaves]
    whole = [leaf for leaf, way in zip(leaves, ways, strict=True) if wanted in way]
    if whole:
        return whole
    return [leaf for leaf, way in zip(leaves, ways, strict=True) if any(each.endswith(f".{wanted}") for each in way)]


def _usual(leaves: Sequence[_Leaf]) -> list[_Leaf]:
    """Return the fields that have a usual name of a token; without one, those of a weak name, and bare texts."""
    strong = [leaf for leaf in leaves if _is_strong(leaf.names)]
    return strong or [leaf for leaf in leaves if not leaf.names or _plain(leaf.names[-1]) in {"", *WEAK_TOKEN_NAMES}]


def _is_strong(names: Path) -> bool:
    """Return whether the name is a token's, or a weak one or none inside of a token."""
    if not names:
        return False
    last = _plain(names[-1])
    return last in TOKEN_NAMES or (last in {"", *WEAK_TOKEN_NAMES} and any(_plain(n) in TOKEN_NAMES for n in names))


def _plain(name: str) -> str:
    """Return a name without case, separators, plural and words of age."""
    words = [word for word in _words(name) if word not in _AGE_WORDS]
    plain = "".join(words)
    return plain.removesuffix("s") if plain.endswith("tokens") else plain


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _plausible(named: Sequence[_Leaf], leaves: Sequence[_Leaf]) -> list[_Leaf]:
    texts = [leaf for leaf in named if leaf.text or (isinstance(leaf.value, str) and not leaf.path)]
    tokens = [leaf for leaf in texts if _TOKEN.fullmatch(leaf.text)]
    if not texts:
        raise UnreadableTokenError(
            f"GreenLake's answer holds no token under a known name (fields: {_shown(leaves)}): {_SET_THE_FIELD}"
        )
    if not tokens:
        raise UnreadableTokenError(
            f"GreenLake answered with a text of {len(texts[0].text)} characters that is not a token: "
            "check that greenlake.apiUrl is the API's own address"
        )
    return tokens


def _new(tokens: Sequence[_Leaf], known: Collection[str], leaves: Sequence[_Leaf]) -> _Leaf:
    """Return the new token: by name, by not being one that we know, and never by guess."""
    young = [leaf for leaf in tokens if leaf.age is Age.NEW] or [leaf for leaf in tokens if leaf.age is not Age.OLD]
    left = {leaf.text: leaf for leaf in reversed(young) if leaf.text not in known}
    if len(left) != 1:
        found = "several tokens, and nothing shows which is the new one" if left else "no token that is new"
        raise UnreadableTokenError(f"GreenLake's answer holds {found} (fields: {_shown(leaves)}): {_SET_THE_FIELD}")
    return next(iter(left.values()))


def _ends(
    leaves: Sequence[_Leaf], token: _Leaf, others: Sequence[_Leaf], expiry_field: str
) -> list[tuple[_Leaf, bool]]:
    """List the fields that may hold the token's end, nearest first, and whether each is a span of seconds."""
    if expiry_field:
        found = [(leaf, False) for leaf in _named(leaves, expiry_field)]
    else:
        named = [(leaf, _plain(leaf.names[-1])) for leaf in leaves if leaf.names]
        found = [(leaf, name in SPAN_NAMES) for leaf, name in named if name in END_NAMES | SPAN_NAMES]
    ages = {token.age, Age.UNSAID, Age.NEW if token.age is Age.UNSAID else token.age}
    ours = [
        (leaf, is_span)
        for leaf, is_span in found
        if leaf.age in ages
        and not _in_another_element(leaf, token)
        and all(_shared(leaf, other) <= _shared(leaf, token) for other in others)
    ]
    return sorted(ours, key=lambda each: (-_shared(each[0], token), each[1]))


def _in_another_element(one: _Leaf, other: _Leaf) -> bool:
    """Return whether they lie in two elements of one list."""
    steps = _shared(one, other)
    return (*one.path, "")[steps].isdigit() and (*other.path, "")[steps].isdigit()


def _shared(one: _Leaf, other: _Leaf) -> int:
    """Count the steps to the innermost object that holds both."""
    steps = zip(one.path[:-1], other.path[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], steps))


def _shown(leaves: Sequence[_Leaf]) -> str:
    return masked_names({name for leaf in leaves for name in leaf.names})
