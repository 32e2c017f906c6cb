"""`scimctl token status`: how old the token is and when it is due, from state alone: any monitor can call it."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.text import Text

from providers.greenlake import rotation
from providers.greenlake.rotation import Known, State
from providers.greenlake.token_properties import known, policy
from providers.moments import in_words, now, to_text
from scimctl.commands.arguments import span
from scimctl.commands.command import Command
from scimctl.report import FINE, FOUND, Report
from scimctl.stack import Json, read_stack
from scimctl.terminal import Cell, aligned, bad, good, warning

TEACHES = """\
Reads the stack's state only: it needs no bearer, no sign-in to Entra and no network beside the backend. Let a monitor
call it that does not depend on CI, so that somebody hears of a rotation that CI no longer does:

  scimctl token status --stack prod --within 14d || alert

exit code 7 where the token is due, or will be within the time given; or where GreenLake refused it at the last look."""


@dataclass(frozen=True)
class Due:
    """Why the token is due, or when it will be; `found` tells whether that is within the time asked for."""

    why: str
    in_time: timedelta
    found: bool


def due(token: Known, trigger: dict[str, str], within: timedelta, now: datetime) -> Due:
    """Judge a token as the next `up` would, `within` ahead of time."""
    left = token.rotate_after - now
    why = rotation.why_rotate(token, trigger, now)
    return Due(why, left, bool(why) or left <= within)


def work(args: Namespace) -> Report:
    """Read the state and judge."""
    outs = read_stack(args.stack).token
    moment = now()
    return reported(outs, due(known(outs), dict(outs["rotate_when_changed"]), args.within, moment), moment)


def reported(outs: Json, verdict: Due, moment: datetime) -> Report:
    """Say it; the fingerprint stands for the token."""
    token = known(outs)
    in_overlap = token.state is State.OVERLAP
    ends = f"in {in_words(token.expires_at - moment)}, {to_text(token.expires_at)}" if token.expires_at else "not told"
    rows: list[tuple[str, Cell]] = [
        ("token", f"{outs['fingerprint']}, generation {int(outs['generation'])}"),
        ("issued", f"{in_words(moment - token.issued_at)} ago, {to_text(token.issued_at)}"),
        ("expires", ends),
        ("rotates", _when(verdict)),
        ("overlap", warning("open at the last look") if in_overlap else "closed"),
    ]
    data = {
        "fingerprint": outs["fingerprint"],
        "generation": int(outs["generation"]),
        "state": token.state.value,
        "issuedAt": to_text(token.issued_at),
        "expiresAt": to_text(token.expires_at) or None,
        "rotatesAfter": to_text(token.rotate_after),
        "removeCurrent": policy(outs).remove_current,
        "due": bool(verdict.why),
        "why": verdict.why or None,
        "secondsLeft": int(verdict.in_time.total_seconds()),
    }
    return Report(aligned(rows), data, FOUND if verdict.found else FINE)


def _when(verdict: Due) -> Text:
    if verdict.why:
        return bad(f"now: {verdict.why}; the next `pulumi up` does it")
    ahead = f"in {in_words(verdict.in_time)}"
    return warning(ahead) if verdict.found else good(ahead)


def arguments(parser: ArgumentParser) -> None:
    """Add the time to look ahead."""
    parser.add_argument(
        "--within", type=span, default=timedelta(0), metavar="DURATION", help="look ahead, such as 14d; default: now"
    )


COMMAND = Command("token status", "show the token's age, expiry and next rotation", TEACHES, work, arguments)
