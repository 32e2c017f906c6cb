"""Each command reads state that an earlier commit wrote as it reads that of today: it is healthy."""

import pytest

from tests.e2e.exported_state import put_in_place
from tests.e2e.test_older_state import TRIED
from tests.e2e.workspace import Workspace
from tests.scimctl.looking import looking
from tests.scimctl.truth.table import LOOKS_AT

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("name", TRIED)
def test_state_of_an_earlier_commit_is_read_by_every_command_and_no_error_is_met(
    deployed: Workspace, name: str
) -> None:
    put_in_place(deployed, name)

    with looking(deployed, {}) as run:
        said = {command: run(*command.split()) for command in LOOKS_AT if command != "drift"}

    assert {command: (one.code, one.first) for command, one in said.items() if one.code == 1} == {}
    assert [command for command, one in said.items() if "Traceback" in one.err + one.out] == []
