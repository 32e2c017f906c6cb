"""`scimctl logs`: what Entra did about whom, and why it failed."""

import json
import re
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NoReturn

from rich.text import Text

from providers.entra.graph.provisioning_log import KEPT, KEPT_WITHOUT_P1, ProvisioningLog
from providers.errors import StoppedError
from providers.http.deadline import Deadline
from providers.masking import brief
from providers.output import spelled
from providers.timestamps import to_text
from scimctl.arguments import since
from scimctl.commands.logs.following import followed
from scimctl.commands.logs.log_entries import ErrorGroup, LogEntry, by_error, read_entry
from scimctl.header import opened
from scimctl.job.activity import Activity, activity
from scimctl.stack.stack import Stack
from scimctl.terminal.console import Cell, Tell, aligned, bad, console, counting, good, say, warning, write
from scimctl.terminal.report import FINE, FOUND, Report, counted

_MOST_SECONDS = 600.0  # 150,000 entries at Graph's pace
_NAMED = 3
_LONGEST = 400  # of a reason on a terminal
_BOILERPLATE = re.compile(
    r"Message: Processing of the HTTP request resulted in an exception\. Please see the HTTP response returned by the "
    r"'Response' property of this exception for details\. ?"
)
_RETENTION = f"Entra keeps these logs for {KEPT.days} days, {KEPT_WITHOUT_P1.days} without a licence of Entra ID P1"
_LOOKS = {"failure": bad, "success": good}


def work(args: Namespace) -> Report:
    """Read, choose, print."""
    stack = opened(args)
    job = _look(stack)
    begin = max(job.at - args.since if isinstance(args.since, timedelta) else args.since, job.at - KEPT)
    if args.follow:
        _follow(args, stack, begin)
    with counting("reading the provisioning logs") as tell:
        chosen = _chosen(args, _read(stack, begin, tell))
    asked = bool(args.failures or args.group_by)
    failed = any(each.failed for each in chosen)
    if asked and job.unknown and not failed:
        raise StoppedError(f"the logs have no failure, but whether the job works is not known: {job.unknown}")
    code = FOUND if asked and (failed or job.silent) else FINE
    what = "failure" if args.failures else "entry"
    report = grouped(by_error(chosen), begin, code) if args.group_by else listed(chosen, begin, code, what)
    lines = [*_notes(job), *report.lines, *([Text(_RETENTION)] if job.at - begin > KEPT_WITHOUT_P1 else [])]
    return Report(lines, {**report.data, "found": list(job.silent)}, report.code)


def _follow(args: Namespace, stack: Stack, since: datetime) -> NoReturn:
    """Print entries as they come until somebody interrupts it, which raises KeyboardInterrupt."""

    def look(after: datetime) -> tuple[list[LogEntry], list[Text]]:
        return _chosen(args, _read(stack, after, lambda _done, _of: None)), _notes(_look(stack))

    def tell(found: Sequence[LogEntry], notes: Sequence[Text]) -> None:
        out = console()
        for note in notes:
            write(console(stderr=args.json), note)
        if args.json:
            sys.stdout.writelines(f"{spelled(json.dumps(each.data()))}\n" for each in found)
        else:
            for line in _lines(found):
                write(out, line)
        sys.stdout.flush()

    followed(look, since, tell)
    raise KeyboardInterrupt


def _notes(job: Activity) -> list[Text]:
    early = [warning(job.early)] if job.early else []
    return [*(bad(f"{line}; the logs show nothing meanwhile") for line in job.silent), *early]


def _chosen(args: Namespace, found: Iterator[LogEntry]) -> list[LogEntry]:
    """Return the entries that were asked for, oldest first."""
    return [each for each in found if each.failed or not args.failures][::-1]


def _look(stack: Stack) -> Activity:
    found = activity(stack)
    if found.unknown:
        say(f"whether the job works is not known: {found.unknown}")
    return found


def _read(stack: Stack, since: datetime, tell: Tell) -> Iterator[LogEntry]:
    log = ProvisioningLog(stack.tenant_id, Deadline(time.monotonic() + _MOST_SECONDS))
    read = 0
    for page in log.entries(stack.service_principal_id, since):
        read += len(page)
        tell(read, None)
        yield from map(read_entry, page)


def listed(found: Sequence[LogEntry], since: datetime, code: int, what: str) -> Report:
    """List every entry, with why and what to do under those that failed."""
    data = {"since": to_text(since), "entries": [each.data() for each in found], "counts": _counts(found)}
    if not found:
        return Report([_nothing(what, since)], data, code)
    counts = ", ".join(f"{count} {status}" for status, count in _counts(found).items())
    entries = counted(len(found), "entry", "entries")
    return Report([*_lines(found), Text(f"{entries} since {to_text(since)}: {counts}")], data, code)


def grouped(found: Sequence[ErrorGroup], since: datetime, code: int) -> Report:
    """List every error with how often it came, for whom, and what to do."""
    data = {"since": to_text(since), "groups": [each.data() for each in found]}
    if not found:
        return Report([_nothing("error", since)], data, code)
    lines: list[Text] = []
    for each in found:
        more = f" and {len(each.people) - _NAMED} more" if len(each.people) > _NAMED else ""
        who = ", ".join(each.people[:_NAMED]) + more
        last = f"{each.last.at}: {_short(each.last.reason)}".rstrip(": ")
        rows = [("who", who), ("last", last), ("to do", each.last.advice)]
        lines += [
            _LOOKS.get(each.status, warning)(f"{each.count} x {each.code} ({each.status})"),
            *aligned([row for row in rows if row[1]], indent="  "),
        ]
    return Report(lines, data, code)


def _lines(found: Sequence[LogEntry]) -> list[Text]:
    """Return a line for each entry, with why and what to do under those that failed."""
    rows = aligned([_row(each) for each in found])
    return [line for each, row in zip(found, rows, strict=True) for line in (row, *_why(each))]


def _row(entry: LogEntry) -> tuple[Cell, ...]:
    look = _LOOKS.get(entry.status, warning)
    return entry.at, look(entry.status), entry.action, entry.kind.lower(), entry.label, entry.code


def _why(entry: LogEntry) -> list[Text]:
    if entry.status == "success":
        return []
    rows = [("why", _short(entry.reason)), ("to do", entry.advice if entry.failed else "")]
    return aligned([row for row in rows if row[1]], indent="    ")


def _short(reason: str) -> str:
    """Return a reason without what Entra writes in each of them, and with its end, which has the next try."""
    return brief(_BOILERPLATE.sub("", reason), _LONGEST)


def _counts(found: Sequence[LogEntry]) -> dict[str, int]:
    statuses = [each.status for each in found]
    return {status: statuses.count(status) for status in sorted(set(statuses))}


def _nothing(what: str, since: datetime) -> Text:
    return good(f"no {what} since {to_text(since)}")


def arguments(parser: ArgumentParser) -> None:
    """Add what to choose."""
    parser.add_argument("--failures", action="store_true", help="only failures; exit code 7 if there are any")
    parser.add_argument(
        "--since", type=since, default="1d", metavar="WHEN", help="how far to look back: 2h, 2026-11-29; default: 1d"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--group-by", choices=["error"], help="count by error code instead of listing every entry")
    form.add_argument("--follow", action="store_true", help="go on printing new entries; Ctrl-C ends it")
