"""The life of the proxy tokens as bars on one time axis, so that the overlap of a rotation can be seen.

A token lives for months and an overlap for seconds, so the axis is not to scale: the time between two events is drawn
as long as its logarithm, and never shorter than one can see. A token has no number here: only the program counts its
generations.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.core.http.addressing import fingerprint
from sandbox.greenlake.tokens.token_life import Token, Tokens
from sandbox.page.reading import Reading
from sandbox.page.words import clock, span

SHOWN = 5  # the newest ones, beside those that are live or saved in Entra
_LEAST = 0.5  # percent of the axis


@dataclass(frozen=True)
class Bar:
    """One token; `x` and `width` are percentages of the axis, `overlap` how long it lived beside the one before."""

    name: str
    x: float
    width: float
    live: bool
    issued: str
    used: str
    ends: str
    state: str
    overlap: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Overlap:
    """A time in which two tokens live, as far as it has gone; `newer` is the fingerprint of the second."""

    newer: str
    x: float
    width: float
    label: str


@dataclass(frozen=True)
class TokensView:
    """The bars, newest first, and how many older tokens are left out."""

    bars: tuple[Bar, ...]
    overlaps: tuple[Overlap, ...]
    now_x: float
    left_out: int


def view(reading: Reading) -> TokensView:
    """Return what the section on tokens shows."""
    now, newest = reading.now, reading.tokens[-SHOWN:]
    shown = tuple(one for one in reading.tokens if one in newest or one.is_live(now) or _name(one) == reading.held)
    axis = _Axis([*(moment for one in shown for moment in (one.issued_at, _end(one))), now])
    overlaps = tuple(_overlaps(shown, axis, now))
    labels = {one.newer: one.label for one in overlaps}
    bars = tuple(_bar(one, axis, reading, labels.get(_name(one), "")) for one in reversed(shown))
    return TokensView(bars, overlaps, axis.x(now), left_out=len(reading.tokens) - len(shown))


class _Axis:
    """Places of times, by how many events lie before them and how far apart these are."""

    def __init__(self, moments: Sequence[datetime]) -> None:
        self._moments = sorted(set(moments))
        gaps = (after - before for before, after in itertools.pairwise(self._moments))
        # Rounded, so that the drawing rests while nothing but time goes on.
        weights = [round(1.0 + math.log10(1 + gap.total_seconds()), 1) for gap in gaps]
        whole = sum(weights) or 1.0
        self._places = [100 * sum(weights[:count]) / whole for count in range(len(self._moments))]

    def x(self, moment: datetime) -> float:
        """Return the place of one of the times."""
        return round(self._places[self._moments.index(moment)], 2)


def _name(token: Token) -> str:
    return token.sha256[: len(fingerprint(""))]


def _end(token: Token) -> datetime:
    return min(token.expires_at, token.ends_at) if token.ends_at else token.expires_at


def _bar(token: Token, axis: _Axis, reading: Reading, overlap: str) -> Bar:
    x, end, now = axis.x(token.issued_at), _end(token), reading.now
    name, live = _name(token), token.is_live(now)
    marks = [("in Entra", reading.held), ("last push", reading.presented)]
    return Bar(
        name=name,
        x=x,
        width=max(_LEAST, round(axis.x(end) - x, 2)),
        live=live,
        issued=clock(token.issued_at, now),
        used=clock(token.used_at, now) if token.used_at else "not yet",
        ends=clock(end, now),
        state=_state(token, live=live, now=now),
        overlap=overlap,
        marks=tuple(mark for mark, held in marks if held == name),
    )


def _state(token: Token, *, live: bool, now: datetime) -> str:
    if live:
        return "live, in use" if token.used_at else "live, not used yet"
    return "expired" if token.expires_at <= now and (token.ends_at is None or token.ends_at >= now) else "ended"


def _overlaps(tokens: Tokens, axis: _Axis, now: datetime) -> list[Overlap]:
    found: list[Overlap] = []
    for older, newer in itertools.pairwise(tokens):
        until = min(_end(older), _end(newer), now)
        if until > newer.issued_at:
            x = axis.x(newer.issued_at)
            open_ = " so far" if until == now and older.is_live(now) else ""
            label = f"{span((until - newer.issued_at).total_seconds())}{open_}"
            found.append(Overlap(_name(newer), x, round(axis.x(until) - x, 2), label))
    return found
