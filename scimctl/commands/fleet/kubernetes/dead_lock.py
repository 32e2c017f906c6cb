"""Whether the run that holds a lock is dead: only if the pod that it ran in is gone, or was started after it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from providers.errors import StoppedError
from providers.timestamps import now
from scimctl.commands.fleet.kubernetes.api_server import ApiServer, Pod, Stack
from scimctl.commands.recover import clearing
from scimctl.commands.recover.killed_run import KilledRun, left_by_killed_run

_CONTAINER = "pulumi"
_LONGEST_HOST = 63
_FRESH = timedelta(minutes=30)  # somebody may have cleared the lock since, and begun another run
_LOCK = re.compile(  # the engine's words
    r"created by \S*@(\S+) \(pid \d+\) at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d))"
)


@dataclass(frozen=True)
class Held:
    """A lock: the host that its run was on, and since when."""

    host: str
    since: datetime


def is_dead(held: Held, pod: Pod | None) -> bool:
    """Return whether the run of a lock cannot live any more; `pod` is the one of its host. Pure.

    The clocks of two nodes may differ, but a node's own kubelet and engine have the same: a container that started
    after the lock was taken does not hold it. A pod that is about to end, or whose node is silent, may still run.
    """
    if pod is None:
        return True
    if pod.metadata.ending or pod.status.phase == "Unknown":
        return False
    container = next((each for each in pod.status.containers if each.name == _CONTAINER), None)
    if container is None:
        return pod.status.phase != "Running"
    return container.state.running is None or held.since < container.state.running.started


def named_in(message: str) -> tuple[Held, ...]:
    """List the locks that the engine's refusal names; pure."""
    return tuple(
        Held(host, datetime.fromisoformat(since.replace("Z", "+00:00"))) for host, since in _LOCK.findall(message)
    )


def clear(server: ApiServer, resource: Stack) -> list[str]:
    """Clear what a dead run left, as `scimctl recover` does; return what was done, in lines.

    Raises StoppedError if the run may live.
    """
    run = left_by_killed_run(resource.stack)
    if not run.left_something:
        return []
    held = _held(run, resource)
    if not held and not run.backend:
        return []
    _check(server, resource, held)
    clearing.wait_for_orphans(run)
    _check(server, resource, held)
    return [*clearing.clear(run), f"cleared: what a run that was killed left ({', '.join(each.host for each in held)})"]


def _held(run: KilledRun, resource: Stack) -> Sequence[Held]:
    """List the locks: those in the backend if it is a folder, else those that the operator was refused for just now."""
    if run.backend:
        return [Held(each.host, each.since) for each in run.locks]
    last = resource.status.last
    return named_in(last.message) if last.ended and now() - last.ended < _FRESH else ()


def _check(server: ApiServer, resource: Stack, held: Sequence[Held]) -> None:
    ours = f"{resource.metadata.name}-workspace-0"  # the pod that the operator makes
    for each in held:
        if each.host != ours[:_LONGEST_HOST]:
            raise StoppedError(
                f"nothing was cleared: {each.host} holds the lock of the stack {resource.stack}, and is not a pod of "
                f"this Stack: if that run is dead, run `scimctl fleet run {resource.stack} -- scimctl recover`"
            )
        if not is_dead(each, server.pod(ours)):
            raise StoppedError(
                f"nothing was cleared: the pod {ours} holds the lock of the stack {resource.stack} and may still run: "
                f"see `kubectl describe pod {ours}`"
            )
