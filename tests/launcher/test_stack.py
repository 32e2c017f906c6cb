"""What `./run up` checks before the engine starts."""

import json
from pathlib import Path

import pytest

from launcher.deployment import stack
from launcher.errors import SandboxError


def test_a_stack_file_that_names_another_address_than_the_sandbox_is_one_line_with_the_right_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Pulumi.sandbox.yaml"
    file.write_text("config:\n  greenlake-scim:greenlake:\n    apiUrl: https://127.0.0.1:8444\n")
    monkeypatch.setattr(stack, "STACK_FILE", file)
    stack.check_address("https://127.0.0.1:8444")
    with pytest.raises(
        SandboxError, match=r"but the sandbox's GreenLake is at https://127\.0\.0\.1:9999: delete that line"
    ):
        stack.check_address("https://127.0.0.1:9999")


@pytest.mark.parametrize(
    ("protect", "section", "said"),
    [
        (False, "adopted", ""),
        (True, "adopted", "`./run scimctl adopt --undo` lets go of it"),
        (True, "access", "run `./run pulumi state unprotect --all --yes`, then `./run down`"),
    ],
)
def test_a_protected_stack_is_not_destroyed_and_an_adopted_one_is_let_go_of(
    protect: bool, section: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "STACK_FILE", tmp_path / "Pulumi.sandbox.yaml")
    monkeypatch.setattr(stack, "CHECKPOINT", tmp_path / "sandbox.json")
    assert stack.protection() == ""
    stack.STACK_FILE.write_text(f"config:\n  greenlake-scim:{section}:\n    job: a\n")
    resources = [{"urn": "a"}, {"urn": "b", "protect": protect}]
    stack.CHECKPOINT.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))
    assert said in stack.protection()
    assert bool(stack.protection()) is protect
