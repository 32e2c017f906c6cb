"""A repository on GitHub's side, and a deployed workspace that has the scripts beside the program."""

from collections.abc import Iterator

import pytest

from tests.ci.github_server import GitHub, serving
from tests.e2e.conftest import Make, make
from tests.e2e.workspace import PROJECT, Workspace

__all__ = ["make"]


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving() as repository:
        yield repository


@pytest.fixture(scope="module")
def up(make: Make) -> Workspace:
    """One workspace that is up; whoever breaks something puts it right again."""
    workspace = make()
    (workspace.root / "ci").symlink_to(PROJECT / "ci")
    done = workspace.up()
    assert done.code == 0, done.text
    return workspace
