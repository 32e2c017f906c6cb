"""A value in state that somebody has edited ends each command in one line that names the key, before any request."""

import json
from pathlib import Path
from typing import Any

import pytest

from providers.resource_types import APPLICATION, ASSIGNMENT, ASSIGNMENTS, MAPPINGS, SECRET, STATUS, TOKEN
from scimctl.cli import main
from tests.providers.test_edited_state import STATES
from tests.scimctl.test_tenant import MORE, OF_ONE_STACK, nothing_is_sent, stack

__all__ = ["nothing_is_sent"]

TENANT = "c6bda844-1e67-51dc-8008-80ce6427d994"
WITHOUT_STATE = ("adopt", "recover")  # which read what somebody else made, and what a killed run left
EDITS: list[tuple[str, str, Any]] = [
    (TOKEN, "issued_at", 1764489600),
    (TOKEN, "token", ["a", "list"]),
    (TOKEN, "state", "gone"),
    (TOKEN, "observed", {"create": {"status": "x"}}),
    (STATUS, "job_id", ""),
    (STATUS, "principals", "a group"),
    (MAPPINGS, "drift", {"User": "title"}),
    (APPLICATION, "servicePrincipalObjectId", 90210),
    (ASSIGNMENT, "principalObjectId", ["a", "list"]),
    (ASSIGNMENTS, "principals", {"an id": ["a", "list"]}),
    (SECRET, "credentials", "BaseAddress"),
]


def resource(kind: str, outputs: dict[str, Any]) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:test::greenlake-scim::{kind}::x", "type": kind, "id": "x", "outputs": outputs}


def state() -> dict[str, dict[str, Any]]:
    """Return the outputs of a deployed stack by type."""
    path = {"servicePrincipalObjectId": "f22fbbbd", "applicationObjectId": "e0c72cf8"}
    of_others = {APPLICATION: path, ASSIGNMENT: {"principalObjectId": "adf03c25"}, ASSIGNMENTS: {}, SECRET: {}}
    return {TOKEN: STATES["token"][3], MAPPINGS: STATES["mappings"][3], STATUS: STATES["status"][3], **of_others}


@pytest.mark.parametrize("command", [each for each in OF_ONE_STACK if each not in WITHOUT_STATE])
@pytest.mark.parametrize(("kind", "key", "wrong"), EDITS)
def test_a_value_of_another_type_ends_each_command_in_one_line_before_any_request(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    key: str,
    wrong: object,
    command: str,
) -> None:
    outputs = state()
    outputs[kind] = {**outputs[kind], key: wrong}
    stack(tmp_path, monkeypatch, TENANT, *(resource(each, outs) for each, outs in outputs.items()))

    code = main([*command.split(), *MORE.get(command, []), "--stack", "test"])

    said = " ".join("".join(capsys.readouterr()).split())
    assert code == (7 if command == "doctor" else 1), said
    assert f"state of {kind.rpartition(':')[2]}: {key} is " in said
    assert json.dumps(wrong) not in said


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, key, _ in EDITS if kind in (TOKEN, STATUS, MAPPINGS)])
def test_a_key_that_is_missing_ends_the_commands_that_need_it_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str, key: str
) -> None:
    outputs = state()
    outputs[kind] = {name: value for name, value in outputs[kind].items() if name != key}
    stack(tmp_path, monkeypatch, TENANT, *(resource(each, outs) for each, outs in outputs.items()))

    code = main(["token", "status", "--stack", "test"])

    said = " ".join("".join(capsys.readouterr()).split())
    assert "Traceback" not in said
    assert code == 0 or f"state of {kind.rpartition(':')[2]}: {key} is missing" in said
