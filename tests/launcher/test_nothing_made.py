"""In a fresh clone a command that has nothing to work on reports that in one line, and makes nothing."""

from pathlib import Path

import pytest

from tests.launcher.clone import Clone

COMMANDS = {
    "down": (0, "", "nothing is running\n"),
    "down --typo": (64, "", "run: nothing is deployed, so '--typo' does nothing: `./run down` stops the sandbox\n"),
    "recover": (0, "", "there is nothing to clear\n"),
    "scimctl status": (70, "", "run: nothing is deployed, and the sandbox does not run: `./run up`\n"),
    "sandbox break pause": (70, "", "run: the sandbox does not run: `./run up`\n"),
    "sandbox stop": (0, "", "the sandbox does not run\n"),
    "sandbox status": (1, "the sandbox does not run: `./run sandbox start`\n", ""),
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return Clone.make(tmp_path_factory.mktemp("fresh") / "it's a clone")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_with_nothing_to_work_on_makes_nothing(fresh: Clone, tmp_path: Path, command: str) -> None:
    said = fresh.run(*command.split(), XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert (said.code, said.out, said.err) == COMMANDS[command]
    assert not fresh.state.exists()
    assert not (tmp_path / "cache").exists()
