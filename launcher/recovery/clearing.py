"""Clear what a killed run left: wait for its orphans, take its lock away, settle its pending operations."""

import time
from collections.abc import Callable

from launcher.errors import WaitError
from launcher.progress import Progress, duration, working
from launcher.recovery.backend import locks_of
from launcher.recovery.killed_run import KilledRun, Stack, last_sign
from launcher.recovery.plugin_hosts import end, orphaned_hosts

LOOK_S = 0.5
_BOUND = "from providers.deadline import ORPHAN_SECONDS; print(ORPHAN_SECONDS)"


def orphan_seconds(stack: Stack) -> float:
    """Return how long a call of a killed run can go on: the program's own number, told by the program."""
    return float(stack.run([stack.python, "-c", _BOUND]).stdout)


def wait_for_orphans(run: KilledRun, bound_s: float) -> None:
    """Wait, with a countdown, until `bound_s` have passed since the run's last sign of life."""
    if _left(run, bound_s) <= 0:
        return
    title = f"waiting until no call of the killed run can be under way, {duration(_left(run, bound_s))} at most"
    with working(title) as progress:
        _count_down(progress, lambda: _left(run, bound_s))


def clear(stack: Stack, run: KilledRun) -> list[str]:
    """End the run's plugin hosts, take its lock away and settle its pending operations; return what was done, in lines.

    Raises WaitError where somebody has begun another run meanwhile.
    """
    locks = locks_of(stack.backend, stack.name)
    if (locks, last_sign(stack, locks)) != (run.locks, run.last_sign):
        raise WaitError("another run has begun meanwhile: wait for it, then look again with `./run recover`")
    ended = [_ended(pid) for pid in orphaned_hosts(stack.environment.get("PULUMI_BACKEND_URL", ""), stack.name)]
    if run.locks:
        stack.engine("cancel", "--yes")
    if not run.pending:
        return ended
    settled = stack.run([stack.python, "-m", "providers.leftovers"], run.exported)
    stack.engine("stack", "import", text=settled.stdout)
    return [*ended, *settled.stderr.splitlines()]


def _ended(pid: int) -> str:
    end(pid)
    return f"ended: plugin host {pid} of the killed run"


def _left(run: KilledRun, bound_s: float) -> float:
    return run.last_sign + bound_s - time.time()


def _count_down(progress: Progress, left: Callable[[], float]) -> None:
    while left() > 0:
        progress.update(f"{duration(left())} left")
        time.sleep(min(LOOK_S, max(0.0, left())))
