"""Whatever goes wrong is one line on standard error and a documented exit code."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from scimctl.cli import main
from scimctl.parser import read
from scimctl.terminal.report import MEANINGS
from tests.e2e.workspace import Workspace


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["tokn"], "no command 'tokn': did you mean `token`? See `scimctl --help`"),
        (["rotate"], "no command 'rotate': did you mean `token rotate`? See `scimctl --help`"),
        (["token", "stats"], "no command 'stats': did you mean `token status`? See `scimctl token --help`"),
        (["xyzzy"], "no command 'xyzzy': see `scimctl --help`"),
        (["status", "--jso"], "unrecognized arguments: --jso: did you mean `--json`? See `scimctl status --help`"),
        (["stop", "now"], "unrecognized arguments: now: see `scimctl stop --help`"),
        (["token", "status", "--within", "soon"], "argument --within: 'soon' is not a duration"),
    ],
)
def test_a_mistake_is_one_line_that_shows_what_was_meant(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert printed.err.startswith(f"scimctl: {says}")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["tokn", "--json"], 2, "no command 'tokn': did you mean `token`? See `scimctl --help`"),
        (["--json", "status", "--stak"], 2, "unrecognized arguments: --stak: did you mean `--stack`?"),
        (["token", "status", "--json", "--within", "soon"], 2, "argument --within: 'soon' is not a duration"),
        (["adopt", "--json"], 2, "give --app NAME to take an application over"),
        (["scope", "--pin", "--with", "Sales", "--json"], 2, "--pin writes the groups that the stack file names"),
        (["status", "--json"], 1, "pulumi is not on PATH"),
        (["recover", "--json", "--yes"], 1, "pulumi is not on PATH"),
    ],
)
def test_scripts_get_what_went_wrong_as_json_and_people_as_a_line(
    arguments: list[str], code: int, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    assert main(arguments) == code
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert found.keys() == {"error", "exitCode"}
    assert found["exitCode"] == code
    assert found["error"].startswith(says)
    assert f"scimctl: {found['error']}\n" in printed.err


@pytest.mark.parametrize("stream", ["1", "2"])
@pytest.mark.parametrize(("command", "code"), [("logs --help", 0), ("--completion bash", 0), ("tokn --json", 2)])
def test_a_reader_that_has_seen_enough_changes_no_exit_code(
    forked_python: Path, command: str, code: int, stream: str
) -> None:
    # The reader is gone before anything is written, which is the hardest case.
    script = f"{{ sleep 0.2; {forked_python} -m scimctl {command} 2>&{stream}; }} | true; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)

    assert (done.stdout, "Traceback" in done.stderr, "BrokenPipe" in done.stderr) == (f"{code}\n", False, False)


@pytest.mark.parametrize("arguments", [[], ["token"]])
def test_if_no_command_is_named_the_commands_are_listed(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert re.search(r"token rotate +rotate the token now", capsys.readouterr().out)


@pytest.mark.parametrize("words", ["--stack a token status", "token --stack a status", "token status --stack a"])
def test_the_stack_is_named_before_or_after_the_command(words: str) -> None:
    assert read(words.split()).stack == "a"
    assert read(["--json", *words.split()]).json


def test_the_stack_after_the_command_wins() -> None:
    assert read(["--stack", "a", "status", "--stack", "b"]).stack == "b"


def test_bash_completes_commands_and_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--completion", "bash"]) == 0
    script = tmp_path / "completion.bash"
    script.write_text(
        capsys.readouterr().out
        + """
complete_line() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  "$f" scimctl "${@: -1}"; echo "${COMPREPLY[@]}"
}
f=$(complete -p scimctl | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
complete_line scimctl sta
complete_line scimctl token rotate --le
"""
    )

    done = subprocess.run(["bash", str(script)], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["status start", "--leaked"]


def test_without_an_engine_it_shows_where_one_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    assert main(["token", "status"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert "scimctl: pulumi is not on PATH: install it, or use `./run scimctl`" in printed.err


def test_a_file_that_cannot_be_used_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = tmp_path / "pulumi"
    engine.write_bytes(b"\0of another machine")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["status", "--stack", "prod"]) == 1
    assert f"scimctl: {engine}: Exec format error\n" in capsys.readouterr().err


def test_every_exit_code_is_explained_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    printed = " ".join(capsys.readouterr().out.split())
    assert all(f" {code} {meaning} " in f"{printed} " for code, meaning in MEANINGS.items())


@pytest.mark.engine
def test_a_stack_that_nobody_made_is_one_line(up: Workspace) -> None:
    said = Workspace(up.root, "nowhere", up.world, up.environ).scimctl("token", "status")

    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "no stack named 'nowhere' found" in said.err
