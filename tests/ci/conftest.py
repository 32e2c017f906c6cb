"""A repository on GitHub's side, an issuer of identity tokens, and a deployed workspace."""

import json
from collections.abc import Iterator

import pytest

from tests.ci.github_server import GitHub, serving
from tests.e2e.conftest import up
from tests.http_server import Answer, Asked, answering

__all__ = ["up"]


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving() as repository:
        yield repository


@pytest.fixture
def issuer() -> Iterator[str]:
    """The address at which a runner hands out identity tokens; the token names what it was asked for."""

    def answer(asked: Asked) -> Answer:
        name = "value" if asked.method == "GET" else "oidcToken"
        return 200, json.dumps({name: f"canary {asked.headers['Authorization']} {asked.path}"}).encode(), {}

    with answering(answer) as port:
        yield f"http://127.0.0.1:{port}/token?api-version=2"
