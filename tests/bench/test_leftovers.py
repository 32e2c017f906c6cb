"""What a benchmark that was killed left behind is ended by the next one; nobody else is."""

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.services import end_leftover
from tests.sandbox.driver import PATIENCE_S


@contextmanager
def process(state: Path, *arguments: str) -> Generator["subprocess.Popen[bytes]"]:
    """Run a process with some arguments whose id is in the notice of a state folder."""
    command = [sys.executable, "-c", "print(flush=True); input()", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.stdout
        started.stdout.readline()
        (state / "sandbox.json").write_text(json.dumps({"pid": started.pid}))
        yield started
        started.kill()


def test_a_sandbox_that_still_runs_there_is_ended(tmp_path: Path) -> None:
    with process(tmp_path, "--state", str(tmp_path)) as leftover:
        end_leftover(tmp_path)
        assert leftover.wait(PATIENCE_S) == -signal.SIGTERM


def test_a_process_that_has_the_id_by_chance_is_left_alone(tmp_path: Path) -> None:
    with process(tmp_path, "--state", str(tmp_path / "other")) as bystander:
        end_leftover(tmp_path)
        bystander.communicate(b"\n", timeout=PATIENCE_S)
        assert bystander.returncode == 0


def test_if_nothing_was_left_nothing_happens(tmp_path: Path) -> None:
    end_leftover(tmp_path / "missing")
