"""Run scimctl in this process as somebody does who looks at a workspace: its folder, its environment, its clock."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import tenacity

from providers import timestamps
from scimctl.cli import main
from scimctl.engine import engine
from tests.e2e.workspace import Said, Workspace
from tests.providers import processes

Done = subprocess.CompletedProcess[str]
_ANSWERS: dict[tuple[str, ...], Done] = {}
_READS = (("stack", "export"), ("stack", "history"), ("config",), ("version",), ("plugin", "ls"), ("whoami",))
_OURS = ("providers", "scimctl", "stacks")
_OF_THE_ENGINE = ("CONFIG_PASSPHRASE", "CONFIG_PASSPHRASE_FILE", "BACKEND_URL")
# Waits between attempts: everything is on this machine, and what does not answer never will.
_WAITS = {
    "providers.http.transport._backoff": tenacity.wait_fixed(0.02),
    "providers.scim.probing.REPEATED_AFTER_SECONDS": 0.05,
    "scimctl.job.token_use._WAIT_SECONDS": 0.5,
}


def look(workspace: Workspace, *arguments: str, **environ: str) -> Said:
    """Run one command that reads, with these variables set otherwise; a value of "" takes a variable away."""
    with looking(workspace, environ) as looked:
        return looked(*arguments)


@contextmanager
def looking(
    workspace: Workspace, environ: Mapping[str, str], later: timedelta = timedelta(0)
) -> Generator[Callable[..., Said]]:
    """Give what runs a command that reads and returns what it printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(workspace.root)
        for name in os.environ:
            patch.delenv(name)
        for name, value in {**workspace.environ, **environ}.items():
            if value:
                patch.setenv(name, value)
        for name, waits in _WAITS.items():
            patch.setattr(name, waits)
        processes.begin()
        _let_it_be_later(patch, later)
        _ask_the_engine_once(patch, workspace)
        yield lambda *arguments: _said(*arguments, "--stack", workspace.stack)


def _said(*arguments: str) -> Said:
    with pytest.MonkeyPatch.context() as patch:
        out, err = _Written(), _Written()
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = main([*arguments])
    return Said.of(code, "".join(out.parts), "".join(err.parts))


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
        about = [os.environ.get(f"PULUMI_{name}", "") for name in _OF_THE_ENGINE]
        key = (of, *about, stack, *arguments)
        if not any(tuple(arguments[: len(each)]) == each for each in _READS):
            return run(arguments, stack, seconds, **environ)
        if key not in _ANSWERS:
            _ANSWERS[key] = run(arguments, stack, seconds, **environ)
        return _ANSWERS[key]

    patch.setattr(engine, "run", asked)
