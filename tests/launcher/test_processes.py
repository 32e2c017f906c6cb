"""Programs behind a progress line and in front of the user: how they end is how we end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from launcher.locks import wait_until
from launcher.processes import behind
from launcher.progress import duration, working
from scimctl.engine.in_front import in_front
from tests.launcher.clone import is_over
from tests.sandbox.driver import PATIENCE_S

SLEEPER = "import subprocess, sys; c = subprocess.Popen(['sleep', '3600']); print(c.pid, flush=True); c.wait()"


def test_what_is_given_up_ends_with_everything_it_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = behind("sleeping", [sys.executable, "-c", SLEEPER], log, give_up=lambda text, _elapsed: bool(text))
    assert code == -signal.SIGKILL
    assert wait_until(lambda: is_over(int(log.read_text())), seconds=PATIENCE_S)


def test_the_log_is_appended_to_and_described_from_where_this_run_began(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("earlier\n")
    seen: list[str] = []
    command = ["sh", "-c", "echo now; sleep 0.6; exit 3"]
    code = behind("echoing", command, log, describe=lambda text: seen.append(text) or "")
    assert code == 3
    assert log.read_text() == "earlier\nnow\n"
    assert set(seen) == {"now\n"}


def test_a_program_that_dies_of_a_signal_is_the_shells_code() -> None:
    assert in_front(["sh", "-c", "kill -TERM $$"], os.environ) == 128 + signal.SIGTERM
    assert in_front(["sh", "-c", "exit 7"], os.environ) == 7


def test_a_sigterm_is_handed_on_and_the_end_of_the_program_is_awaited(tmp_path: Path) -> None:
    program = f"trap 'echo stopped > {tmp_path}/heard; exit 5' TERM; echo ready; while :; do sleep 0.1; done"
    call = f"in_front(['sh', '-c', {program!r}], os.environ)"
    code = f"import os, sys; from scimctl.engine.in_front import in_front; sys.exit({call})"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 5
    assert (tmp_path / "heard").read_text() == "stopped\n"


@contextmanager
def unbroken(to: Path, **streams: int) -> Generator["subprocess.Popen[bytes]"]:
    """Run a program that prints more than a pipe holds, then makes a file, in front and not to be broken."""
    program = f"""\
import sys
for number in range(2000):
    print("x" * 100, file=(sys.stdout, sys.stderr)[number % 2], flush=True)
open({str(to)!r}, "w").close()
"""
    call = f"in_front([sys.executable, '-c', {program!r}], os.environ, unbroken=True)"
    code = f"import os, sys; from scimctl.engine.in_front import in_front; sys.exit({call})"
    everything: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams}
    with subprocess.Popen[bytes](
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], start_new_session=True, **everything
    ) as process:
        yield process


@pytest.mark.parametrize(
    "streams",
    [
        {"stdout": subprocess.PIPE},
        {"stderr": subprocess.PIPE},
        {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT},
        {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE},
    ],
    ids="-".join,
)
def test_a_deployment_continues_until_it_ends_although_nobody_reads_its_output(
    tmp_path: Path, streams: dict[str, int]
) -> None:
    with unbroken(tmp_path / "done", **streams) as process:
        for pipe in filter(None, (process.stdout, process.stderr)):
            pipe.readline()
            pipe.close()
        assert process.wait(30) == 0
    assert (tmp_path / "done").exists()


def test_what_a_deployment_prints_arrives_whole_and_in_order(tmp_path: Path) -> None:
    with unbroken(tmp_path / "done", stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.communicate(timeout=30)[0] == (b"x" * 100 + b"\n") * 2000


def test_a_deployment_goes_on_if_its_terminal_is_closed(tmp_path: Path) -> None:
    with unbroken(tmp_path / "done", stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGHUP)
        process.communicate(timeout=30)
    assert (process.returncode, (tmp_path / "done").exists()) == (0, True)


@pytest.mark.parametrize("closed", ["2>&-", ">&-"])
def test_an_output_that_is_closed_changes_no_exit_code(closed: str) -> None:
    call = "in_front(['sh', '-c', 'echo out; exit 5'], os.environ, unbroken=True)"
    code = f"import os, sys; from scimctl.engine.in_front import in_front; sys.exit({call})"
    script = f'"$0" -c "$1" {closed} | cat; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", script, sys.executable, code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 5


def test_progress_without_a_terminal_is_a_plain_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 5.0, 21.0, 22.0, 65.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    with working("cooking") as update:
        for detail in ("water", "tea", "cake"):
            update(detail)
    assert capsys.readouterr().err == "cooking ...\ncooking ... 21 s, tea\ncooking: done in 1 min 5 s\n"


def test_durations_read_as_a_person_would_write_them() -> None:
    assert [duration(seconds) for seconds in (0.42, 1, 59.4, 60, 200)] == [
        "0.4 s",
        "1 s",
        "59 s",
        "1 min 0 s",
        "3 min 20 s",
    ]
