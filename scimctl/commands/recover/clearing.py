"""Clear what a killed run left: wait for its orphans, take its lock away, settle its pending operations."""

import json
import math
import os
import time

from providers.entra.application.pending_operations import settle, tenant_of
from providers.entra.graph.provisioning import Graph
from providers.errors import StoppedError
from providers.http.deadline import ORPHAN_SECONDS, Deadline
from scimctl.commands.recover.killed_run import KilledRun
from scimctl.commands.recover.plugin_hosts import end, orphaned_hosts
from scimctl.engine import engine
from scimctl.engine.backend import locks_of
from scimctl.terminal.console import counting
from scimctl.terminal.report import counted

_LOOK_S = 0.5


def planned(run: KilledRun, bound_s: float = ORPHAN_SECONDS) -> list[str]:
    """Return what clearing does, a line each."""
    left, count = _left(run, bound_s), len(run.pending)
    return [
        *([f"wait {math.ceil(left)} s, until no call of the killed run can be under way"] if left > 0 else []),
        "end the plugin hosts that the killed engine left on this machine, if there are any",
        *(["take its lock away"] if run.locks else [] if run.backend else ["take its lock away, if there is one"]),
        *([f"settle {counted(count, 'pending operation')} with what Entra shows"] if count else []),
    ]


def wait_for_orphans(run: KilledRun, bound_s: float = ORPHAN_SECONDS) -> None:
    """Wait, with a countdown, until `bound_s` have passed since the run's last sign of life."""
    whole = math.ceil(_left(run, bound_s))
    if whole <= 0:
        return
    with counting(f"waiting {whole} s, until no call of the killed run can be under way") as tell:
        while (left := _left(run, bound_s)) > 0:
            tell(whole - math.ceil(left), whole)
            time.sleep(min(_LOOK_S, left))


def clear(run: KilledRun) -> list[str]:
    """End the run's plugin hosts, take its lock away and settle its pending operations; return what was done, in lines.

    Raises StoppedError if somebody has begun another run meanwhile.
    """
    locks = locks_of(run.backend, run.stack) if run.backend else ()
    if (locks, engine.ask(["stack", "export"], run.stack)) != (run.locks, run.exported):
        raise StoppedError(
            f"nothing was cleared: another run of the stack {run.stack} has begun meanwhile: wait for it, then look "
            "again with `scimctl recover`"
        )
    ended = [_ended(pid) for pid in orphaned_hosts(os.environ.get("PULUMI_BACKEND_URL", ""), run.stack)]
    if run.locks or run.backend is None:
        engine.ask(["cancel", "--yes"], run.stack)
    return [*ended, *(_settled(run) if run.pending else [])]


def _settled(run: KilledRun) -> list[str]:
    exported, deadline = json.loads(run.exported), Deadline()
    settled, notes = settle(exported, lambda principal: Graph(tenant_of(exported), principal, deadline))
    engine.ask(["stack", "import"], run.stack, given=json.dumps(settled))
    return notes


def _ended(pid: int) -> str:
    end(pid)
    return f"ended: plugin host {pid} of the killed run"


def _left(run: KilledRun, bound_s: float) -> float:
    return run.last_sign + bound_s - time.time()
