"""`scimctl token status`: how old the token is and when it is due, from state alone: any monitor can call it."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.text import Text

from providers.greenlake import rotation
from providers.greenlake.rotation import Known
from providers.greenlake.token_properties import known, policy, warnings
from providers.timestamps import in_words, now, to_text
from scimctl.arguments import span
from scimctl.header import opened
from scimctl.stack.stack import Json, Stack
from scimctl.terminal.console import Cell, aligned, bad, good, warning
from scimctl.terminal.metrics import add_metrics, delivered
from scimctl.terminal.report import FINE, FOUND, Report

UNREADABLE = "the answer to a rotation could not be read: set greenlake.tokenField, then `scimctl token rotate`"


@dataclass(frozen=True)
class Due:
    """Why the token is due, or when it will be; `found` is true if that is within the time asked for."""

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
    stack, moment = opened(args), now()
    outs = stack.token
    verdict = due(known(outs), dict(outs["rotate_when_changed"]), args.within, moment)
    lines = [*rows(outs, moment), ("overlap", warning("open") if stack.overlap_open else "closed")]
    lines += [("warning", warning(f"{what}: {todo}")) for what, todo in warnings(outs)]
    told = {**data(outs, verdict), "overlap": "open" if stack.overlap_open else "closed"}
    report = Report([_verdict(stack, verdict), *aligned(lines)], told, code(outs, verdict))
    return delivered(args, "token status", report)


def code(outs: Json, verdict: Due) -> int:
    """Return FOUND if somebody has to do something, else FINE."""
    return FOUND if verdict.found or outs["unknown_newer_since"] else FINE


def rows(outs: Json, moment: datetime) -> list[tuple[str, Cell]]:
    """Return label and text of every line; the fingerprint stands for the token."""
    token = known(outs)
    return [
        ("token", f"{outs['fingerprint']}, generation {int(outs['generation'])}"),
        ("issued", f"{in_words(moment - token.issued_at)} ago, {to_text(token.issued_at)}"),
        ("expires", _when(token.expires_at, moment) if token.expires_at else "unknown"),
        ("rotates", _when(token.rotate_after, moment)),
    ]


def data(outs: Json, verdict: Due) -> Json:
    """Return the same for scripts."""
    token = known(outs)
    return {
        "fingerprint": outs["fingerprint"],
        "generation": int(outs["generation"]),
        "state": token.state.value,
        "issuedAt": to_text(token.issued_at),
        "expiresAt": to_text(token.expires_at) or None,
        "rotatesAfter": to_text(token.rotate_after),
        "removeCurrent": policy(outs).remove_current,
        "due": bool(verdict.why),
        "why": verdict.why or None,
        "warnings": [what for what, _ in warnings(outs)],
        "secondsLeft": int(verdict.in_time.total_seconds()),
    }


def _verdict(stack: Stack, verdict: Due) -> Text:
    if stack.token["unknown_newer_since"]:
        return bad(UNREADABLE)
    if verdict.why:
        return bad(f"a rotation is due: {verdict.why}: run `pulumi up`")
    ahead = f"the next rotation is due in {in_words(verdict.in_time)}, by the state of the last run"
    if verdict.found:
        return warning(f"{ahead}: run `pulumi up` after that")
    if not stack.is_deployed:
        return warning(f"{ahead}; the stack is deployed in part: run `pulumi up` again")
    if stack.overlap_open:
        return warning(f"{ahead}; the overlap of the last one is open")
    return good(f"{ahead}; `scimctl test` asks GreenLake now")


def _when(then: datetime, moment: datetime) -> str:
    span = in_words(then - moment)
    return f"{f'in {span}' if then > moment else f'{span} ago'}, {to_text(then)}"


def arguments(parser: ArgumentParser) -> None:
    """Add the time to look ahead."""
    parser.add_argument(
        "--within", type=span, default=timedelta(0), metavar="DURATION", help="look ahead, such as 14d; default: now"
    )
    add_metrics(parser)
