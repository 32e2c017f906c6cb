"""Every command prints in every state of the world what the table has, and no line serves two causes."""

import re
from collections.abc import Callable
from itertools import combinations

import pytest

from tests.e2e.scene import Scene
from tests.e2e.workspace import Said, Workspace, configuration
from tests.full import only_in_full
from tests.sandbox.driver import Sandbox
from tests.scimctl.looking import looking
from tests.scimctl.truth.states import SLOW, STATES
from tests.scimctl.truth.table import HAPPENED, HEADERS, HEALTHY, LOOKS_AT, ONLY_IN_FULL, TABLE, Cell, cause, cell

full = only_in_full("takes twenty minutes")
BY_THE_ENGINE = ["drift", "token rotate --dry-run"]
Scenes = Callable[[str], Workspace]


@pytest.fixture(scope="module")
def scenes(sandbox: Sandbox, own_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    """Give the deployment that a state starts from, brought back to what it was."""
    made: dict[str, Scene] = {"deployed": own_scene}

    def given(name: str) -> Workspace:
        if name == "started":
            return _just_started(sandbox, tmp_path_factory)
        if name not in made:
            made[name] = Scene.bare(sandbox, tmp_path_factory.mktemp("truth"))
        made[name].restore({})
        return made[name].workspace

    return given


def _just_started(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    if "started" not in _STARTED:
        world = sandbox.make_world("started", {"cycle_interval_s": 3600})
        world.fail(SLOW)
        workspace = Workspace.make(tmp_path_factory.mktemp("started"), "test", world, configuration(world))
        done = workspace.up()
        assert done.code == 0, done.text
        _STARTED["started"] = workspace
    return _STARTED["started"]


_STARTED: dict[str, Workspace] = {}


def wrong(header: str, wanted: Cell, said: Said) -> str:
    """Return how a command differs from its cell, or its header from the state's, "" if neither does."""
    if not _matches(header, said.header):
        return f"{said.header}\n    instead of\n    {header}"
    if said.code == wanted.code and _matches(wanted.line, said.first):
        return ""
    return f"{said.code} {said.first}\n    instead of\n    {wanted.code} {wanted.line}"


def _matches(line: str, found: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in _plain(line).split("…"))
    return re.fullmatch(pattern, _plain(found)) is not None


def _plain(line: str) -> str:
    return re.sub(" +", " ", line).strip()


def looked(scenes: Scenes, name: str, commands: list[str]) -> str:
    """Make a state, run commands in it, and return what is not as the table has it."""
    workspace = scenes(STATES[name].scene)
    STATES[name].happen(workspace)
    with looking(workspace, STATES[name].environ(workspace), STATES[name].later) as run:
        found = {each: wrong(HEADERS[name], cell(name, each), run(*each.split())) for each in commands}
    return "\n".join(f"{command}: {difference}" for command, difference in found.items() if difference)


@pytest.mark.engine
@pytest.mark.parametrize("name", [pytest.param(name, marks=full if name in ONLY_IN_FULL else ()) for name in TABLE])
def test_each_command_prints_what_the_table_has(scenes: Scenes, name: str) -> None:
    differences = looked(scenes, name, [command for command in LOOKS_AT if command not in BY_THE_ENGINE])
    assert not differences, differences


@full
@pytest.mark.engine
@pytest.mark.parametrize("name", TABLE)
def test_each_command_that_runs_the_program_prints_what_the_table_has(scenes: Scenes, name: str) -> None:
    differences = looked(scenes, name, BY_THE_ENGINE)
    assert not differences, differences


def test_no_line_that_is_an_alarm_serves_two_causes() -> None:
    told = [(cause(name), command, one) for name in TABLE for command in LOOKS_AT if (one := cell(name, command)).code]
    same = [
        (one, other)
        for one, other in combinations(told, 2)
        if one[0] != other[0] and (_matches(one[2].line, other[2].line) or _matches(other[2].line, one[2].line))
    ]
    assert same == []


def test_every_state_has_a_row_and_every_cell_a_reason() -> None:
    assert {*STATES} == {*TABLE}
    assert {*HEALTHY} == {*LOOKS_AT}
    assert all(set(row) <= set(LOOKS_AT) and HAPPENED[name].endswith(".") for name, row in TABLE.items())
    assert all(cell(name, command).why for name in TABLE for command in LOOKS_AT)
