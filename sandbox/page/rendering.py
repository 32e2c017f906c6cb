"""From a reading to HTML, section by section, each with a revision so that only what changed travels."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from sandbox.control import breakages
from sandbox.page.reading import Reading
from sandbox.page.views import directories, job, mappings, requests, tokens
from sandbox.page.views.headline import headline, problems
from sandbox.page.words import graph_clock

_REVISION = 10  # hex digits: enough to distinguish two versions of a section
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
SECTIONS = ("headline", "counters", "job", "tokens", "buttons", "directories", "mappings", "log", "requests")


def _with_code(text: str) -> Markup:
    """Show what stands between backticks, a command, as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just before


_TEMPLATES.filters["with_code"] = _with_code


@dataclass(frozen=True)
class Section:
    """One section as HTML, and its revision."""

    name: str
    html: str
    revision: str


def sections(reading: Reading) -> tuple[Section, ...]:
    """Render every section of a world, in the order of `SECTIONS`."""
    shown, bars, maps = job.view(reading), tokens.view(reading), mappings.view(reading)
    people = directories.view(reading)
    broken = problems(reading, bars, maps, people)
    views: Mapping[str, Any] = {
        "headline": headline(shown, bars, broken, turnover=reading.turnover),
        "counters": (reading.pushes, people),
        "job": shown,
        "tokens": bars,
        "buttons": (reading.name, breakages.TABLE, {"slow": reading.slow, "busy": reading.turnover > 0}),
        "directories": people,
        "mappings": maps,
        "log": (reading.log, partial(graph_clock, now=reading.now)),
        "requests": requests.view(reading),
    }
    return tuple(_section(name, views[name]) for name in SECTIONS)


def _section(name: str, view: object) -> Section:
    html = _TEMPLATES.get_template(f"sections/{name}.html").render(view=view)
    return Section(name, html, hashlib.sha256(html.encode()).hexdigest()[:_REVISION])


def page(world: str, domain: str, parts: tuple[Section, ...], *, told: str, refused: bool, has_others: bool) -> str:
    """Return the page of a world; `told` is what the button that was pressed last came to."""
    return _TEMPLATES.get_template("world.html").render(
        world=world,
        domain=domain,
        has_others=has_others,
        html={part.name: part.html for part in parts},
        seen=_seen(parts),
        told=told,
        refused=refused,
    )


def changes(parts: tuple[Section, ...], seen: str) -> str:
    """Return what of the page differs from what a browser has seen, "" if nothing does.

    Each piece names its place, and the browser swaps it in there (htmx, out-of-band swaps).
    """
    known = seen.split(".")
    news = [part for part in parts if part.revision not in known]
    if not news:
        return ""
    return _TEMPLATES.get_template("changes.html").render(news=news, seen=_seen(parts))


def notice(told: str, *, refused: bool) -> str:
    """Return what a button came to, for a page that is open."""
    return _TEMPLATES.get_template("notice.html").render(told=told, refused=refused, swapped=True)


def worlds(listed: list[tuple[str, str, int]]) -> str:
    """Return the list of worlds: name, tenant and how many users were pushed."""
    return _TEMPLATES.get_template("worlds.html").render(worlds=listed)


def _seen(parts: tuple[Section, ...]) -> str:
    return ".".join(part.revision for part in parts)
