"""A repository on GitHub's side, and a deployed workspace."""

from collections.abc import Iterator

import pytest

from tests.ci.github_server import GitHub, serving
from tests.e2e.conftest import up

__all__ = ["up"]


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving() as repository:
        yield repository
