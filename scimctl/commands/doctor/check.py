"""What a check found, and the report of all: problems first with what to do, and a count of those that passed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

from rich.console import RenderableType

from scimctl.terminal import console
from scimctl.terminal.console import Cell, aligned, bad, good
from scimctl.terminal.report import FINE, FOUND, Report


class Verdict(str, Enum):
    """Something that is right, may become wrong, stops `up`, or cannot be known from here."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, what was found, what to do about it ("" if nothing is to be done)."""

    verdict: Verdict
    id: str
    says: str
    todo: str = ""


ok, warning, problem, unknown = (partial(Check, verdict) for verdict in Verdict)

_WORDS = {Verdict.OK: good, Verdict.WARNING: console.warning, Verdict.PROBLEM: bad, Verdict.UNKNOWN: str}
_ORDER = (Verdict.PROBLEM, Verdict.WARNING, Verdict.UNKNOWN, Verdict.OK)


def reported(checks: Sequence[Check], *, quiet: bool = False, every: bool = False) -> Report:
    """Report problems, warnings and what is unknown; `every` lists what passed too, `quiet` only what needs doing."""
    shown = list(_ORDER if every else _ORDER[:2] if quiet else _ORDER[:3])
    found = [each for verdict in shown for each in checks if each.verdict is verdict]
    is_bad = any(each.verdict is Verdict.PROBLEM for each in checks)
    lines = _rows(found)
    if not quiet:
        lines = [*lines, bad(_counts(checks))] if is_bad else [good(f"no problem: {_counts(checks)}"), *lines]
    data = [
        {"id": each.id, "verdict": each.verdict.value, "says": each.says, "todo": each.todo or None} for each in checks
    ]
    return Report(lines, {"checks": data}, FOUND if is_bad else FINE)


def _rows(checks: Sequence[Check]) -> list[RenderableType]:
    rows: list[tuple[Cell, ...]] = [(_WORDS[each.verdict](each.verdict.value), each.id, each.says) for each in checks]
    lines: list[RenderableType] = []
    for line, each in zip(aligned(rows), checks, strict=True):
        lines += [line, *([f"           do: {each.todo}"] if each.todo else [])]
    return lines


def _counts(checks: Sequence[Check]) -> str:
    """Count, such as "1 problem, 2 unknown, 20 checks passed"."""
    counts = {verdict: sum(each.verdict is verdict for each in checks) for verdict in _ORDER}
    return ", ".join(f"{count} {_noun(verdict, count)}" for verdict, count in counts.items() if count)


def _noun(verdict: Verdict, count: int) -> str:
    many = "" if count == 1 else "s"
    return {Verdict.OK: f"check{many} passed", Verdict.UNKNOWN: "unknown"}.get(verdict, f"{verdict.value}{many}")
