"""Whatever goes wrong is one line on standard error and a documented exit code."""

import json

import pytest

from scimctl.cli import main
from scimctl.report import MEANINGS
from tests.e2e.conftest import Make
from tests.e2e.workspace import Workspace


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["tokens"], "invalid choice: 'tokens'"),
        (["token"], "the following arguments are required: COMMAND"),
        (["token", "status", "--within", "soon"], "argument --within: 'soon' is not a duration"),
        (["token", "status", "--jso"], "unrecognized arguments: --jso"),
    ],
)
def test_a_wrong_command_line_is_told_by_name_and_is_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err


def test_without_an_engine_it_says_where_one_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    assert main(["token", "status"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert "scimctl: pulumi is not on PATH: install it, or use `./run scimctl`" in printed.err


def test_every_exit_code_is_explained_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    printed = capsys.readouterr().out
    assert all(f"\n  {code:<5}{meaning}\n" in printed for code, meaning in MEANINGS.items())


@pytest.mark.engine
def test_a_stack_that_nobody_made_is_one_line(make: Make) -> None:
    fresh = make()
    said = Workspace(fresh.root, "nowhere", fresh.world, fresh.environ).scimctl("token", "status")

    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "no stack named 'nowhere' found" in said.err


@pytest.mark.engine
def test_a_stack_that_is_not_deployed_says_what_to_do(make: Make) -> None:
    said = make().scimctl("token", "status")

    assert (said.code, said.out) == (1, "")
    assert said.err == "scimctl: nothing of the stack test is deployed: run `pulumi up`\n"


@pytest.mark.engine
def test_a_stack_file_with_mistakes_is_a_line_for_each(make: Make) -> None:
    wrong = make(token={"every": "60"}, access={})
    said = wrong.scimctl("token", "status")

    assert (said.code, said.out, said.err.count("\n")) == (1, "", 2)
    assert all(line.startswith("scimctl: stacks/Pulumi.test.yaml: ") for line in said.err.splitlines())


@pytest.mark.engine
def test_json_is_all_that_is_printed_for_scripts(up: Workspace) -> None:
    said = up.scimctl("token", "status", "--json")

    assert said.err == ""
    assert json.loads(said.out)["fingerprint"] == up.outputs()["token_fingerprint"]
