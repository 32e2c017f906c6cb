"""Names are Unicode in every locale: no program ends with a traceback or another exit code because of one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.workspace import PROJECT

NAME = "J\u00fcrgen \U0001f389"
LOCALES = {
    "an ASCII output": {"PYTHONIOENCODING": "ascii"},
    "the locale C": {"LC_ALL": "C", "LANG": "C"},
    "a locale that is not Unicode": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
IN_EACH_LOCALE = pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)


def run(locale: dict[str, str], *command: str, path: str = "/usr/bin:/bin") -> "subprocess.CompletedProcess[bytes]":
    environ = {"PATH": path, "HOME": os.environ["HOME"], "PYTHONPATH": str(PROJECT), **locale}
    done = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    return done


@IN_EACH_LOCALE
def test_scimctl_and_the_launcher_take_and_show_such_an_argument(locale: dict[str, str]) -> None:
    scimctl = run(locale, sys.executable, "-m", "scimctl", "provision", NAME)  # no engine is on PATH
    launcher = run(locale, sys.executable, "-m", "launcher", NAME)

    assert (scimctl.returncode, launcher.returncode) == (1, 64)
    assert b"rgen" in launcher.stderr


@IN_EACH_LOCALE
def test_a_report_that_holds_such_a_name_is_printed_and_its_json_is_read_back(locale: dict[str, str]) -> None:
    script = (
        "import sys; from providers.output import settle_streams; settle_streams();"
        "from scimctl.terminal.report import Report; from scimctl.terminal.console import show, working;"
        f"working({NAME!a}).__enter__(); show(Report([{NAME!a}], {{'name': {NAME!a}}}), as_json=sys.argv[1] == 'json')"
    )
    lines, data = (run(locale, sys.executable, "-c", script, how) for how in ("lines", "json"))

    assert (lines.returncode, data.returncode) == (0, 0)
    assert lines.stdout.startswith(b"J")
    assert json.loads(data.stdout) == {"name": NAME}


@IN_EACH_LOCALE
def test_a_section_for_a_pull_request_is_utf_8(locale: dict[str, str]) -> None:
    done = run(locale, sys.executable, "-m", "ci.reports.preview_section", "prod")  # no engine is on PATH

    assert done.returncode == 1
    assert "prod" in done.stdout.decode()


@IN_EACH_LOCALE
def test_what_the_engine_prints_is_utf_8(locale: dict[str, str], tmp_path: Path) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(f"#!/bin/sh\necho '{NAME}'\n", encoding="utf-8")
    pulumi.chmod(0o755)
    script = "import sys; from scimctl.engine import engine; sys.stdout.buffer.write(engine.ask(['x'], '').encode())"
    done = run(locale, sys.executable, "-c", script, path=f"{tmp_path}:/usr/bin:/bin")

    assert done.stdout.decode() == f"{NAME}\n"
