"""Judge how a service was reached, what a bearer shows, which is never printed, and the stack's token. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from providers.greenlake import rotation
from providers.greenlake.api.role import Role
from providers.greenlake.api.workspace import contradiction, told
from providers.greenlake.assumptions import ROLE
from providers.greenlake.token_properties import Properties, known, warnings
from providers.http import jwt
from providers.http.hosts import Host, HostError
from providers.timestamps import in_words
from scimctl.commands.doctor.check import Check, ok, problem, unknown, warning
from scimctl.terminal.report import counted

_SOON = timedelta(days=7)
_NOTABLE, _TOO_MUCH = timedelta(minutes=2), timedelta(minutes=5)  # what OAuth libraries commonly forgive is five


def reached(service: str, host: Host, now: datetime) -> list[Check]:
    """Judge a service that was reached; `service` names it in ids."""
    return [_certificate(f"tls.{service}", host, now), _clock(f"clock.{service}", host)]


def not_reached(service: str, error: HostError) -> list[Check]:
    """Judge a service that was not reached."""
    tls, clock = f"tls.{service}", f"clock.{service}"
    if error.proxied:
        return [unknown(tls, f"{error}, which is not looked at"), unknown(clock, f"{error}, which is not looked at")]
    todo = "check the address and the network; for your own certificate authority set SSL_CERT_FILE"
    return [problem(tls, str(error), todo), unknown(clock, "it was not reached")]


def _certificate(id_: str, host: Host, now: datetime) -> Check:
    left = host.ends - now
    says = f"{host.name} is trusted; its certificate lasts {counted(left.days, 'day')}"
    return ok(id_, says) if left > _SOON else warning(id_, says, "inform its operator, unless it is renewed by itself")


def _clock(id_: str, host: Host) -> Check:
    if host.ahead is None:
        return unknown(id_, f"{host.name} does not report the time")
    off = abs(timedelta(seconds=host.ahead))
    says = f"this clock is {in_words(off)} {'behind' if host.ahead > 0 else 'ahead of'} that of {host.name}"
    if off > _TOO_MUCH:
        return problem(id_, says, "set this clock: bearers seem to have expired, or not to have begun")
    if off > _NOTABLE:
        return warning(id_, says, "set this clock before it is further off")
    return ok(id_, "this clock and its own agree")


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


def of_state(outs: Properties, now: datetime) -> list[Check]:
    """Judge whether a rotation is due, and list what may become a problem."""
    return [_due(outs, now), *(warning("token", what, todo) for what, todo in warnings(outs))]


def _due(outs: Properties, now: datetime) -> Check:
    token = known(outs)
    why = rotation.why_rotate(token, outs["rotate_when_changed"], now)
    if why:
        return warning("token", f"{outs['fingerprint']}: a rotation is due: {why}", "run `pulumi up`, which does it")
    return ok("token", f"{outs['fingerprint']}, rotates in {in_words(token.rotate_after - now)}")
