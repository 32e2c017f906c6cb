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
    said = run(clone.command("bench", "--pairs", "1", "--json"), os.environ, LONG_S)
    assert said.code in (0, 1), said.err
    told = json.loads(said.out)
    assert set(told) == {"plugin", "pairs", "no_op", "create", "sandbox_start", "limits"}
    assert said.code == int(not all(each["holds"] for each in told["limits"]))
    assert not (clone.state / "bench").exists()
    _shares_are_plausible(told)
    _counts_are_plausible(told)


def _shares_are_plausible(told: dict[str, dict[str, dict[str, float]]]) -> None:
    for name in ("no_op", "create"):
        measured = told[name]
        assert min(measured["phases_s"].values()) >= 0
        assert sum(measured["phases_s"].values()) == pytest.approx(measured["median"]["ours_s"])
        assert {phase for phase, share in measured["empty_phases_s"].items() if share} == {"start", "end"}
    assert all(share > 0 for share in told["create"]["phases_s"].values())


def _counts_are_plausible(told: dict[str, dict[str, dict[str, dict[str, int]]]]) -> None:
    create, no_op = told["create"]["exchanges"], told["no_op"]["exchanges"]
    assert create["GreenLake"] == {"iam": 1, "proxytoken": 1, "scim": 0}
    assert no_op["GreenLake"] == {"iam": 0, "proxytoken": 0, "scim": 0}
    assert create["Entra"]["graph"] > no_op["Entra"]["graph"] > 0
    assert no_op["Entra"]["login"] == 1


def test_an_end_before_its_time_stops_its_sandbox_and_leaves_nothing(clone: Clone) -> None:
    notice = clone.state / "bench" / "sandbox" / "sandbox.json"
    with subprocess.Popen(clone.command("bench", "--pairs", "1"), stdout=subprocess.DEVNULL) as bench:
        assert wait_until((clone.state / "bench" / "empty").exists, seconds=PATIENCE_S)
        pid = json.loads(notice.read_text())["pid"]
        bench.terminate()
        assert bench.wait(60) == 128 + signal.SIGTERM
    assert is_over(pid)
    assert not (clone.state / "bench").exists()


@pytest.mark.parametrize("arguments", [["--pairs"], ["--pairs", "0"], ["--pairs", "x"], ["5"], ["--yaml"]])
def test_an_option_that_does_not_exist_is_64(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 64
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.endswith(": see `./run bench --help`\n")
