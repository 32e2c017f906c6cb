"""Two commands at once, in a clone if nothing has been made yet: one waits for what the other makes."""

import os
import subprocess

import pytest

from tests.e2e.workspace import COMMAND_S
from tests.full import only_in_full
from tests.launcher.clone import Clone


def both(clone: Clone, *arguments: str) -> list[tuple[int, str]]:
    """Start a command twice at the same time; return how each ended and what it printed."""
    started = [
        subprocess.Popen(
            clone.command(*arguments),
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    printed = [each.communicate(timeout=COMMAND_S)[0] for each in started]
    return [(each.returncode, text) for each, text in zip(started, printed, strict=True)]


def test_both_prepare_the_same_stack_of_the_same_sandbox(clone: Clone) -> None:
    ended = both(clone, "env")
    assert [code for code, _ in ended] == [0, 0], ended
    lines = [{line for line in text.splitlines() if line.startswith("export ")} for _, text in ended]
    assert lines[0] == lines[1]
    assert clone.run("pulumi", "stack", "ls").out.count("sandbox*") == 1


@only_in_full("takes half a minute")
@pytest.mark.engine
def test_of_two_deployments_the_second_waits_for_the_first_and_changes_nothing(clone: Clone) -> None:
    ended = both(clone, "up")
    assert [code for code, _ in ended] == [0, 0], ended
    assert sorted("unchanged" in text and "created" not in text for _, text in ended) == [False, True]
