"""The plugin process: it prints its port first, and does not outlive an engine that was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.sandbox.driver import PATIENCE_S

PLUGIN = Path(__file__).parents[2] / "azuread_stand_in" / "bin" / "pulumi-resource-azuread"
ENGINE = "import subprocess, sys, time; subprocess.Popen([sys.argv[1], '127.0.0.1:1']); time.sleep(3600)"


def test_the_plugin_reports_its_port_and_ends_when_its_engine_is_killed() -> None:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    with subprocess.Popen(
        [sys.executable, "-c", ENGINE, str(PLUGIN)],
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as engine:
        assert engine.stdout is not None
        assert int(engine.stdout.readline()) > 0
        engine.send_signal(signal.SIGKILL)
        rest, _ = engine.communicate(timeout=PATIENCE_S)  # the pipe ends when the last process that holds it has ended
    assert rest == ""
