"""`scimctl assumptions`: what is assumed of HPE's undocumented API, beside what this stack has seen of it."""

import json
from argparse import ArgumentParser, Namespace
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from rich.text import Text

from providers.errors import ConfigurationError, StoppedError
from providers.greenlake.api.observation import IN_A_LOG
from providers.greenlake.assumption_checks import ASSUMPTIONS, Finding, Verdict
from providers.greenlake.rotation import State
from providers.masking import masked
from scimctl.header import opened
from scimctl.terminal import markdown
from scimctl.terminal.console import Cell, aligned, bad, good, warning
from scimctl.terminal.report import FINE, FOUND, Report, counted

_STYLES = {Verdict.DIFFERS: bad, Verdict.HOLDS: good, Verdict.UNSEEN: Text}


class _Seen(BaseModel):
    """An observation as a log has it."""

    model_config = ConfigDict(extra="ignore")
    status: int = Field(strict=True, ge=100, le=599)
    bearer: str
    fields: dict[str, str]
    code: str = ""
    end: bool | None = None
    old_token: Literal["accepted", "refused"] | None = None


class _Line(BaseModel):
    observed: dict[str, _Seen]
    claims: list[str] = Field(default_factory=list[str])


def work(args: Namespace) -> Report:
    """Compare each assumption with the stack's state or with a log."""
    outs, why_none = (_of_log(args.log), "") if args.log else _of_state(args)
    report = compared(outs, as_markdown=args.markdown)
    return replace(report, lines=[*report.lines, why_none]) if why_none else report


def compared(outs: Mapping[str, Any], *, as_markdown: bool) -> Report:
    """Return every assumption with its verdict, and what differs first."""
    found = [(each.text, _fit_to_show(each.check(outs))) for each in ASSUMPTIONS]
    found.sort(key=lambda each: list(_STYLES).index(each[1].verdict))
    told = [{"assumption": text, "verdict": each.verdict.value, "seen": each.seen or None} for text, each in found]
    differing = sum(each.verdict is Verdict.DIFFERS for _, each in found)
    lines = _table(found) if as_markdown else [_verdict(found), *aligned(list(_rows(found)))]
    return Report(lines, {"differing": differing, "assumptions": told}, FOUND if differing else FINE)


def _fit_to_show(finding: Finding) -> Finding:
    """Mask what was seen once more: anybody may have written the log, or edited state."""
    return replace(finding, seen=masked(finding.seen))


def _verdict(found: list[tuple[str, Finding]]) -> Text:
    verdicts = [each.verdict for _, each in found]
    differing, unseen = verdicts.count(Verdict.DIFFERS), verdicts.count(Verdict.UNSEEN)
    rest = f", {unseen} not seen yet" if unseen else ""
    if differing:
        text = f"{counted(differing, 'assumption')} about GreenLake {'differs' if differing == 1 else 'differ'}{rest}"
        return warning(f"{text}: `scimctl assumptions --markdown` prints a table for a public issue")
    return good(f"nothing differs from what is assumed: {verdicts.count(Verdict.HOLDS)} seen{rest}")


def _rows(found: list[tuple[str, Finding]]) -> Iterator[list[Cell]]:
    for text, each in found:
        yield [_STYLES[each.verdict](each.verdict.value), text]
        if each.seen:
            yield ["", each.seen]


def _table(found: list[tuple[str, Finding]]) -> list[str]:
    cells = [[text, each.seen and markdown.code(each.seen), each.verdict.value] for text, each in found]
    return markdown.table(["Assumed", "Seen", ""], cells)


def _of_state(args: Namespace) -> tuple[Mapping[str, Any], str]:
    """Return the token's outputs, or why there are none: the assumptions are worth reading before the first run."""
    stack = opened(args)
    try:
        return stack.token, ""
    except StoppedError as error:
        return {"observed": {}, "workspace_claims": {}, "state": State.UNKNOWN.value}, str(error)


def _of_log(file: str) -> Mapping[str, Any]:
    """Return what all lines of a log show, as the outputs of the resource have it; the last one counts."""
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"--log {file}: {error.strerror}") from None
    is_utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))  # as Windows PowerShell writes
    text = content.decode("utf-16" if is_utf16 else "utf-8", errors="replace")
    observed, claims = dict[str, dict[str, Any]](), set[str]()
    for line in filter(None, (_line(each) for each in text.splitlines())):
        observed |= {key: seen.model_dump(exclude_none=True) for key, seen in line.observed.items()}
        claims |= set(line.claims)
    if not observed:
        raise StoppedError(f'--log {file}: no line has "{IN_A_LOG.strip()}", which a create, rotation or delete prints')
    return {"observed": observed, "workspace_claims": dict.fromkeys(claims, ""), "state": State.UNKNOWN.value}


def _line(text: str) -> _Line | None:
    _, mark, rest = text.partition(IN_A_LOG)
    for each in (rest, rest.replace('\\"', '"')) if mark else ():  # the second is JSON in the engine's event log
        with suppress(ValueError, RecursionError):
            return _Line.model_validate(json.JSONDecoder().raw_decode(each)[0])
    return None


def arguments(parser: ArgumentParser) -> None:
    """Add where to read from, and the form for an issue."""
    parser.add_argument("--log", metavar="FILE", help="read what a run printed, instead of state")
    parser.add_argument("--markdown", action="store_true", help="a table for a public issue")
