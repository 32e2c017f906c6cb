"""The timeline of a case as an SVG: a lane for each token, with its life as a bar and the pushes that presented it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.rotation import figures, svg
from bench.rotation.cases import FASTEST, LONG_CYCLES, LOST_ANSWER, OVERLAP, REMOVE_CURRENT, Case
from bench.rotation.figures import Rotation
from bench.rotation.story import Exchange, Story, TokenLife

SHOWN = 3  # rotations; more would be too narrow to see a push
BEFORE_S, AFTER_S = 1.0, 2.0
WIDTH, LEFT, RIGHT = 960.0, 132.0, 936.0
RUN_Y, LANES_Y, LANE = 108.0, 128.0, 52.0
_STEPS = (1, 2, 5, 10, 20, 60)


@dataclass(frozen=True)
class Frame:
    """The part of a story that is drawn; `begin`, `end` and `zero`, where the axis is 0, in seconds since 1970."""

    begin: float
    end: float
    zero: float
    rotations: Sequence[Rotation]
    tokens: Sequence[TokenLife]
    pushes: Sequence[Exchange]

    @classmethod
    def of(cls, story: Story) -> "Frame":
        """Choose the first rotations with a moment before and after them."""
        rotations = figures.counted(story).rotations
        shown = rotations[:SHOWN]
        begin, last = shown[0].began - BEFORE_S, shown[-1]
        end = last.began + max(last.tested or 0.0, last.healed or 0.0) + AFTER_S
        end = min([end, *(one.began for one in rotations[SHOWN : SHOWN + 1])])
        pushes = [one for one in story.of("push") if begin <= one.came < end]
        tokens = [one for one in story.tokens if one.issued < end and (one.ended is None or one.ended > begin)]
        return cls(begin, end, shown[0].began, shown, tokens, pushes)

    @property
    def floor(self) -> float:
        """Return where the lanes end."""
        return LANES_Y + LANE * len(self.tokens)

    def x(self, moment: float) -> float:
        """Return the place of a moment; what is outside is at the edge."""
        inside = min(max(moment, self.begin), self.end)
        return LEFT + (inside - self.begin) / (self.end - self.begin) * (RIGHT - LEFT)


_TITLES = {
    OVERLAP: "Rotation with overlap, while Entra pushes",
    REMOVE_CURRENT: "Rotation with removeCurrent: true, while Entra pushes",
    LOST_ANSWER: "Rotation whose first answer is lost, while Entra pushes",
    LONG_CYCLES: "Rotation in a cycle that outlasts the run",
}
_RATES = {FASTEST: "as fast as the sandbox can"}


def drawn(case: Case, story: Story) -> str:
    """Draw the first rotations of a case."""
    frame, title = Frame.of(story), _TITLES[case.kind]
    body = [
        svg.bar(0.5, WIDTH - 0.5, 0.5, frame.floor + 82, "paper", 8),
        svg.text(24, 36, title, "head"),
        svg.text(24, 57, _conditions(case), "soft"),
        svg.text(24, 75, _subtitle(frame), "soft"),
        *_stripes(frame),
        *_windows(frame),
        *_axis(frame),
        *(part for place, token in enumerate(frame.tokens) for part in _lane(frame, LANES_Y + LANE * place, token)),
        *_runs(frame),
        *_legend(frame.floor + 62),
    ]
    return svg.document(WIDTH, frame.floor + 83, title, _description(case, frame), filter(None, body))


def _conditions(case: Case) -> str:
    second = f", a second rotation {case.second}" if case.kind == LOST_ANSWER else ""
    rate = _RATES.get(case.rate, f"at least {case.rate} pushes a second")
    return f"Credentials read once a {case.reads}, the old token ends by {case.ends}{second}; {rate}"


def _subtitle(frame: Frame) -> str:
    failed = sum(1 for push in frame.pushes if not push.succeeded)
    seconds = frame.end - frame.begin
    said = f"{len(frame.pushes):,} pushes in {seconds:.1f} s, {len(frame.rotations)} rotations, "
    return said + ("no push failed" if not failed else f"{failed} {'push' if failed == 1 else 'pushes'} failed")


def _description(case: Case, frame: Frame) -> str:
    lives = "; ".join(_life(frame, token) for token in frame.tokens)
    return f"A timeline in seconds from the first rotation. {_conditions(case)}. {_subtitle(frame)}. Tokens: {lives}."


def _life(frame: Frame, token: TokenLife) -> str:
    begin = "from before" if token.issued < frame.begin else f"issued at {token.issued - frame.zero:.1f} s"
    if token.ended is None or token.ended > frame.end:
        return f"{token.fingerprint} {begin}, lives on"
    return f"{token.fingerprint} {begin}, ended at {token.ended - frame.zero:.1f} s"


def _stripes(frame: Frame) -> Iterator[str]:
    for place in range(0, len(frame.tokens), 2):
        yield svg.bar(8, WIDTH - 8, LANES_Y + LANE * place, LANE, "stripe")


def _windows(frame: Frame) -> Iterator[str]:
    """Shade the time from a rotation to the first push that succeeds again, and write its length."""
    for one in frame.rotations:
        if one.failures and one.healed is not None:
            left, right = frame.x(one.began), frame.x(one.began + one.healed)
            yield svg.bar(left, right, LANES_Y, frame.floor - LANES_Y, "window")
            yield _label(frame, one, f"{one.healed:.2f} s")


def _label(frame: Frame, one: Rotation, words: str) -> str:
    """Write beside a rotation in the row of the runs, if the picture still has room for it."""
    after = frame.x(one.began + max(one.tested or 0.0, one.healed or 0.0)) + 10
    if after > RIGHT - 40:
        return svg.text(frame.x(one.began) - 10, RUN_Y + 4, words, "loud end")
    return svg.text(after, RUN_Y + 4, words, "loud")


def _axis(frame: Frame) -> Iterator[str]:
    seconds = frame.end - frame.begin
    step = next((each for each in _STEPS if seconds / each <= 14), _STEPS[-1])
    yield svg.line(LEFT, frame.floor, RIGHT, frame.floor, "rule")
    moment = frame.zero - int(frame.zero - frame.begin) // step * step
    while moment <= frame.end:
        yield svg.line(frame.x(moment), LANES_Y, frame.x(moment), frame.floor + 4, "rule")
        yield svg.text(frame.x(moment), frame.floor + 18, f"{moment - frame.zero:.0f} s", "soft middle")
        moment += step


def _lane(frame: Frame, top: float, token: TokenLife) -> Iterator[str]:
    ended = frame.end if token.ended is None else token.ended
    used = ended if token.used is None else min(token.used, ended)
    mine = [push for push in frame.pushes if push.token == token.fingerprint]
    yield svg.text(20, top + 22, token.fingerprint, "code")
    yield svg.text(20, top + 38, f"{len(mine):,} {'push' if len(mine) == 1 else 'pushes'}", "soft")
    if used > frame.begin:
        yield svg.bar(frame.x(token.issued), frame.x(used), top + 10, 12, "new", 2)
    if ended > used:
        yield svg.bar(frame.x(used), frame.x(ended), top + 10, 12, "token", 2)
    yield svg.ticks([frame.x(push.came) for push in mine if push.succeeded], top + 27, 14, "push")
    yield svg.ticks([frame.x(push.came) for push in mine if not push.succeeded], top + 6, 38, "fail")


def _runs(frame: Frame) -> Iterator[str]:
    """Draw each rotation in the row above the lanes: asked for, saved in Entra, tested."""
    yield svg.text(20, RUN_Y + 4, "pulumi up", "code")
    for one in frame.rotations:
        moments = [one.began, *(one.began + each for each in (one.saved, one.tested) if each is not None)]
        for before, after in pairwise(moments):
            yield svg.line(frame.x(before), RUN_Y, frame.x(after), RUN_Y, "mark")
        yield svg.line(frame.x(one.began), RUN_Y + 6, frame.x(one.began), frame.floor, "guide")
        yield svg.diamond(frame.x(one.began), RUN_Y)
        if one.saved is not None:
            yield svg.square(frame.x(one.began + one.saved), _bar_of_newest(frame, one.began + one.saved))
        if one.tested is not None:
            yield svg.circle(frame.x(one.began + one.tested), RUN_Y)


def _bar_of_newest(frame: Frame, moment: float) -> float:
    """Return the height of the bar of the token that was the newest then: what is saved is that one."""
    return LANES_Y + LANE * (sum(1 for token in frame.tokens if token.issued <= moment) - 1) + 16


def _legend(y: float) -> list[str]:
    return [
        *(svg.diamond(30, y - 4), svg.text(42, y, "rotated")),
        *(svg.square(108, y - 4), svg.text(118, y, "saved in Entra")),
        *(svg.circle(221, y - 4), svg.text(231, y, "tested by Entra")),
        *(svg.bar(338, 362, y - 10, 12, "new", 2), svg.text(368, y, "token, not used yet")),
        *(svg.bar(494, 518, y - 10, 12, "token", 2), svg.text(524, y, "token in use")),
        *(svg.ticks([612, 616, 620, 624], y - 11, 14, "push"), svg.text(632, y, "push with that token")),
        *(svg.ticks([768], y - 14, 20, "fail"), svg.text(776, y, "push that failed")),
    ]
