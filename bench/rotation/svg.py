"""A picture's text: the few shapes that the timeline consists of, and its colours in light and in dark."""

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d8dee4; --stripe: #f6f8fa;
  --new: #b6d0fb; --token: #3f7ae0; --push: #1f883d; --fail: #d1242f; --mark: #8250df; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #2f353d;
  --stripe: #151b23; --new: #1f3f75; --token: #4c8df6; --push: #3fb950; --fail: #ff6a60; --mark: #b892ff; } }
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
.head { font-size: 17px; font-weight: 600; } .code { font-family: ui-monospace, monospace; }
.soft { fill: var(--soft); } .loud { fill: var(--fail); font-weight: 600; }
.middle { text-anchor: middle; } .end { text-anchor: end; }
.paper { fill: var(--paper); stroke: var(--line); } .stripe { fill: var(--stripe); }
.window { fill: var(--fail); opacity: .14; }
.new { fill: var(--new); } .token { fill: var(--token); } .mark { fill: var(--mark); stroke: var(--mark); }
.rule { stroke: var(--line); } .guide { stroke: var(--mark); stroke-dasharray: 2 4; opacity: .7; }
.push { stroke: var(--push); stroke-width: .7; fill: none; } .fail { stroke: var(--fail); stroke-width: 2; fill: none; }
"""


def document(width: float, height: float, title: str, description: str, body: Iterable[str]) -> str:
    """Return the whole file; title and description are for screen readers."""
    size = f'viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" height="{_n(height)}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title description">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="description">{escape(description)}</desc>',
            f"<style>{_STYLE}</style>",
            *body,
            "</svg>",
            "",
        ]
    )


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """Return a line of text; `kind` names classes of the style, here and below."""
    chosen = f' class="{kind}"' if kind else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{chosen}>{escape(words)}</text>'


def bar(left: float, right: float, y: float, height: float, kind: str, radius: float = 0) -> str:
    """Return a rectangle, at least a pixel wide."""
    size = f'width="{_n(max(1.0, right - left))}" height="{_n(height)}"'
    return f'<rect x="{_n(left)}" y="{_n(y)}" {size} rx="{_n(radius)}" class="{kind}"/>'


def line(x: float, y: float, to_x: float, to_y: float, kind: str) -> str:
    """Return a straight line."""
    return f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}" class="{kind}"/>'


def ticks(places: Sequence[float], y: float, height: float, kind: str) -> str:
    """Return short upright lines as one path; those within half a pixel of each other are one."""
    distinct = sorted({round(place * 2) / 2 for place in places})
    drawn = "".join(f"M{_n(place)} {_n(y)}v{_n(height)}" for place in distinct)
    return f'<path d="{drawn}" class="{kind}"/>' if drawn else ""


def diamond(x: float, y: float) -> str:
    """Return the mark of a rotation."""
    return f'<path d="M{_n(x)} {_n(y - 6)}l6 6l-6 6l-6 -6z" class="mark"/>'


def square(x: float, y: float) -> str:
    """Return the mark of credentials that were saved."""
    return bar(x - 4, x + 4, y - 4, 8, "mark")


def circle(x: float, y: float) -> str:
    """Return the mark of a test that succeeded."""
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="5" class="mark"/>'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
