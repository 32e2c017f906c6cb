"""A deployed workspace whose cycles run on request only, and its application as an administrator sees it."""

from collections.abc import Iterator

import pytest

from tests.e2e.workspace import Workspace
from tests.sandbox.provisioning.application import Application
from tests.scimctl.portal import portal


@pytest.fixture(scope="module")
def here(up: Workspace) -> Workspace:
    return up


@pytest.fixture
def application(here: Workspace) -> Iterator[Application]:
    """The application; whatever was pasted over the token is put right again."""
    with portal(here) as opened:
        yield opened
        opened.save()
