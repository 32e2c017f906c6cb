"""Each assumption about GreenLake's token API, compared with what a stack has seen of it. Pure.

A check gets the outputs of ScimProxyToken. `observed` has an observation (`providers.greenlake.api.observation`) for
each call that was made, as "create", "rotate", "rotate at once" or "delete", and as "create refused" for an error.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from providers.greenlake.api.observation import API_CLIENT, Observation
from providers.greenlake.rotation import State

Outputs = Mapping[str, Any]
ISSUING = ("create", "rotate", "rotate at once")


class Verdict(str, Enum):
    """How an assumption compares with what was seen."""

    HOLDS = "as assumed"
    DIFFERS = "differs"
    UNSEEN = "not seen yet"


@dataclass(frozen=True)
class Finding:
    """A verdict, with what it rests on in words that are fit to be published."""

    verdict: Verdict
    seen: str = ""


@dataclass(frozen=True)
class Assumption:
    """What is assumed, and how to compare it."""

    text: str
    check: Callable[[Outputs], Finding]


_UNSEEN = Finding(Verdict.UNSEEN)


def differences(outs: Outputs) -> list[str]:
    """List what differs, a line each."""
    found = [(each.text, each.check(outs)) for each in ASSUMPTIONS]
    return [f"{text}: {finding.seen}" for text, finding in found if finding.verdict is Verdict.DIFFERS]


def _of(outs: Outputs, *keys: str) -> Iterator[tuple[str, Observation]]:
    return ((key, outs["observed"][key]) for key in keys if key in outs["observed"])


def _holds(seen: str, *, if_: bool = True) -> Finding:
    return Finding(Verdict.HOLDS if if_ else Verdict.DIFFERS, seen)


def _answered(key: str, seen: Observation) -> str:
    return (
        f"{key.removesuffix(' refused')} was answered {seen['status']}{' ' + seen['code'] if seen.get('code') else ''}"
    )


def _bearer(outs: Outputs) -> Finding:
    refused = [f"{key} refused" for key in (*ISSUING, "delete")]
    calls = [each for each in _of(outs, *ISSUING, "delete", *refused) if each[1]["bearer"] == API_CLIENT]
    for key, seen in calls:
        if seen["status"] < 300:
            return _holds(_answered(key, seen))
    denied = [_answered(key, seen) for key, seen in calls if seen["status"] in (401, 403)]
    return _holds(denied[0], if_=False) if denied else _UNSEEN


def _flag(outs: Outputs) -> Finding:
    """Nobody can know which spelling counted, because both are sent; what counts is whether the flag worked."""
    found = _UNSEEN
    for verb, flag, expected in (("rotate", "false", State.ACCEPTED), ("rotate at once", "true", State.REFUSED)):
        for _, seen in _of(outs, verb):
            if "old_token" in seen and found.verdict is not Verdict.DIFFERS:
                old = str(seen["old_token"])
                found = _holds(f"after a rotation with {flag} the old token was {old}", if_=old == expected.value)
    return found


def _answer(outs: Outputs) -> Finding:
    answers = [(key, seen) for key, seen in _of(outs, *ISSUING) if seen["status"] < 300]
    unread = [each for each in answers if "end" not in each[1]]
    for key, seen in unread or answers[-1:]:
        end = "" if unread else ", with its end" if seen["end"] else ", without its end"
        fields = ", ".join(f"{path or 'the whole answer'}: {kind}" for path, kind in seen["fields"].items())
        return _holds(f"{_answered(key, seen)}{end} ({fields})", if_=not unread)
    return _UNSEEN


def _refusal(key: str, expected: tuple[int, ...], word: str) -> Callable[[Outputs], Finding]:
    """Return a check of how a call is refused: by a status, or by a code with the word, which 400 needs as well."""

    def check(outs: Outputs) -> Finding:
        for name, seen in _of(outs, f"{key} refused"):
            has_word = word in str(seen.get("code", "")).lower().replace("_", "")
            if seen["status"] in expected or has_word:
                return _holds(_answered(name, seen), if_=seen["status"] in (*expected, 400))
        return _UNSEEN

    return check


def _delete(outs: Outputs) -> Finding:
    for key, seen in _of(outs, "delete", "delete refused"):
        if seen["status"] < 300 or seen["status"] in (405, 501):
            return _holds(_answered(key, seen), if_=seen["status"] < 300)
    return _UNSEEN


def _probe(outs: Outputs) -> Finding:
    state = outs["state"]
    return _holds(f"the token was {state}") if state in (State.ACCEPTED.value, State.REFUSED.value) else _UNSEEN


def _workspace(outs: Outputs) -> Finding:
    names = ", ".join(sorted(outs["workspace_claims"]))
    if names:
        return _holds(f"claims: {names}")
    return _holds("the bearer has no claim of a usual name", if_=False) if outs["observed"] else _UNSEEN


ASSUMPTIONS = (
    Assumption("The bearer of an API client may call the token API", _bearer),
    Assumption("remove-current or remove_current ends or keeps the old token (both are sent)", _flag),
    Assumption("The answer has the token under a usual name, and its end in a usual field, or not", _answer),
    Assumption(
        "A create is answered 409, or 400 with a word for it, if a token exists",
        _refusal("create", (409, 412), "exist"),
    ),
    Assumption(
        "A rotation is answered 404, or 400 with a word for it, if no token exists",
        _refusal("rotate", (404, 410), "notfound"),
    ),
    Assumption("DELETE ends the token", _delete),
    Assumption("GreenLake answers 401 for a refused token, and a SCIM list for an accepted token", _probe),
    Assumption("A usual claim of the bearer identifies the workspace", _workspace),
)
