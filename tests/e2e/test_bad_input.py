"""Bad input is one line a problem, with the key and what is allowed; the next `up` goes on from there."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import Make, configuration
from tests.e2e.test_up import last, writes
from tests.e2e.workspace import Workspace

pytestmark = pytest.mark.engine

Json = dict[str, Any]


def jwt(**claims: Any) -> str:
    parts = [{"alg": "none"}, claims, {}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


@pytest.fixture(scope="module")
def fresh(make: Make) -> Workspace:
    """A workspace in which nothing ever succeeds."""
    return make()


def test_static_problems_are_told_at_once_a_line_each_and_nothing_is_sent(fresh: Workspace) -> None:
    wrong: Json = {
        "greenlake": {"apiUrl": "http://sps.us1.greenlake-hpe.com"},
        "token": {"every": "60", "renewbefore": "30d"},
        "provisioning": {"deleteThreshold": "many"},
        "access": {"groups": ["Admins", "admins"]},
        "grenlake": {},
    }
    fresh.configure(wrong)
    since = last(fresh)
    refused = fresh.up()
    assert refused.code == 1
    keys = {
        "greenlake.apiUrl", "token.every", "token.renewbefore", "provisioning.deleteThreshold", "access.groups",
        "grenlake",
    }  # fmt: skip
    assert {each.split(": ")[1] for each in refused.errors} == keys, refused.text
    assert "Traceback" not in refused.text
    assert fresh.world.requests(since) == []


def test_no_azure_credential_is_one_line_before_anything_is_sent(fresh: Workspace) -> None:
    fresh.configure(configuration(fresh.world))
    since = last(fresh)
    refused = fresh.up(ARM_CLIENT_SECRET="")
    assert refused.code == 1
    assert len(refused.errors) == 1, refused.text
    assert "no credential for Entra" in refused.errors.pop()
    assert fresh.world.requests(since) == []


def test_a_missing_passphrase_is_told_before_anything_is_sent(fresh: Workspace) -> None:
    since = last(fresh)
    refused = fresh.up(PULUMI_CONFIG_PASSPHRASE="")
    assert refused.code != 0
    assert "PULUMI_CONFIG_PASSPHRASE" in refused.text
    assert fresh.world.requests(since) == []


BEARERS: dict[str, tuple[dict[str, str], str]] = {
    "missing": ({"HPEGL_USER_ID": "", "HPEGL_USER_SECRET": "", "HPEGL_IAM_SERVICE_URL": ""}, "no bearer for HPE"),
    "of a wrong secret": ({"HPEGL_USER_SECRET": "wrong"}, "check HPEGL_USER_ID"),
}


@pytest.mark.parametrize("what", BEARERS)
def test_a_bad_bearer_is_one_line_that_says_what_to_do(fresh: Workspace, what: str) -> None:
    environ, words = BEARERS[what]
    fresh.configure(configuration(fresh.world))
    refused = fresh.up(**environ)
    assert refused.code == 1
    assert len(refused.errors) == 1, refused.text
    assert words in refused.errors.pop()
    assert [each for each in fresh.world.requests() if each["service"] == "proxytoken"] == []


def test_an_expired_bearer_says_how_old_it_is(fresh: Workspace) -> None:
    fresh.configure(configuration(fresh.world))
    refused = fresh.up(BEARER_TOKEN=jwt(exp=int(time.time()) - 4 * 3600 - 60))
    assert len(refused.errors) == 1, refused.text
    assert "BEARER_TOKEN expired 4 h ago" in refused.errors.pop()


def remote(make: Make, settings: Json, environ: dict[str, str], heal: Callable[[Workspace], None]) -> str:
    """Run into a remote problem, heal it, and see the next `up` go on; return what the first one said."""
    workspace = make(settings=settings)
    refused = workspace.up(**environ)
    assert refused.code == 1
    assert "Traceback" not in refused.text
    heal(workspace)
    done = workspace.up()
    assert done.code == 0, done.text
    return refused.text


def test_a_bearer_without_the_role_names_role_space_and_scope(make: Make) -> None:
    said = remote(make, {"scim_proxy_role": False}, {}, lambda each: each.world.set(scim_proxy_role=True))
    for word in ("SCIM Proxy Token Contributor", "All Resources", "greenlake.service.user"):
        assert word in said


def test_a_wrong_tenant_is_told(make: Make) -> None:
    said = remote(make, {}, {"ARM_TENANT_ID": "00000000-0000-0000-0000-00000000dead"}, lambda _each: None)
    assert "tenant" in said.lower()


def test_a_missing_graph_permission_is_named(make: Make) -> None:
    everything = make().world.control("GET")["settings"]["permissions"]
    lacking = [each for each in everything if each != "Synchronization.ReadWrite.All"]
    said = remote(make, {"permissions": lacking}, {}, lambda each: each.world.set(permissions=everything))
    assert "grant the client that signs in the application permission Synchronization.ReadWrite.All" in said


def test_every_missing_group_is_one_line_and_the_next_up_goes_on(make: Make) -> None:
    workspace = make(access={"groups": ["GreenLake Administrators", "Nobody", "Nowhere"]})
    since = last(workspace)
    refused = workspace.up()
    assert refused.code == 1
    assert len(refused.errors) == 2, refused.text
    for name in ("Nobody", "Nowhere"):
        assert [each for each in refused.errors if f'"{name}"' in each], refused.text
    assert writes(workspace, since) == []
    workspace.configure(configuration(workspace.world))
    assert workspace.up().code == 0
