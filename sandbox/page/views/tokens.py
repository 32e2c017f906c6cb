"""The life of the proxy tokens as bars on one time axis, so that the overlap of a rotation can be seen.

A token lives for months and an overlap for seconds, so the axis is not to scale: the time between two events is drawn
as long as its logarithm, and never shorter than one can see.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.addressing import fingerprint
from sandbox.greenlake.token_life import Token
from sandbox.page.reading import Reading
from sandbox.page.views.words import clock, span

SHOWN = 5  # the newest ones
WIDTH = 720.0
_LEFT, _TOP, _ROW = 10.0, 40.0, 46.0


@dataclass(frozen=True)
class Bar:
    """One token; `x`, `y` and `width` are places in the drawing."""

    name: str
    generation: int
    x: float
    y: float
    width: float
    live: bool
    issued: str
    used: str
    ends: str
    state: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Overlap:
    """A time in which two tokens live, as far as it has gone."""

    x: float
    width: float
    label: str


@dataclass(frozen=True)
class TokensView:
    """The drawing, its title and description in words, and how many older tokens it leaves out."""

    bars: tuple[Bar, ...]
    overlaps: tuple[Overlap, ...]
    now_x: float
    height: float
    description: str
    left_out: int


def view(reading: Reading) -> TokensView:
    """Return what the section on tokens shows."""
    shown = reading.tokens[-SHOWN:]
    axis = _Axis([*(moment for one in shown for moment in (one.issued_at, _end(one))), reading.now])
    bars = tuple(_bar(one, row, axis, reading) for row, one in enumerate(shown))
    overlaps = tuple(_overlaps(shown, axis, reading.now))
    live = sum(bar.live for bar in bars)
    words = [f"Generation {bar.generation}, {bar.state}, issued {bar.issued}, {bar.ends}." for bar in bars]
    return TokensView(
        bars=bars,
        overlaps=overlaps,
        now_x=axis.x(reading.now),
        height=_TOP + _ROW * len(bars) + 10,
        description=" ".join([f"{live} live.", *words, *(f"{one.label}." for one in overlaps)]),
        left_out=len(reading.tokens) - len(shown),
    )


class _Axis:
    """Places of moments, by how many events lie before them and how far apart these are."""

    def __init__(self, moments: Sequence[datetime]) -> None:
        self._moments = sorted(set(moments))
        gaps = (after - before for before, after in itertools.pairwise(self._moments))
        # Rounded, so that the drawing rests while nothing but time goes on.
        weights = [round(1.0 + math.log10(1 + gap.total_seconds()), 1) for gap in gaps]
        scale = (WIDTH - 2 * _LEFT) / (sum(weights) or 1.0)
        self._places = [_LEFT + scale * sum(weights[:count]) for count in range(len(self._moments))]

    def x(self, moment: datetime) -> float:
        """Return the place of one of the moments."""
        return round(self._places[self._moments.index(moment)], 1)


def _end(token: Token) -> datetime:
    return min(token.expires_at, token.ends_at) if token.ends_at else token.expires_at


def _bar(token: Token, row: int, axis: _Axis, reading: Reading) -> Bar:
    name = token.sha256[: len(fingerprint(""))]
    x, end, now = axis.x(token.issued_at), _end(token), reading.now
    live = token.is_live(now)
    marks = [("in Entra", reading.held), ("last push", reading.presented)]
    return Bar(
        name=name,
        generation=token.generation,
        x=x,
        y=_TOP + _ROW * row,
        width=max(3.0, round(axis.x(end) - x, 1)),
        live=live,
        issued=clock(token.issued_at, now),
        used=clock(token.used_at, now) if token.used_at else "not yet",
        ends=f"{'ends' if live else 'ended'} {clock(end, now)}",
        state=_state(token, live=live, now=now),
        marks=tuple(mark for mark, held in marks if held == name),
    )


def _state(token: Token, *, live: bool, now: datetime) -> str:
    if live:
        return "live, in use" if token.used_at else "live, not used yet"
    return "expired" if token.expires_at <= now and (token.ends_at is None or token.ends_at >= now) else "ended"


def _overlaps(tokens: Sequence[Token], axis: _Axis, now: datetime) -> list[Overlap]:
    found: list[Overlap] = []
    for older, newer in itertools.pairwise(tokens):
        until = min(_end(older), _end(newer), now)
        if until > newer.issued_at:
            x = axis.x(newer.issued_at)
            open_ = " so far" if until == now and older.is_live(now) else ""
            said = f"overlap {span((until - newer.issued_at).total_seconds())}{open_}"
            found.append(Overlap(x, round(axis.x(until) - x, 1), said))
    return found
