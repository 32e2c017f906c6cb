"""`./run bench` with the real engine: no times are asserted, they belong to the machine."""

import json
import os
import signal
import subprocess

import pytest

from bench.__main__ import main
from launcher.locks import wait_until
from tests.full import only_in_full
from tests.launcher.clone import Clone, is_over, run
from tests.sandbox.driver import PATIENCE_S

pytestmark = pytest.mark.engine

LONG_S = 400


@only_in_full("takes half a minute")
def test_one_pair_measures_everything_and_leaves_nothing(clone: Clone) -> None:
    said = run(clone.command("bench", "--pairs", "1"), os.environ, LONG_S)
    assert said.code in (0, 1), said.err
    limits = [line.split()[0] for line in said.out.splitlines()[3:]]
    assert len(limits) == 2
    assert said.code == int("BROKEN" in limits)
    assert not (clone.state / "bench").exists()


def test_an_end_before_its_time_stops_its_sandbox_and_leaves_nothing(clone: Clone) -> None:
    notice = clone.state / "bench" / "sandbox" / "sandbox.json"
    with subprocess.Popen(clone.command("bench", "--pairs", "1"), stdout=subprocess.DEVNULL) as bench:
        assert wait_until((clone.state / "bench/ours/pulumi/.pulumi").exists, seconds=PATIENCE_S)  # the engine runs
        pid = json.loads(notice.read_text())["pid"]
        bench.terminate()
        assert bench.wait(60) == 128 + signal.SIGTERM
    assert is_over(pid)
    assert not (clone.state / "bench").exists()


@pytest.mark.parametrize("arguments", [["--pairs"], ["--pairs", "0"], ["--pairs", "x"], ["5"], ["--json"]])
def test_an_option_that_does_not_exist_is_64(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 64
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.endswith(": see `./run bench --help`\n")
