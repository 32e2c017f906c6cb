"""In a background job of a shell, which ignores interrupts, the engine is started as if it were in front."""

import os
import subprocess
import sys
from pathlib import Path

from tests.sandbox.driver import PROJECT


def test_the_engine_of_a_background_job_can_be_interrupted(tmp_path: Path) -> None:
    engine = tmp_path / "pulumi"
    engine.write_text(
        f"#!{sys.executable}\n"
        "import signal, sys\n"
        "sys.exit(f'error: hears {signal.getsignal(signal.SIGINT) is signal.default_int_handler}')\n"
    )
    engine.chmod(0o755)

    done = subprocess.run(
        ["sh", "-c", "trap '' INT; exec \"$PYTHON\" -m scimctl status"],
        cwd=PROJECT,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "hears True" in done.stderr
