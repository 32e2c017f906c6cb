"""What a bearer's claims show: how old it is and how long it lasts. It is never shown. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from providers.greenlake.api.role import Role
from providers.greenlake.api.workspace import contradiction, told
from providers.greenlake.assumptions import ROLE
from providers.http import jwt
from providers.timestamps import in_words
from scimctl.commands.doctor.check import Check, ok, problem, unknown, warning

_A_RUN = timedelta(minutes=3)  # from its first to its last call of GreenLake, an `up` may take that long
_NAMES = ("HPEGL_IAM_TOKEN", "BEARER_TOKEN")


def source(environ: Mapping[str, str]) -> str:
    """Name the environment variable that holds a copied bearer, "" if an API client fetches one."""
    return next((name for name in _NAMES if environ.get(name)), "")


def of_greenlake(name: str, token: str, now: datetime) -> Check:
    """Judge a bearer that can be used; `name` is the variable that it was copied to, "" if an API client fetched it."""
    if not name:
        return ok("greenlake.bearer", "an API client fetches one for each call that needs it")
    end, age = jwt.expiry(token), _age(token, now)
    if end is None:
        return unknown(
            "greenlake.bearer",
            f"{name} does not show how old it is",
            "copy it right before `up`: it lives 15 minutes",
        )
    says = f"{name}{f', issued {in_words(age)} ago,' if age else ''} lasts {in_words(end - now)}"
    if end - now < _A_RUN:
        return warning("greenlake.bearer", says, "copy a new one: a run may take longer than that")
    return ok("greenlake.bearer", says)


def of_workspace(pin: str, recorded: Mapping[str, str], found: Mapping[str, str]) -> Check:
    """Judge which workspace a bearer is of; `recorded` is what state knows, empty before the first call."""
    other = contradiction(pin, recorded, found)
    if other:
        return problem("greenlake.workspace", other, "use the credentials of the right one (HPEGL_*)")
    if not found:
        return unknown("greenlake.workspace", "the bearer does not name its workspace, so it is compared with nothing")
    says = f"the bearer is of {told(found)}"
    return ok("greenlake.workspace", says if pin or recorded else f"{says}; the first call records that in state")


def of_role(role: Role) -> Check:
    """Judge the role by the answer to a harmless question."""
    if role is Role.BEARER_REFUSED:
        return problem(
            "greenlake.role",
            "GreenLake does not accept the bearer",
            "it must be of this workspace, and not older than 15 minutes; compare greenlake.apiUrl",
        )
    if role is Role.MISSING:
        return problem(
            "greenlake.role",
            "the bearer is accepted and may not manage SCIM proxy tokens",
            f"assign {ROLE} to its user or API client, under User Management",
        )
    if role is Role.HELD:
        return ok("greenlake.role", "the bearer may look at SCIM proxy tokens")
    return unknown(
        "greenlake.role",
        "the bearer is not refused; the role shows with the first `up`, or a rotation",
        f"see that its user or API client has {ROLE}",
    )


def _age(token: str, now: datetime) -> timedelta | None:
    """Return how long ago a token was issued, None if it is unknown or in the future."""
    issued = (jwt.claims(token) or {}).get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float) or not 0 < issued <= now.timestamp():
        return None
    return timedelta(seconds=now.timestamp() - issued)
