"""What `./run up` checks before the engine starts."""

from pathlib import Path

import pytest

from launcher import stack
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
