"""The stack files in the repository."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from tests.stacks.conftest import Load

_FOLDER = Path(__file__).parents[2] / "stacks"
_STACKS = sorted(path.name.split(".")[1] for path in _FOLDER.glob("Pulumi.*.yaml"))


def _document(stack: str) -> dict[str, Any]:
    whole = yaml.safe_load((_FOLDER / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    return {key.removeprefix("greenlake-scim:"): value for key, value in whole["config"].items()}


def test_the_shipped_stacks_are_the_sandbox_and_three_environments() -> None:
    assert _STACKS == ["dev", "prod", "sandbox", "staging"]


@pytest.mark.parametrize("stack", _STACKS)
def test_a_shipped_stack_loads(load_document: Load, stack: str) -> None:
    assert load_document(_document(stack), stack=stack).token.every


@pytest.mark.parametrize("stack", _STACKS)
def test_a_shipped_stack_says_only_what_differs_from_the_defaults(load_document: Load, stack: str) -> None:
    config = load_document(_document(stack), stack=stack)
    assert _repeated(config, _document(stack)) == []


@pytest.mark.parametrize("stack", _STACKS)
def test_a_shipped_stack_names_the_schema_for_editors(stack: str) -> None:
    first = (_FOLDER / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema.json"


def test_only_prod_is_protected_and_uses_the_application_that_exists(load_document: Load) -> None:
    loaded = {stack: load_document(_document(stack), stack=stack) for stack in _STACKS}
    assert [stack for stack, config in loaded.items() if config.protect] == ["prod"]
    assert [stack for stack, config in loaded.items() if config.app.mode == "existing"] == ["prod"]


def test_the_sandbox_is_on_this_machine_and_no_other_stack_is(load_document: Load) -> None:
    local = "https://127.0.0.1:8444"
    loaded = {stack: load_document(_document(stack), stack=stack) for stack in _STACKS}
    assert [stack for stack, config in loaded.items() if config.greenlake.api_url == local] == ["sandbox"]


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
