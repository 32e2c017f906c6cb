"""The timeline of a case as an SVG: a lane for each token, with its life as a bar and the pushes that presented it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.rotation import figures
from bench.rotation.cases import FASTEST, LONG_CYCLES, LOST_ANSWER, OVERLAP, REMOVE_CURRENT, Case
from bench.rotation.figures import Exchange, Rotation, Story, TokenLife

SHOWN = 3  # rotations; more would be too narrow to see a push
BEFORE_S, AFTER_S = 1.0, 2.0
_STEPS = (1, 2, 5, 10, 20, 60)
_TITLES = {
    OVERLAP: "Rotation with overlap, while Entra pushes",
    REMOVE_CURRENT: "Rotation with removeCurrent: true, while Entra pushes",
    LOST_ANSWER: "Rotation whose first answer is lost, while Entra pushes",
    LONG_CYCLES: "Rotation in a cycle that outlasts the run",
}
_RATES = {FASTEST: "as fast as the sandbox can"}


@dataclass(frozen=True)
class Frame:
    """The part of a story that is drawn; `begin`, `end` and `zero`, where the axis is 0, in seconds since 1970."""

    begin: float
    end: float
    zero: float
    rotations: Sequence[Rotation]
    tokens: Sequence[TokenLife]
    pushes: Sequence[Exchange]
    left, right, top, lane_height = 132.0, 936.0, 128.0, 52.0

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
        return self.top + self.lane_height * len(self.tokens)

    @property
    def axis(self) -> Iterator[tuple[float, float]]:
        """Return the places of whole seconds, and how many those are after the first rotation."""
        step = next((each for each in _STEPS if (self.end - self.begin) / each <= 14), _STEPS[-1])
        first = -int((self.zero - self.begin) // step)
        return ((self.x(self.zero + n * step), n * step) for n in range(first, int((self.end - self.zero) // step) + 1))

    @property
    def summary(self) -> str:
        """Return in words what is to be seen."""
        failed = sum(1 for push in self.pushes if not push.succeeded)
        verdict = f"{_pushes(failed)} failed" if failed else "no push failed"
        span = f"{self.end - self.begin:.1f} s, {len(self.rotations)} rotations"
        return f"{_pushes(len(self.pushes))} in {span}, {verdict}"

    def life(self, token: TokenLife) -> str:
        """Return when a token was issued and when it ended, in words."""
        begin = "from before" if token.issued < self.begin else f"issued at {token.issued - self.zero:.1f} s"
        if token.ended is None or token.ended > self.end:
            return f"{token.fingerprint} {begin}, lives on"
        return f"{token.fingerprint} {begin}, ended at {token.ended - self.zero:.1f} s"

    def x(self, moment: float) -> float:
        """Return the place of a moment; what is outside is at the edge."""
        inside = min(max(moment, self.begin), self.end)
        return self.left + (inside - self.begin) / (self.end - self.begin) * (self.right - self.left)

    def lane(self, token: TokenLife) -> float:
        """Return where the lane of a token begins."""
        return self.top + self.lane_height * self.tokens.index(token)

    def lane_of_newest(self, moment: float) -> float:
        """Return the lane of the token that was the newest then: what is saved is that one."""
        return self.top + self.lane_height * (sum(token.issued <= moment for token in self.tokens) - 1)

    def places(self, pushes: Iterable[Exchange]) -> list[float]:
        """Return where pushes are drawn; those within half a pixel of each other are one."""
        return sorted({round(self.x(push.came) * 2) / 2 for push in pushes})


def drawn(case: Case, story: Story) -> str:
    """Draw the first rotations of a case."""
    second = f", a second rotation {case.second}" if case.kind == LOST_ANSWER else ""
    rate = _RATES.get(case.rate, f"at least {case.rate} pushes a second")
    conditions = f"Credentials read once a {case.reads}, the old token ends by {case.ends}{second}; {rate}"
    return _TEMPLATES.get_template("timeline.svg").render(
        frame=Frame.of(story), title=_TITLES[case.kind], conditions=conditions, counted=_pushes, width=960, run_y=108
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _pushes(count: int) -> str:
    return f"{count:,} {'push' if count == 1 else 'pushes'}"


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters["n"] = _number
