"""A script that is not called as its workflow calls it ends in one line that shows how, never in a traceback."""

import json
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.workspace import PROJECT

FILES = [file for file in (PROJECT / "ci").rglob("*.py") if b"__main__" in file.read_bytes()]
SCRIPTS = sorted(".".join(file.relative_to(PROJECT).with_suffix("").parts) for file in FILES)
ISSUE, GATE, MARKED = "ci.reports.drift_issue", "ci.rotation_gate", "ci.reports.marked"
ARGUMENTS = {ISSUE: "{} found.md text.md", GATE: "{}", MARKED: "preview {}"}  # {} for a file
NO_REPORTS = [b"", b"{}", b"[]", b"\xff", b"null", b'{"stack": "prod", "drift": true, "differences": [1]}']


Ended = tuple[int, str]
Script = Callable[..., Ended]


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Script:
    """Run a script without what a job has; return its exit code and the line that it printed."""

    def run(script: str, *arguments: str, **environ: str) -> Ended:
        for name in [
            name for name in os.environ if name.startswith(("GITHUB_", "ACTIONS_", "PULUMI_", "ARM_", "AZURE_"))
        ]:
            monkeypatch.delenv(name)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", [script, *arguments])
        with pytest.raises(SystemExit) as caught:
            runpy.run_path(str(PROJECT / f"{script.replace('.', '/')}.py"), run_name="__main__")
        printed = capsys.readouterr()
        assert (printed.out, printed.err.count("\n")) == ("", 1), printed.err
        return int(str(caught.value.code)), printed.err

    return run


@pytest.mark.parametrize("script", SCRIPTS)
def test_arguments_that_do_not_fit_or_are_missing_are_one_line_that_shows_those_that_do_and_2(
    script: str, ended: Script
) -> None:
    for arguments in (["a", "b", "--help", "c"], ["--help"], []):
        code, line = ended(script, *arguments)
        assert (code, line.split()[:4]) == (2, ["usage:", "python", "-m", script])


@pytest.mark.parametrize("script", [ISSUE, GATE])
def test_a_report_that_is_missing_or_something_else_is_one_line_that_names_the_file(
    script: str, tmp_path: Path, ended: Script
) -> None:
    file = tmp_path / "prod.json"
    arguments = ARGUMENTS[script].format(file).split()
    code, line = ended(script, *arguments)
    assert (code, line.startswith(f"{file} is not there")) == (1, True)
    for content in NO_REPORTS:
        file.write_bytes(content)
        code, line = ended(script, *arguments)
        assert (code, line) == (1, f"{file} is not what `scimctl drift --json` prints: see the job that wrote it\n")


@pytest.mark.parametrize("script", ARGUMENTS)
def test_a_folder_instead_of_a_file_is_one_line(script: str, tmp_path: Path, ended: Script) -> None:
    arguments = ARGUMENTS[script].format(tmp_path).split()
    assert ended(script, *arguments) == (1, f"{tmp_path}: Is a directory\n")


def test_a_rotation_goes_ahead_only_if_the_report_has_no_change_that_waits(tmp_path: Path, ended: Script) -> None:
    file = tmp_path / "drift.json"
    row = {"kind": "pending", "place": "Token", "what": "every: 60d to 30d", "up": "change it"}
    file.write_text(json.dumps({"stack": "prod", "drift": False, "differences": [row], "more": 1}))
    code, line = ended(GATE, str(file))
    assert (code, "every: 60d to 30d" in line, "run Deploy" in line) == (1, True, True)


@pytest.mark.parametrize(
    ("environ", "lacks"),
    [
        (
            {"PULUMI_ORGANIZATION": "acme"},
            (
                "the job has no identity: GitHub Actions needs the permission `id-token: write`, GitLab `id_tokens`, "
                "Azure Pipelines a service connection"
            ),
        ),
        (
            {"PULUMI_BACKEND_URL": "azblob://state", "ARM_TENANT_ID": "t", "ARM_CLIENT_ID": ""},
            "ARM_TENANT_ID or ARM_CLIENT_ID is not set: set both in the job's environment",
        ),
    ],
)
def test_a_sign_in_outside_of_a_job_names_what_it_lacks(
    environ: dict[str, str], lacks: str, tmp_path: Path, ended: Script
) -> None:
    assert ended("ci.backend_sign_in", str(tmp_path), **environ) == (1, f"{lacks}\n")


@pytest.mark.parametrize(
    ("script", "wrong"),
    [
        ("ci.deployed_commit", ["prod", "dev"]),
        ("ci.deployed_commit", [""]),
        (MARKED, ["preview"]),
        (MARKED, ["preview", "a", "-b"]),
        (ISSUE, ["a", "b"]),
    ],
)
def test_arguments_are_counted_and_none_is_empty_or_an_option(script: str, wrong: list[str], ended: Script) -> None:
    assert ended(script, *wrong)[0] == 2
