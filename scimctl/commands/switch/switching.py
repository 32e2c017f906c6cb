"""What starting, stopping and restarting have in common: see, act, follow the cycle, show what `up` restores."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from rich.text import Text

from providers.entra.graph.provisioning import Graph
from providers.entra.job.job import Cycle, Failure, JobReport, read_report
from providers.masking import masked
from providers.timestamps import in_words, to_text
from scimctl.arguments import span
from scimctl.job.advice import advice
from scimctl.stack.deployed import graph_of, job_of
from scimctl.stack.stack import Stack
from scimctl.terminal.console import bad, good, warning, working
from scimctl.terminal.report import FINE, FOUND, Report

_WAIT = timedelta(minutes=1)
_LOOK_EVERY = timedelta(seconds=5)  # a minute's wait is a dozen calls


@dataclass(frozen=True)
class StackJob:
    """The job of a stack, and calls about it."""

    stack: Stack

    def look(self) -> JobReport:
        """Read the job as it is now."""
        return read_report(job_of(self.stack)[0])

    def graph(self) -> Graph:
        """Return calls with their own time limit."""
        return graph_of(self.stack)

    def after_cycle(self, before: JobReport, time_limit: timedelta) -> JobReport:
        """Wait for the end of a cycle that began after what was seen before; returns what is seen at last."""
        return self.until(lambda job: _began_anew(before, job), time_limit, "waiting for the cycle to end")

    def until(self, holds: Callable[[JobReport], bool], time_limit: timedelta, what: str) -> JobReport:
        """Look until something holds, or the time limit has passed."""
        until = time.monotonic() + time_limit.total_seconds()
        with working(f"{what} (up to {in_words(time_limit)})"):
            while not holds(job := self.look()):
                left = until - time.monotonic()
                if left <= 0:
                    break
                pause = min(_LOOK_EVERY, job.schedule.interval / 8).total_seconds()
                time.sleep(min(pause, left))
        return job


def _began_anew(before: JobReport, job: JobReport) -> bool:
    last, known = job.status.last_execution, before.status.last_execution
    return last is not None and last.time_ended is not None and (known is None or last.time_began != known.time_began)


def restores(stack: Stack, *, on: bool) -> Text:
    """Return what the next `up` makes of it: the stack file decides."""
    wanted = stack.config.provisioning.status
    if (wanted == "on") == on:
        return Text(f"stack: status is {wanted}, so the next `pulumi up` leaves it like this")
    return warning(
        f"stack: status is {wanted}, so the next `pulumi up --refresh` {'starts' if not on else 'stops'} it again: set "
        f"provisioning.status: {'on' if on else 'off'} in stacks/Pulumi.{stack.name}.yaml to keep it"
    )


def followed(done: str, before: JobReport, after: JobReport, stack: Stack, *, waited: bool) -> Report:
    """Report a start or restart with the cycle that it set off."""
    ended = waited and _began_anew(before, after)
    last = after.status.last_execution if ended else None
    failing = after.quarantined or bool(last and (last.state == "Failed" or last.count_escrowed))
    lines = [good(done), _cycle(last, after), restores(stack, on=True)]
    data = {**_data(done, after, stack), "cycle": cycle_data(last)}
    return Report(lines, data, FOUND if failing and ended else FINE)


def unchanged(sentence: str, job: JobReport, stack: Stack) -> Report:
    """Report that nothing was to be done."""
    return Report([Text(sentence), restores(stack, on=job.active)], _data(sentence, job, stack) | {"changed": False})


def stopped(sentence: str, job: JobReport, stack: Stack) -> Report:
    """Report a stop."""
    return Report([good(sentence), restores(stack, on=False)], _data(sentence, job, stack))


def cycle_data(cycle: Cycle | None) -> dict[str, str | int | None] | None:
    """Return a cycle for scripts."""
    return cycle and {
        "state": cycle.state,
        "began": to_text(cycle.time_began) or None,
        "ended": to_text(cycle.time_ended) or None,
        "inScope": cycle.count_entitled_for_provisioning,
        "exported": cycle.count_exported,
        "failing": cycle.count_escrowed,
        "error": masked(cycle.error.code) if cycle.error and cycle.error.code else None,
    }


def _cycle(last: Cycle | None, job: JobReport) -> Text:
    if last is None:
        return Text("cycle: not ended yet; `scimctl status --watch` shows when it has")
    error = last.error or Failure()
    if last.state == "Failed" or job.quarantined:
        todo = advice(error.code, error.refused_with) or "see `scimctl logs --failures`"
        return bad(f"cycle: failed: {error.code or error.message or 'no reason given'}: {todo}")
    pushed = f"{last.count_exported} pushed, {last.count_entitled_for_provisioning} in scope"
    if last.count_escrowed:
        return warning(f"cycle: ended, {pushed}, {last.count_escrowed} failing: see `scimctl logs --failures`")
    return good(f"cycle: ended, {pushed}")


def _data(sentence: str, job: JobReport, stack: Stack) -> dict[str, object]:
    wanted = stack.config.provisioning.status
    return {
        "result": sentence,
        "changed": True,
        "scheduleState": job.schedule.state,
        "statusCode": job.status.code,
        "stackStatus": wanted,
        "nextUpRestores": (wanted == "on") != job.active,
    }


def add_waiting(parser: ArgumentParser) -> None:
    """Add how long to wait for the cycle that is set off."""
    waiting = parser.add_mutually_exclusive_group()
    waiting.add_argument(
        "--wait",
        type=span,
        default=_WAIT,
        metavar="DURATION",
        help="how long to wait for the cycle that this sets off to end, such as 30m; default: 1m",
    )
    waiting.add_argument("--no-wait", dest="wait", action="store_const", const=timedelta(0), help="do not wait for it")


def waits(args: Namespace) -> bool:
    """Return whether the cycle is waited for."""
    return args.wait > timedelta(0)
