"""`scimctl start`, `stop` and `restart`: the portal's Start, Stop and Restart Provisioning.

Each looks, acts, follows the cycle that it sets off, and shows what the next `up` restores.
"""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import timedelta

from rich.text import Text

from providers.entra.job.job import Cycle, Failure, JobReport, read_report
from providers.timestamps import in_words
from scimctl.arguments import span
from scimctl.header import opened
from scimctl.job.advice import advice
from scimctl.job.job_page import cycle_data
from scimctl.job.token_use import refuse_in_overlap, wait_until_it_may_be
from scimctl.stack.deployed import graph_of, job_of
from scimctl.stack.stack import Stack
from scimctl.terminal.consent import add_consent, agree, dry_run
from scimctl.terminal.console import bad, good, warning, working
from scimctl.terminal.report import FINE, FOUND, Report

_WAIT = timedelta(minutes=1)
_LOOK_EVERY = timedelta(seconds=5)  # a minute's wait is a dozen calls
_TIME_LIMIT = timedelta(seconds=30)
_DEFAULT = "Watermark, Escrows, QuarantineState"
_FULL = "Full"
_LEFT = (
    "forget which user here is which there: everybody is matched again, and people who left the scope and are still in "
    "GreenLake stay there; `scimctl verify` shows them"
)


def start(args: Namespace) -> Report:
    """Start, unless it runs."""
    stack = opened(args)
    before = _look(stack)
    if before.active and not before.quarantined:
        return _unchanged(
            "provisioning is on already: not started again, which may stop a job that runs", before, stack
        )
    wait_until_it_may_be(stack, "not started")  # its cycle uses the token that Entra holds
    with working("starting provisioning"):
        graph_of(stack).start(stack.job_id)
    quarantined = "provisioning was in quarantine and is started again"
    return _followed(quarantined if before.quarantined else "provisioning is started", before, stack, args.wait)


def stop(args: Namespace) -> Report:
    """Stop, unless it is stopped."""
    stack = opened(args)
    before = _look(stack)
    if not before.active:
        return _unchanged("provisioning is stopped already", before, stack)
    will = [
        f'stop provisioning by "{stack.config.app.name}" now: nobody enters or leaves GreenLake until it is started',
        "let a running cycle complete; what Entra remembers is kept",
        _restores(stack, on=False).plain,
    ]
    if args.dry_run:
        return dry_run(will)
    agree(args, will, f"Stop provisioning of the stack {stack.name}?")
    with working("stopping provisioning"):
        graph_of(stack).pause(stack.job_id)
    after = _until(stack, lambda seen: not seen.active, _TIME_LIMIT, "waiting for Entra to confirm it")
    said = "provisioning is stopped; a running cycle is completed"
    sentence = said if not after.active else "the stop is accepted, and Entra does not show it yet"
    return Report([good(sentence), _restores(stack, on=False)], _data(sentence, after, stack))


def restart(args: Namespace) -> Report:
    """Restart."""
    stack = opened(args)
    before = _look(stack)
    will = planned(stack, before, full=args.full)
    if args.dry_run:
        refuse_in_overlap(stack, "not restarted")
        return dry_run(will)
    agree(args, will, f"Restart provisioning of the stack {stack.name}?")
    wait_until_it_may_be(stack, "not restarted")  # its cycle uses the token that Entra holds
    with working("restarting provisioning"):
        graph_of(stack).restart(stack.job_id, _FULL if args.full else _DEFAULT)
    what = "provisioning is restarted: everybody is looked at anew"
    return _followed(f"{what} and matched again" if args.full else what, before, stack, args.wait)


def planned(stack: Stack, job: JobReport, *, full: bool) -> list[str]:
    """Return what a restart does, a line each."""
    last = job.status.last_execution
    scope = f" ({last.count_entitled_for_provisioning} in scope of the last cycle)" if last else ""
    return [
        f'begin an initial cycle of "{stack.config.app.name}": everybody in scope is compared with GreenLake{scope}',
        *([] if job.active else ["switch provisioning on"]),
        *(["end the quarantine, which comes back if its cause is not repaired"] if job.quarantined else []),
        *([_LEFT] if full else []),
        _restores(stack, on=True).plain,
    ]


def _look(stack: Stack) -> JobReport:
    return read_report(job_of(stack)[0])


def _until(stack: Stack, holds: Callable[[JobReport], bool], time_limit: timedelta, what: str) -> JobReport:
    """Look until something holds, or the time limit has passed."""
    until = time.monotonic() + time_limit.total_seconds()
    with working(f"{what} (up to {in_words(time_limit)})"):
        while not holds(job := _look(stack)):
            left = until - time.monotonic()
            if left <= 0:
                break
            pause = min(_LOOK_EVERY, job.schedule.interval / 8).total_seconds()
            time.sleep(min(pause, left))
    return job


def _began_anew(before: JobReport, job: JobReport) -> bool:
    """Return whether a cycle has ended that began after what was seen before."""
    last, known = job.status.last_execution, before.status.last_execution
    return last is not None and last.time_ended is not None and (known is None or last.time_began != known.time_began)


def _restores(stack: Stack, *, on: bool) -> Text:
    """Return what the next `up` makes of it: the stack file decides."""
    wanted = stack.config.provisioning.status
    if (wanted == "on") == on:
        return Text(f"stack: status is {wanted}, so the next `pulumi up` leaves it like this")
    return warning(
        f"stack: status is {wanted}, so the next `pulumi up --refresh` {'starts' if not on else 'stops'} it again: set "
        f"provisioning.status: {'on' if on else 'off'} in stacks/Pulumi.{stack.name}.yaml to keep it"
    )


def _followed(done: str, before: JobReport, stack: Stack, wait: timedelta) -> Report:
    """Report a start or restart with the cycle that it set off, whose end is waited for."""
    if wait:
        after = _until(stack, lambda job: _began_anew(before, job), wait, "waiting for the cycle to end")
    else:
        after = _look(stack)
    last = after.status.last_execution if wait and _began_anew(before, after) else None
    failing = last is not None and (after.quarantined or last.state == "Failed" or bool(last.count_escrowed))
    lines = [good(done), _cycle(last, after), _restores(stack, on=True)]
    return Report(lines, {**_data(done, after, stack), "cycle": cycle_data(last)}, FOUND if failing else FINE)


def _unchanged(sentence: str, job: JobReport, stack: Stack) -> Report:
    """Report that nothing was to be done."""
    return Report([Text(sentence), _restores(stack, on=job.active)], _data(sentence, job, stack) | {"changed": False})


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


def arguments(parser: ArgumentParser) -> None:
    """Add consent, the full restart, and the waiting."""
    add_consent(parser)
    parser.add_argument("--full", action="store_true", help="also forget which user is which; see below first")
    add_waiting(parser)
