"""Judge how a service was reached: its certificate and its clock. Pure."""

from datetime import datetime, timedelta

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
