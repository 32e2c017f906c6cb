"""What a killed run left of itself in a stack: its lock, the operations it had begun, and when it last gave a sign."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from launcher.errors import MissingError, WaitError
from launcher.processes import last_line
from launcher.recovery.backend import Lock, checkpoint_of, locks_of, remove_torn_attributes


class Resource(TypedDict):
    """The part of a resource in state that we read."""

    urn: str
    type: str


class Operation(TypedDict):
    """An operation that was begun and whose end nobody wrote down: `type` is creating, updating, deleting, reading."""

    resource: Resource
    type: str


class Deployment(TypedDict, total=False):
    """The part of an exported stack's deployment that we read."""

    pending_operations: list[Operation] | None


class Exported(TypedDict):
    """What `pulumi stack export` prints."""

    deployment: Deployment


@dataclass(frozen=True)
class Stack:
    """A stack in a file backend, and the programs that work on it; `directory` is the project's."""

    name: str
    backend: Path
    pulumi: str
    python: str
    directory: Path
    environment: Mapping[str, str]

    def engine(self, *arguments: str, text: str = "") -> str:
        """Run the engine on this stack and return what it printed; raises MissingError with its last line."""
        return self.run([self.pulumi, *arguments, "--stack", self.name, "--non-interactive"], text).stdout

    def run(self, command: list[str], text: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a program in the project's folder; raises MissingError with the last line of one that failed."""
        done = subprocess.run(
            command,
            cwd=self.directory,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            called = " ".join([Path(command[0]).name, *command[1:3]])
            raise MissingError(f"`{called}` failed: {last_line(done.stderr)}")
        return done


@dataclass(frozen=True)
class KilledRun:
    """What is there to be cleared: `exported` is the stack with its pending operations, secrets encrypted."""

    locks: tuple[Lock, ...]
    pending: tuple[Operation, ...]
    exported: str
    last_sign: float

    @property
    def left_something(self) -> bool:
        """Tell whether there is anything to clear."""
        return bool(self.locks or self.pending)

    @property
    def made_a_token(self) -> bool:
        """Tell whether GreenLake may have made the workspace's first token without anybody having its value."""
        return any(
            operation["type"] == "creating" and operation["resource"]["type"].endswith(":ScimProxyToken")
            for operation in self.pending
        )


def left_by_killed_run(stack: Stack) -> KilledRun:
    """Look at what is there; raises WaitError where the run that holds the lock has not ended."""
    locks = locks_of(stack.backend, stack.name)
    for lock in locks:
        if lock.owner_lives:
            raise WaitError(f"a run is at work ({lock.owner}): wait for it, or end it with `kill {lock.pid}`")
    remove_torn_attributes(stack.backend)
    exported = stack.engine("stack", "export")
    document: Exported = json.loads(exported)
    pending = document["deployment"].get("pending_operations") or []
    return KilledRun(locks, tuple(pending), exported, last_sign(stack, locks))


def last_sign(stack: Stack, locks: tuple[Lock, ...]) -> float:
    """Return when the run last wrote anything, in seconds of the epoch."""
    written = [checkpoint_of(stack.backend, stack.name), *(lock.path for lock in locks)]
    return max(path.stat().st_mtime for path in written)


def told(run: KilledRun) -> list[str]:
    """Describe what is there, a line each."""
    locks = [
        f"lock: {lock.owner}, since {lock.since:%Y-%m-%dT%H:%M:%S%z}; it has ended, or is on another host"
        for lock in run.locks
    ]
    return [*locks, *(f"pending: {each['type']} {each['resource']['urn']}" for each in run.pending)]
