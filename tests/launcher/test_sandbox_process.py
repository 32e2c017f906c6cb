"""A sandbox that a killed program left behind is ended by its state folder; nobody else is."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from launcher.deployment.sandbox_process import stop
from tests.sandbox.driver import PATIENCE_S


@contextmanager
def process(state: Path, *arguments: str) -> Generator["subprocess.Popen[bytes]"]:
    """Run a process with some arguments whose id is in the notice of a state folder."""
    command = [sys.executable, "-c", "print(flush=True); input()", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.stdout
        started.stdout.readline()
        notice = {"pid": started.pid, "entra": "", "greenlake": "", "page": "", "version": ""}
        (state / "sandbox.json").write_text(json.dumps(notice))
        yield started
        started.kill()


def test_a_sandbox_that_still_runs_there_is_ended(tmp_path: Path) -> None:
    with process(tmp_path, "sandbox", "--state", str(tmp_path)) as leftover:
        assert stop(tmp_path)
        assert leftover.wait(PATIENCE_S) < 0


def test_a_process_that_has_the_id_by_chance_is_left_alone(tmp_path: Path) -> None:
    with process(tmp_path, "sandbox", "--state", str(tmp_path / "other")) as bystander:
        assert not stop(tmp_path)
        bystander.communicate(b"\n", timeout=PATIENCE_S)
        assert bystander.returncode == 0
