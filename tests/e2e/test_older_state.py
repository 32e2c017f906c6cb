"""State that an earlier commit wrote works with this one: filled in once, nothing replaced, no token lost.

tests/e2e/states holds exports of the engine, secrets replaced (`tests/e2e/exported_state.py` shows how). A change of
what is in state adds one of the commit before it.
"""

import pytest

from tests.e2e.exported_state import FOLDER, put_in_place
from tests.e2e.workspace import Workspace, configuration, writes
from tests.full import FULL

pytestmark = pytest.mark.engine

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
TRIED = NAMES if FULL else NAMES[:1]


Keys = dict[str, set[str]]


@pytest.fixture
def today(deployed: Workspace) -> Keys:
    """The output keys that each dynamic resource has after a first `up` of today."""
    return _keys(deployed)


@pytest.fixture(params=TRIED)
def older(request: pytest.FixtureRequest, deployed: Workspace, today: Keys) -> Workspace:
    """A workspace with the state of an earlier commit."""
    assert today
    put_in_place(deployed, request.param)
    deployed.configure(configuration(deployed.world, token={"every": "60d", "rotateWhenChanged": {"a": "1"}}))
    return deployed


def test_an_up_fills_older_state_in_and_changes_nothing_else(older: Workspace, today: Keys) -> None:
    before, since = older.outputs(), older.world.last_request()

    done = older.up()

    assert done.code == 0, done.text
    assert [each for each in (" create ", " replace", "delete") if each in done.text.rpartition("Resources:")[2]] == []
    assert {each.rpartition("/")[2] for each in writes(older.world, since)} <= {"validateCredentials", "secrets"}
    assert older.outputs()["token_fingerprint"] == before["token_fingerprint"]
    filled = _keys(older)
    assert {kind: keys - filled[kind] for kind, keys in today.items()} == {kind: set[str]() for kind in today}
    assert older.preview("--refresh").code == 0


def test_a_refresh_of_older_state_keeps_all_of_it_and_its_destroy_leaves_no_token(older: Workspace) -> None:
    before = {each["urn"] for each in older.resources()}

    refreshed = older.pulumi("refresh", "--yes", "--skip-preview")

    assert refreshed.code == 0, refreshed.text
    assert {each["urn"] for each in older.resources()} == before
    destroyed = older.destroy()
    assert destroyed.code == 0, destroyed.text
    assert [one for one in older.world.control("GET")["tokens"] if one["live"]] == []


def _keys(workspace: Workspace) -> Keys:
    return {each["type"]: set(each["outputs"]) for each in workspace.resources() if "dynamic" in each["type"]}
