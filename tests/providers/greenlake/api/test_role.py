"""Whether a bearer may manage proxy tokens is asked without touching one."""

import pytest

from providers.greenlake.api.role import Role, ask
from tests.providers.calling import soon
from tests.providers.tls_service import Service, Step, answer
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")


@pytest.mark.parametrize(
    ("step", "role"),
    [
        (answer(401), Role.BEARER_REFUSED),
        (answer(403), Role.MISSING),
        (answer(405), Role.UNKNOWN),
        (answer(200, {}), Role.HELD),
    ],
)
def test_only_401_403_and_success_prove_anything(service: Service, step: Step, role: Role) -> None:
    service.answers(step)

    assert ask(f"{service.url}/", "a-bearer", soon(60)) is role
    seen = service.seen[0]
    assert (seen.method, seen.target) == ("GET", "/v1alpha1/proxytoken")
    assert seen.headers["authorization"] == "Bearer a-bearer"


def test_the_sandbox_has_no_such_call_and_makes_no_token(here: World) -> None:
    assert ask(here.sandbox.greenlake, here.bearer(), soon(60)) is Role.UNKNOWN
    assert here.control("GET")["tokens"] == []
