"""Whatever happens to an exchange about the proxy token: never a second token, never an end of the one in use."""

from typing import Any

import pytest

from providers.errors import ProvisioningError
from providers.greenlake.api.proxy_tokens import ProxyTokens
from tests.providers.calling import soon
from tests.providers.greenlake.token_state import live, use
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")

FAULTS = [
    *({"status": status} for status in (401, 403, 404, 408, 409, 429, 500, 502, 503, 504)),
    *({"action": action} for action in ("reset", "truncate", "empty", "html", "redirect")),
]
AT = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(next(iter(fault.values()))))
WHEN = pytest.mark.parametrize("when", ["before", "after"])
OFTEN = pytest.mark.parametrize("times", [1, 9])


def tokens(world: World) -> ProxyTokens:
    return ProxyTokens(world.sandbox.greenlake, soon(60))


def outcome(call: Any) -> Any:
    """Return what comes of it, None for a failure that we know."""
    try:
        return call()
    except ProvisioningError:
        return None


@AT
@WHEN
@OFTEN
def test_no_fault_at_a_create_makes_a_second_token(here: World, fault: dict[str, Any], when: str, times: int) -> None:
    here.fail({"service": "proxytoken", "method": "POST", "when": when, "times": times, **fault})

    issued, _ = outcome(tokens(here).create) or (None, False)

    alive = live(here)
    assert alive in ([], [1])
    assert alive == [1] or when == "before"
    assert not issued or use(here, issued.value)


@AT
@WHEN
@OFTEN
@pytest.mark.parametrize("second_rotation", ["replaces", "adds", "shifts"])
def test_no_fault_at_a_rotation_with_overlap_ends_the_token_in_use_before_the_new_one_is_known(
    here: World, fault: dict[str, Any], when: str, times: int, second_rotation: str
) -> None:
    here.set(second_rotation=second_rotation)
    old = here.new_proxy_token()
    assert use(here, old)
    here.fail({"service": "proxytoken", "method": "POST", "when": when, "times": times, **fault})

    issued = outcome(lambda: tokens(here).rotate(remove_current=False))

    assert second_rotation == "shifts" or use(here, old)
    assert not issued or use(here, issued.value)


@AT
@WHEN
@OFTEN
def test_a_delete_is_done_or_reports_that_it_is_not(here: World, fault: dict[str, Any], when: str, times: int) -> None:
    old = here.new_proxy_token()
    here.fail({"service": "proxytoken", "method": "DELETE", "when": when, "times": times, **fault})

    deleted = outcome(tokens(here).delete)

    # An empty answer is how a delete succeeds: the provider looks afterwards whether the token is refused.
    assert not deleted or not use(here, old) or fault == {"action": "empty"}
