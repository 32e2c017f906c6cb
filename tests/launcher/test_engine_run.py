"""What `./run` prints after a run of the engine that failed; its events are gone with the run."""

import json
import sys
from pathlib import Path
from typing import cast

import pytest

from launcher.deployment.engine_run import run_engine
from launcher.deployment.preparation import Prepared, Toolchain
from launcher.deployment.sandbox_control import Control
from launcher.engine.azuread_plugin import AzureadPlugin

_JOB = "urn:pulumi:sandbox::p::azuread:index/synchronizationJob:SynchronizationJob::job"
_GONE = {"diagnosticEvent": {"urn": _JOB, "severity": "error", "message": "unexpected status 404 (404 Not Found)"}}
_ENGINE = """\
#!/bin/sh
echo "$@" > "$ASKED"
[ "$2$PULUMI_DEBUG_COMMANDS" = --event-logtrue ] && echo '{event}' > "$3"
exit {code}
"""


def _ran(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, *arguments: str) -> tuple[int, list[str]]:
    """Run an engine that fails in a refresh; return its exit code and the arguments that it got."""
    engine = folder / "pulumi"
    engine.write_text(_ENGINE.format(event=json.dumps(_GONE), code=code))
    engine.chmod(0o755)
    monkeypatch.setattr("launcher.deployment.engine_run.STATE", folder)
    monkeypatch.setenv("ASKED", str(folder / "asked"))
    tools = Toolchain(Path(sys.executable).parent, folder, AzureadPlugin(None, stand_in=True))
    prepared = Prepared(tools, cast("Control", None), {})
    return run_engine(prepared, arguments), (folder / "asked").read_text().split()


def test_after_a_run_that_failed_it_shows_what_to_do_and_keeps_no_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code, asked = _ran(tmp_path, monkeypatch, 255, "destroy", "--yes")
    assert (code, asked[0], asked[3:]) == (255, "destroy", ["--yes"])
    assert "azuread: it is gone in Entra" in capfd.readouterr().err
    assert list(tmp_path.glob("events*")) == []


def test_after_a_run_that_ended_well_it_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert _ran(tmp_path, monkeypatch, 0, "refresh")[0] == 0
    assert capfd.readouterr().err == ""


def test_a_command_that_calls_no_plugin_is_given_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _ran(tmp_path, monkeypatch, 1, "stack", "output") == (1, ["stack", "output"])


def test_a_run_that_could_not_begin_for_want_of_the_key_shows_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = tmp_path / "pulumi"
    engine.write_text("#!/bin/sh\necho 'error: get stack secrets manager: incorrect passphrase' >&2\nexit 255\n")
    engine.chmod(0o755)
    monkeypatch.setattr("launcher.deployment.engine_run.STATE", tmp_path)
    tools = Toolchain(Path(sys.executable).parent, tmp_path, AzureadPlugin(None, stand_in=True))

    assert run_engine(Prepared(tools, cast("Control", None), tools.settings), ["up"]) == 255
    assert (
        "run: the secrets of the stack cannot be decrypted: encryptionsalt in the stack file is another stack's: "
        "take that line from git\n"
    ) in capfd.readouterr().err
