"""Programs behind a progress line and in front of the user: how they end is how we end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher.processes import last_line, run_behind, run_in_front
from launcher.progress import Progress, duration
from launcher.waiting import wait_until
from tests.launcher.clone import is_over
from tests.sandbox.driver import PATIENCE_S

SLEEPER = "import subprocess, sys; c = subprocess.Popen(['sleep', '3600']); print(c.pid, flush=True); c.wait()"


def test_what_is_given_up_ends_with_everything_it_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = run_behind(
        [sys.executable, "-c", SLEEPER],
        environment=os.environ,
        log=log,
        progress=Progress("sleeping"),
        describe=last_line,
        give_up=lambda text, _elapsed: bool(text),
    )
    assert code == -signal.SIGKILL
    assert wait_until(lambda: is_over(int(log.read_text())), seconds=PATIENCE_S)


def test_the_log_is_appended_to_and_described_from_where_this_run_began(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("earlier\n")
    seen: list[str] = []
    code = run_behind(
        ["sh", "-c", "echo now; sleep 0.6; exit 3"],
        environment=os.environ,
        log=log,
        progress=Progress("echoing"),
        describe=lambda text: seen.append(text) or "",
    )
    assert code == 3
    assert log.read_text() == "earlier\nnow\n"
    assert set(seen) == {"now\n"}


def test_a_program_that_dies_of_a_signal_is_the_shells_code() -> None:
    assert run_in_front(["sh", "-c", "kill -TERM $$"], os.environ) == 128 + signal.SIGTERM
    assert run_in_front(["sh", "-c", "exit 7"], os.environ) == 7


def test_a_sigterm_is_handed_on_and_the_end_of_the_program_is_awaited(tmp_path: Path) -> None:
    program = f"trap 'echo stopped > {tmp_path}/said; exit 5' TERM; echo ready; while :; do sleep 0.1; done"
    call = f"run_in_front(['sh', '-c', {program!r}], os.environ)"
    code = f"import os, sys; from launcher.processes import run_in_front; sys.exit({call})"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 5
    assert (tmp_path / "said").read_text() == "stopped\n"


def test_progress_without_a_terminal_is_a_plain_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 5.0, 21.0, 22.0, 65.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    progress = Progress("cooking")
    for detail in ("water", "tea", "cake"):
        progress.update(detail)
    progress.done()
    assert capsys.readouterr().err == "cooking ...\ncooking ... 21 s, tea\ncooking: done in 1 min 5 s\n"


def test_durations_read_as_a_person_would_say_them() -> None:
    assert [duration(seconds) for seconds in (0.42, 1, 59.4, 60, 200)] == [
        "0.4 s",
        "1 s",
        "59 s",
        "1 min 0 s",
        "3 min 20 s",
    ]
