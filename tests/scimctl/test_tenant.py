"""Each command stops before any request if the stack, its state and the environment are not of one tenant."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimctl.cli import main
from scimctl.engine import engine
from scimctl.every_command import ALL

# A fleet sets the tenant of each stack; `notify` runs another command, and reads nothing but tags.
OF_ONE_STACK = [each.name for each in ALL if not each.name.startswith("fleet ") and each.name != "notify"]

A, B = "aaaaaaaa-1111-4111-8111-111111111111", "bbbbbbbb-2222-4222-8222-222222222222"
MORE = {
    "adopt": ["--app", "SSO"],
    "logs": [],
    "provision": ["ann@example.com"],
    "token rotate": ["--yes"],
}
STATUS = {
    "urn": "urn:pulumi:test::greenlake-scim::pulumi-python:dynamic/entra:ProvisioningStatus::status",
    "type": "pulumi-python:dynamic/entra:ProvisioningStatus",
    "outputs": {"tenant_id": A},
}


@pytest.fixture(autouse=True)
def nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a request was about to be sent")

    monkeypatch.setattr(httpx.Client, "send", refused)
    monkeypatch.setattr(engine, "run", refused)
    monkeypatch.setattr(engine, "in_front", refused)


def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tenant: str, *resources: dict[str, Any]) -> None:
    """Have the engine answer about a stack whose file names a tenant, "" for none."""
    config = {
        "greenlake-scim:token": {"value": '{"every":"60d"}', "objectValue": {"every": "60d"}},
        "greenlake-scim:access": {"value": "", "objectValue": {"groups": ["A"]}},
        **({"azuread:tenantId": {"value": tenant}} if tenant else {}),
    }

    def ask(arguments: list[str], _stack: str, **_: object) -> str:
        exported = {"deployment": {"resources": list(resources)}}
        answers = {"stack": exported, "config": config, "whoami": {"url": "s3://state"}}
        return json.dumps(answers.get(arguments[0], []))

    monkeypatch.setattr(engine, "ask", ask)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.test.yaml").write_text(f"config:\n  azuread:tenantId: {tenant}\n" if tenant else "")
    monkeypatch.chdir(tmp_path)
    for name, value in (("CLIENT_ID", "c"), ("CLIENT_SECRET", "s"), ("TENANT_ID", "")):
        monkeypatch.setenv(f"ARM_{name}", value)


@pytest.mark.parametrize("command", OF_ONE_STACK)
def test_an_environment_of_another_tenant_stops_each_command_with_one_line_that_names_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    stack(tmp_path, monkeypatch, A)
    monkeypatch.setenv("ARM_TENANT_ID", B)

    code = main([*command.split(), *MORE.get(command, []), "--stack", "test"])

    said = " ".join("".join(capsys.readouterr()).split())
    assert code == (7 if command == "doctor" else 1)
    assert said.count(f"belongs to the Entra tenant {A}, and ARM_TENANT_ID names {B}") == 1


@pytest.mark.parametrize("command", [each for each in OF_ONE_STACK if each not in ("adopt", "doctor")])
def test_a_stack_file_with_another_tenant_than_state_stops_each_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    stack(tmp_path, monkeypatch, B, STATUS)

    assert main([*command.split(), *MORE.get(command, []), "--stack", "test"]) == 1
    assert f"deployed to the Entra tenant {A}, and its file names {B}" in capsys.readouterr().err


@pytest.mark.parametrize("named", [A, B, ""])
def test_a_stack_file_without_a_tenant_gets_the_one_of_state_whatever_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    stack(tmp_path, monkeypatch, "", STATUS)
    monkeypatch.setenv("ARM_TENANT_ID", named)

    assert main(["status", "--stack", "test"]) == 1
    assert f"run `pulumi config set azuread:tenantId {A} --stack test`" in capsys.readouterr().err
