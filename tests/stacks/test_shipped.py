"""The stack files in the repository."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from stacks.config import PLACEHOLDER, TENANT_KEY
from stacks.sections import GreenLake
from tests.sandbox.driver import Sandbox
from tests.stacks.conftest import TENANT, Load, Problems

_FOLDER = Path(__file__).parents[2] / "stacks"
_STACKS = sorted(path.name.split(".")[1] for path in _FOLDER.glob("Pulumi.*.yaml"))


def _document(stack: str) -> dict[str, Any]:
    whole = yaml.safe_load((_FOLDER / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    return {key.removeprefix("greenlake-scim:"): value for key, value in whole["config"].items()}


def _filled_in(stack: str) -> dict[str, Any]:
    """Return the document as somebody who named a tenant in it has it."""
    return {**_document(stack), TENANT_KEY: TENANT}


def test_the_shipped_stacks_are_the_sandbox_and_three_environments() -> None:
    assert _STACKS == ["dev", "prod", "sandbox", "staging"]


@pytest.mark.parametrize("stack", ["dev", "prod", "staging"])
def test_the_placeholder_of_a_shipped_stack_is_refused_by_name(
    problems_of: Problems, monkeypatch: pytest.MonkeyPatch, stack: str
) -> None:
    monkeypatch.delenv("ARM_TENANT_ID")
    monkeypatch.setenv("ARM_USE_CLI", "false")
    (line,) = problems_of(_document(stack), stack=stack)
    assert line.removeprefix(f"stacks/Pulumi.{stack}.yaml: ").startswith(
        f'{TENANT_KEY}: "{PLACEHOLDER}" is the placeholder of the shipped file: run `pulumi config set {TENANT_KEY} ID '
        f"--stack {stack}` with the id that the Entra admin center shows"
    )


def test_the_sandbox_has_the_tenant_that_its_stack_names_in_every_clone(sandbox: Sandbox) -> None:
    made = sandbox.make_world("sandbox")
    try:
        assert _document("sandbox")[TENANT_KEY] == made.tenant_id
    finally:
        sandbox.control("DELETE", "/worlds/sandbox")


@pytest.mark.parametrize("stack", _STACKS)
def test_a_shipped_stack_loads(load_document: Load, stack: str) -> None:
    assert load_document(_filled_in(stack), stack=stack).token.every


@pytest.mark.parametrize("stack", _STACKS)
def test_a_shipped_stack_sets_only_what_differs_from_the_defaults(load_document: Load, stack: str) -> None:
    config = load_document(_filled_in(stack), stack=stack)
    assert _repeated(config, _filled_in(stack)) == []


@pytest.mark.parametrize("stack", _STACKS)
def test_a_shipped_stack_names_the_schema_for_editors(stack: str) -> None:
    first = (_FOLDER / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema.json"


def test_only_prod_is_protected_and_uses_the_application_that_exists(load_document: Load) -> None:
    loaded = {stack: load_document(_filled_in(stack), stack=stack) for stack in _STACKS}
    assert [stack for stack, config in loaded.items() if config.protect] == ["prod"]
    assert [stack for stack, config in loaded.items() if config.app.mode == "existing"] == ["prod"]


def test_no_shipped_stack_names_an_address_so_that_the_sandbox_may_take_any_port(load_document: Load) -> None:
    loaded = {stack: load_document(_filled_in(stack), stack=stack) for stack in _STACKS}
    assert {config.greenlake.api_url for config in loaded.values()} == {GreenLake().api_url}


def _repeated(section: BaseModel, written: dict[str, Any], path: str = "") -> list[str]:
    found: list[str] = []
    for name, field in type(section).model_fields.items():
        key, value = str(field.alias), getattr(section, name)
        if key not in written:
            continue
        if isinstance(value, BaseModel):
            found += _repeated(value, written[key], f"{path}{key}.")
        elif not field.is_required() and value == field.get_default(call_default_factory=True, validated_data={}):
            found.append(path + key)
    return found
