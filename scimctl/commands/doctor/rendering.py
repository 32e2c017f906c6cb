"""Tell what all checks found: what is wrong and what to do first, and those that passed as a count. Pure."""

from collections.abc import Sequence

from rich.console import RenderableType

from scimctl.commands.doctor.check import Check, Verdict
from scimctl.terminal.console import Cell, aligned, bad, good, warning
from scimctl.terminal.report import FINE, FOUND, Report

_WORDS = {Verdict.OK: good, Verdict.WARNING: warning, Verdict.PROBLEM: bad, Verdict.UNKNOWN: str}
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
    words = [f"{count} {_noun(verdict, count)}" for verdict, count in counts.items() if count]
    return ", ".join(words)


def _noun(verdict: Verdict, count: int) -> str:
    many = "" if count == 1 else "s"
    return {Verdict.OK: f"check{many} passed", Verdict.UNKNOWN: "unknown"}.get(verdict, f"{verdict.value}{many}")
