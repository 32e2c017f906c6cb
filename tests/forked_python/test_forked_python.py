"""What is forked is the program that would have been started, and ends as it would have ended."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.forked_python import pythons

SHOW = """\
import json, os, sys
environ = {name: value for name, value in os.environ.items() if name not in ("_", "PYTHONHASHSEED")}
given = {"argv": sys.argv, "path": sys.path[:2], "folder": os.getcwd(), "environ": environ, "input": sys.stdin.read()}
streams = [(each.encoding, each.errors, each.line_buffering) for each in (sys.stdin, sys.stdout, sys.stderr)]
for each in (sys.stdout, sys.stderr):
    each.reconfigure(errors="replace")
print(json.dumps({**given, "name": __name__, "streams": streams}))
print("to the other stream", file=sys.stderr)
sys.exit(7)
"""
WAIT = "import time; print('waiting', flush=True); time.sleep(600)"


@pytest.fixture
def python(tmp_path: Path) -> Path:
    (tmp_path / "shown.py").write_text(SHOW)
    (tmp_path / "waiting.py").write_text(WAIT)
    return pythons(tmp_path / "bin") / "python3"


def test_a_program_without_standard_input_is_started(python: Path, tmp_path: Path) -> None:
    (tmp_path / "without.py").write_text("import sys; print(sys.stdin)")
    command = ["sh", "-c", f"exec '{python}' without.py <&-"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "ü": "ü\n=", **more}


@pytest.mark.parametrize("program", [["-m", "shown"], ["-u", "-m", "shown"], ["shown.py"], ["../shown.py"]])
def test_it_has_the_arguments_folder_environment_streams_and_exit_code_that_it_is_given(
    python: Path, tmp_path: Path, program: list[str]
) -> None:
    (tmp_path / "below").mkdir()
    folder = tmp_path / ("below" if program[-1].startswith("..") else "")

    def run(*, forked: bool) -> "subprocess.CompletedProcess[str]":
        command = [python, *program, "", "a b", "ü"]
        env = environment(PYTHONPATH=f"{tmp_path}/more", **({} if forked else {"PYTHONHASHSEED": "random"}))
        return subprocess.run(command, cwd=folder, env=env, input="given", capture_output=True, text=True, check=False)

    forked, started = run(forked=True), run(forked=False)

    assert (forked.returncode, forked.stderr) == (started.returncode, started.stderr) == (7, "to the other stream\n")
    assert json.loads(forked.stdout) == json.loads(started.stdout)


def test_an_interrupt_reaches_it_and_it_goes_with_a_client_that_is_killed(python: Path, tmp_path: Path) -> None:
    for number, ends_with in ((signal.SIGINT, -signal.SIGINT), (signal.SIGKILL, -signal.SIGKILL)):
        command, env = [python, "waiting.py"], environment()
        with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=-1, stderr=-1, text=True) as client:
            assert client.stdout
            assert client.stdout.readline() == "waiting\n"
            client.send_signal(number)
            assert client.stdout.read() == ""  # nobody has the pipe any more
            assert client.wait() == ends_with


@pytest.mark.parametrize("unusual", [{"LC_ALL": "POSIX"}, {"PYTHONUTF8": "0"}])
def test_what_python_reads_at_its_start_makes_it_start(python: Path, tmp_path: Path, unusual: dict[str, str]) -> None:
    script = "import os, sys; print('pulumi' in sys.modules)"
    (tmp_path / "loaded.py").write_text(script)
    for more, loaded in ((unusual, "False"), ({}, "True")):
        env = environment(**more)
        done = subprocess.run([python, "loaded.py"], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == loaded
