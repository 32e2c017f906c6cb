"""Run scimctl in this process as somebody does who looks at a workspace: its folder, its environment, its clock."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import tenacity

from providers import timestamps
from scimctl.cli import main
from scimctl.stack import engine
from tests.e2e.workspace import Workspace
from tests.providers import processes
from tests.scimctl.truth.states import State

Done = subprocess.CompletedProcess[str]
_ANSWERS: dict[tuple[str, ...], Done] = {}
_OURS = ("providers", "scimctl", "stacks")
# Waits between attempts: everything is on this machine, and what does not answer never will.
_WAITS = {
    "providers.http.transport._backoff": tenacity.wait_fixed(0.02),
    "providers.scim.probing.REPEATED_AFTER_SECONDS": 0.05,
    "scimctl.job.token_use._WAIT_SECONDS": 0.5,
}


@dataclass(frozen=True)
class Said:
    """What a command ended with; `first` is the first line after the header, of the result or else of the error."""

    code: int
    out: str
    err: str

    @property
    def header(self) -> str:
        """Return the line before everything else, "" if there is none."""
        return next((line for line in self.out.splitlines()[:1] if line.startswith("stack ")), "")

    @property
    def first(self) -> str:
        """Return the line."""
        said = [line for line in self.out.splitlines() if not line.startswith("stack ")]
        errors = [line for line in self.err.splitlines() if line.startswith("scimctl: ")]
        return next(iter([*said, *errors]), "")


@contextmanager
def looking(workspace: Workspace, state: State) -> Generator[Callable[[str], Said]]:
    """Give what runs a command and returns what it printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(workspace.root)
        for name in os.environ:
            patch.delenv(name)
        for name, value in {**workspace.environ, **state.environ}.items():
            patch.setenv(name, value)
        for name, waits in _WAITS.items():
            patch.setattr(name, waits)
        processes.begin()
        _let_it_be_later(patch, state.later)
        _ask_the_engine_once(patch, workspace)
        yield lambda command: _said(command, workspace.stack)


def _said(command: str, stack: str) -> Said:
    with pytest.MonkeyPatch.context() as patch:
        out, err = _Written(), _Written()
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = main([*command.split(), "--stack", stack])
    return Said(code, "".join(out.parts), "".join(err.parts))


class _Written:
    """A stream that is not a terminal."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> int:
        self.parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Keep nothing back."""

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        raise io.UnsupportedOperation


def _let_it_be_later(patch: pytest.MonkeyPatch, later: timedelta) -> None:
    """Move the only clock of the program; the sandbox's own was moved with the state."""
    now = timestamps.now

    def then() -> datetime:
        return now() + later

    for module in [*sys.modules.values()]:
        if later and module.__name__.partition(".")[0] in _OURS and getattr(module, "now", None) is now:
            patch.setattr(module, "now", then)


def _ask_the_engine_once(patch: pytest.MonkeyPatch, workspace: Workspace) -> None:
    """Let the real engine answer each question once for a state and stack file: nothing here changes either."""
    run = engine.run
    state = b"".join(path.read_bytes() for path in sorted((workspace.root / "backend").rglob("*.json")))
    of = hashlib.sha256(state + workspace.stack_file.read_bytes() + str(workspace.root).encode()).hexdigest()

    def asked(arguments: Sequence[str], stack: str, seconds: float | None = None, /, **environ: str) -> Done:
        about = [os.environ[f"PULUMI_{name}"] for name in ("CONFIG_PASSPHRASE", "BACKEND_URL")]
        key = (of, *about, stack, *arguments)
        if arguments[0] == "preview" or key not in _ANSWERS:
            _ANSWERS[key] = run(arguments, stack, seconds, **environ)
        return _ANSWERS[key]

    patch.setattr(engine, "run", asked)
