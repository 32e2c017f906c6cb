"""Which GreenLake workspace a stack's token is of, by the claims of bearers.

A bearer is a JWT with claims that identify its workspace, differently for each way of getting one. So claims are
compared under the same name only: of two bearers with no name in common nothing is known. Values are in lower case, a
GUID with its dashes. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from typing import cast
from uuid import UUID

from providers.greenlake.assumptions import WORKSPACE_CLAIMS
from providers.http import jwt

Claims = Mapping[str, str]


def claims_of(token: str) -> dict[str, str]:
    """Return the claims of a bearer that identify a workspace, none if it is not a JWT."""
    named = {name: canonical(value) for name, value in _flat(jwt.claims(token) or {}) if _identifies(name)}
    return {name: value for name, value in named.items() if value}


def contradiction(pin: str, recorded: Claims, found: Claims) -> str:
    """Return what is wrong if the bearer is of another workspace than the stack, "" if not or if nobody knows.

    `pin` is greenlake.workspace of the stack file, "" if unset. It has to be among the bearer's claims, and decides
    which of them counts; without it each claim that state recorded as well has to be the same.
    """
    pin, recorded = canonical(pin), {name: canonical(value) for name, value in recorded.items()}
    if pin and found and pin not in found.values():
        return f"greenlake.workspace is {pin}, and the bearer is of {told(found)}"
    differing = {
        name: recorded[name] for name, value in _shared(pin, recorded, found).items() if recorded[name] != value
    }
    if differing:
        return (
            f"the token is of {told(differing)}, and the bearer is of {told({name: found[name] for name in differing})}"
        )
    return ""


def moved(before: str, pin: str, recorded: Claims) -> str:
    """Return what is wrong if a stack file names another workspace than `before`, of which the token is; else ""."""
    if not before or not recorded or names(pin, recorded) or not names(before, recorded):
        return ""
    return (
        f"the token of this stack is of the workspace {before}, and the stack file names {pin}: write {before} as "
        "greenlake.workspace; for another workspace make another stack"
    )


def names(pin: str, recorded: Claims) -> bool:
    """Return whether recorded claims have the workspace of a stack file; also if either is unknown."""
    return not pin or not recorded or canonical(pin) in {canonical(value) for value in recorded.values()}


def told(claims: Claims) -> str:
    """Return the workspace in words."""
    return "the workspace " + ", ".join(f"{value} ({name})" for name, value in sorted(claims.items()))


def note(pin: str, recorded: Claims, found: Claims) -> str:
    """Return the note on the first binding, and on a bearer that could not be compared."""
    if not found:
        return "the bearer does not name its workspace, so it was not compared with that of the token"
    if not recorded:
        return f"from now on this stack is of {told(found)}: a bearer of another one is refused"
    if _shared(pin, recorded, found):
        return ""
    return (
        f"the bearer is of {told(found)}, state recorded {told(recorded)}: no claim of one name, so nothing to compare"
    )


def _shared(pin: str, recorded: Claims, found: Claims) -> dict[str, str]:
    """Return the bearer's claims that are compared with those of state."""
    return {name: value for name, value in found.items() if name in recorded and pin in ("", value)}


def _flat(claims: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the claims, and those in an object under both names: {"workspace": {"id": ...}} is workspace.id."""
    for name, value in claims.items():
        yield name, value
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", each) for inner, each in cast("dict[str, object]", value).items())


def _identifies(name: str) -> bool:
    """Return whether a claim identifies a workspace; its name may be an address, as OpenID Connect has it."""
    return re.sub(r"[^a-z0-9]", "", name.rpartition("/")[2].lower()) in WORKSPACE_CLAIMS


def canonical(value: object) -> str:
    """Return an id as it is compared, "" for any other value; a list counts if it has one entry."""
    if isinstance(value, list) and len(cast("list[object]", value)) == 1:
        value = cast("list[object]", value)[0]
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip().lower()
    return str(UUID(text)) if re.fullmatch(r"[0-9a-f]{32}", text) else text
