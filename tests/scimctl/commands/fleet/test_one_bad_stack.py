"""A stack of the fleet that cannot be read keeps nothing of the others from the engines of jobs, and is reported."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from providers.resource_types import STACK, STATUS, TOKEN
from scimctl.cli import main
from scimctl.engine import engine
from tests.scimctl.test_edited_state import resource
from tests.scimctl.test_edited_state import state as deployed

OTHER = "99999999-1111-4111-8111-111111111111"
CONFIG = """\
config:
  azuread:tenantId: 1111111{number}-1111-4111-8111-111111111111
  greenlake-scim:token: {{every: 60d}}
  greenlake-scim:access: {{groups: [Admins]}}
"""
Answer = Mapping[str, Any] | Exception


def state(kind: str = TOKEN, **changed: object) -> Answer:
    """Return what the engine exports of a stack of which a run that was cut off made one resource."""
    return {"deployment": {"resources": [resource(kind, {**deployed()[kind], **changed})]}}


DUE, LATER = (state(rotate_after=f"{year}-01-01T00:00:00Z", state="accepted") for year in (2020, 2999))
UNREAD: Mapping[str, tuple[Answer, str]] = {
    "never deployed": ({}, "nothing of the stack b is deployed: run `scimctl fleet run b -- pulumi up`"),
    "made and empty": ({"deployment": {"resources": [resource(STACK, {})]}}, "nothing of the stack b is deployed"),
    "deployed without a token": (state(STATUS, tenant_id=""), "deployed in part"),
    "of another tenant": (state(STATUS, tenant_id=OTHER), "was deployed to the Entra tenant 99999999"),
    "the wrong passphrase": (engine.EngineError("the secrets of the stack cannot be decrypted"), "cannot be decrypted"),
    "the backend is away": (engine.EngineError("`pulumi stack` failed: no such host"), "no such host"),
    "nobody knows the stack": (engine.EngineError("no stack named 'b' found"), "no stack named"),
    "a state of tomorrow": (state(generation=["two"]), "generation is a list"),
    "a defect": (KeyError("canary-of-a-secret"), "the look ended with KeyError, which is a defect"),
}


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """A fleet of a, b and c, and what the engine answers for each; a is due, and c is not."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: greenlake-scim\nruntime: python\n")
    (tmp_path / "fleet.yaml").write_text("stacks: {a: {ring: canary}, b: {}, c: {}}\n")
    for number, name in enumerate("abc"):
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text(CONFIG.format(number=number))
    monkeypatch.chdir(tmp_path)
    found: dict[str, Answer] = {"a": DUE, "b": DUE, "c": LATER}

    def ask(_arguments: list[str], stack: str, **_: object) -> str:
        answer = found.get(stack, engine.EngineError("nobody knows"))  # "": who looks for a lock
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer)

    monkeypatch.setattr(engine, "ask", ask)
    return found


@pytest.mark.parametrize("why", UNREAD)
def test_the_stacks_that_are_due_are_listed_and_the_unread_one_is_reported_on_standard_error(
    why: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    answers["b"], line = UNREAD[why]

    code = main(["fleet", "matrix", "--due"])

    out, err = capsys.readouterr()
    (said,) = [each for each in err.splitlines() if not each.endswith(" ...")]
    assert (code, json.loads(out)) == (1, {"include": [{"stack": "a", "ring": "canary"}]})
    assert said.startswith("scimctl: b is not listed: ")
    assert line in said
    assert "canary-of-a-secret" not in err


def test_a_script_gets_the_unread_stacks_beside_those_that_are_due(
    answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    answers["b"] = {}

    code = main(["fleet", "matrix", "--due", "--json"])

    said = json.loads(capsys.readouterr().out)
    assert (code, [each["name"] for each in said["stacks"]]) == (1, ["a"])
    assert [(each["name"], len(each["lines"])) for each in said["notRead"]] == [("b", 1)]


def test_it_ends_with_0_if_every_stack_can_be_read_and_a_stack_file_in_pieces_concerns_its_stack(
    answers: dict[str, Answer], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fleet", "matrix", "--due", "--format", "names"]) == 0
    assert capsys.readouterr() == ("a\nb\n", "looking at 3 stacks ...\n")

    (tmp_path / "stacks" / "Pulumi.b.yaml").write_text("config: {")

    assert main(["fleet", "matrix", "--due", "--format", "names"]) == 1
    assert capsys.readouterr().out == "a\n"
    assert answers["b"] is DUE


def test_a_token_whose_successor_could_not_be_read_is_reported_as_the_command_of_one_stack_does(
    answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    answers["c"] = state(
        rotate_after="2999-01-01T00:00:00Z", state="accepted", unknown_newer_since="2026-11-02T00:00:00Z"
    )

    assert main(["fleet", "rotate-due", "--json"]) == 7

    (said,) = [each for each in json.loads(capsys.readouterr().out)["stacks"] if each["name"] == "c"]
    assert said["exitCode"] == 7
    assert said["lines"][0].startswith("the answer to a rotation could not be read: set greenlake.tokenField")


def test_a_token_whose_successor_could_not_be_read_is_listed_for_the_night_only_if_it_is_due(
    answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, year in (("b", 2999), ("c", 2020)):
        answers[name] = state(
            rotate_after=f"{year}-01-01T00:00:00Z", state="accepted", unknown_newer_since="2019-11-02T00:00:00Z"
        )

    assert main(["fleet", "matrix", "--due", "--format", "names"]) == 0
    assert capsys.readouterr().out == "a\nc\n"
