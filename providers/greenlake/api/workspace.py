"""Which GreenLake workspace a stack's token is of, by the claims of bearers.

A bearer is a JWT with claims that identify its workspace, differently for each way of getting one. So claims are
compared under the same name only: of two bearers with no name in common nothing is known. Values are in lower case.
Pure.
"""

import re
from collections.abc import Mapping

from providers.greenlake.assumptions import WORKSPACE_CLAIMS
from providers.http import jwt

Claims = Mapping[str, str]


def claims_of(token: str) -> dict[str, str]:
    """Return the claims of a bearer that identify a workspace, none if it is not a JWT."""
    named = {name: value for name, value in (jwt.claims(token) or {}).items() if _plain(name) in WORKSPACE_CLAIMS}
    return {name: value.strip().lower() for name, value in named.items() if isinstance(value, str) and value.strip()}


def contradiction(pin: str, recorded: Claims, found: Claims) -> str:
    """Return what is wrong if the bearer is of another workspace than the stack, "" if not or if nobody knows.

    `pin` is greenlake.workspace of the stack file, "" if unset. It has to be among the bearer's claims, and decides
    which of them counts; without it each claim that state recorded as well has to be the same.
    """
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


def told(claims: Claims) -> str:
    """Return the workspace in words."""
    return "the workspace " + ", ".join(f"{value} ({name})" for name, value in sorted(claims.items()))


def note(pin: str, recorded: Claims, found: Claims) -> str:
    """Return the note on the first binding, and on a bearer that could not be compared."""
    if not found:
        return "the bearer does not name its workspace, so it was not compared with that of the token"
    if not recorded:
        return f"from now on this stack is of {told(found)}: a bearer of another one is refused"
    if pin or _shared(pin, recorded, found):
        return ""
    return (
        f"the bearer is of {told(found)}, state recorded {told(recorded)}: no claim of one name, so nothing to compare"
    )


def _shared(pin: str, recorded: Claims, found: Claims) -> dict[str, str]:
    """Return the bearer's claims that are compared with those of state."""
    return {name: value for name, value in found.items() if name in recorded and pin in ("", value)}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
