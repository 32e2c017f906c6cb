"""A run that deploys a stack at this moment is reported before what the stack lacks."""

import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from providers.errors import StoppedError
from scimctl.stack.stack import Stack
from stacks.config import StackConfig
from tests.stacks.conftest import SMALLEST

PART: list[dict[str, Any]] = [{"type": "azuread:index/application:Application", "outputs": {}}]


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("scimctl.engine.engine.backend_folder", lambda: tmp_path)
    folder = tmp_path / ".pulumi" / "locks" / "organization" / "greenlake-scim" / "test"
    folder.mkdir(parents=True)
    return folder / "0f1e2d3c-0000-4000-8000-000000000000.json"


def why(resources: list[dict[str, Any]], pending: list[dict[str, Any]]) -> str:
    config = StackConfig.model_validate_json(json.dumps(SMALLEST))
    with pytest.raises(StoppedError) as caught:
        _ = Stack("test", config, resources, pending).token
    return str(caught.value)


@pytest.mark.parametrize("resources", [[], PART])
@pytest.mark.parametrize("pending", [[], [{"type": "creating", "resource": {}}]])
def test_a_run_at_work_is_reported_before_what_the_stack_lacks(
    lock: Path, resources: list[dict[str, Any]], pending: list[dict[str, Any]]
) -> None:
    run = os.posix_spawnp("sleep", ["pulumi", "60"], {})
    while not Path(f"/proc/{run}/cmdline").read_bytes():  # empty until the program has begun
        time.sleep(0.01)
    held = {"pid": run, "username": "ci", "hostname": socket.gethostname(), "timestamp": "2026-11-30T15:00:00Z"}
    lock.write_text(json.dumps(held))
    try:
        assert why(resources, pending) == (
            f"a run of the stack test is at work (process {run} of ci on {socket.gethostname()}): look again when it "
            "has ended"
        )
    finally:
        os.kill(run, 9)
        os.waitpid(run, 0)


def test_of_a_run_on_another_machine_both_ends_are_named(lock: Path) -> None:
    held = {"pid": 7, "username": "ci", "hostname": "runner-1", "timestamp": "2026-11-30T15:00:00Z"}
    lock.write_text(json.dumps(held))

    said = why(PART, [])
    assert "process 7 of ci on runner-1 holds its lock: look again when that run has ended" in said
    assert said.endswith("if it was killed, run `scimctl recover`")


def test_without_a_lock_the_stack_is_deployed_in_part(lock: Path) -> None:
    assert not lock.exists()
    assert why(PART, [{"type": "creating"}]).endswith("a run was cut off: run `scimctl recover`")
    assert why(PART, []).endswith("run `pulumi up` again, which makes what is missing")
    assert why([], []) == "nothing of the stack test is deployed: run `pulumi up`"
