"""Test Connection is made only if it can cut nothing off, and a refusal comes with its reason."""

import pytest

from tests.e2e.scene import Scene
from tests.e2e.workspace import Workspace
from tests.sandbox.provisioning.application import Application
from tests.scimctl.looking import look
from tests.scimctl.portal import last_request, new_member, posts

pytestmark = pytest.mark.engine

REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"


def test_a_refusal_comes_with_its_reason_and_what_to_do(here: Workspace, application: Application) -> None:
    application.save("another-token")

    said = look(here, "test")
    assert said.code == 7
    assert said.out.splitlines()[:2] == [
        f"Entra holds other credentials than the stack's, which GreenLake accepts ({REFUSED})",
        "to do       run `pulumi up --refresh`, which saves the stack's credentials again",
    ]

    data = look(here, "test", "--json").data
    assert (data["result"], data["reason"]) == ("refused", REFUSED)
    assert data["tokenFingerprint"] == here.outputs()["token_fingerprint"]


def test_it_waits_for_a_cycle_that_runs(here: Workspace, application: Application) -> None:
    new_member(application, "slow@test.example")
    here.world.fail({"service": "scim", "method": "POST", "path": "/Users$", "delay_s": 4, "action": "delay"})
    application.graph.post(f"{application.path}/pause").raise_for_status()
    application.world.set(cycle_interval_s=4)
    application.graph.post(f"{application.path}/start").raise_for_status()

    said = here.scimctl("test")
    application.world.set(cycle_interval_s=3600)

    assert said.code == 0, said.err
    assert application.status()["lastExecution"]["timeEnded"]


@pytest.mark.parametrize(
    ("arguments", "done"),
    [
        (("test",), "not tested"),
        (("provision", "GreenLake Administrators"), "not provisioned"),
        (("restart", "--yes"), "not restarted"),
        (("verify",), "not verified"),
    ],
)
def test_while_an_overlap_is_open_nothing_makes_entra_use_the_new_token(
    overlapping: Workspace, arguments: tuple[str, ...], done: str
) -> None:
    since = last_request(overlapping)
    said = look(overlapping, *arguments)

    assert (said.code, said.out) == (1, "")
    assert f"scimctl: overlap open, {done}: the token before the present one is still accepted" in said.err
    actions = ("validateCredentials", "provisionOnDemand", "restart")
    assert sum(posts(overlapping, action, since) for action in actions) == 0
    presented = [each for each in overlapping.world.requests(since) if each["service"] == "scim" and not each["client"]]
    assert len(presented) == 1, "only the token before"
    assert "startIndex" not in presented[0]["query"]


@pytest.fixture(scope="module")
def overlapping(own_scene: Scene) -> Workspace:
    """A workspace whose service keeps the old token alive after a rotation."""
    own_scene.restore({"token": {"every": "60d", "rotateWhenChanged": {"why": "test"}}})
    workspace = own_scene.workspace
    workspace.world.set(old_token_ends="delay", old_token_delay_s=3600)
    rotated = workspace.up()
    assert rotated.code == 0, rotated.text
    assert workspace.outputs()["token_generation"] == 2
    return workspace


def test_a_test_that_is_not_permitted_is_not_a_refusal(here: Workspace) -> None:
    here.world.set(permissions=["Synchronization.Read.All"])
    said = look(here, "test")
    here.world.set(permissions=["Synchronization.ReadWrite.All"])

    assert (said.code, said.out) == (1, "")
    assert "grant the application permission Synchronization.ReadWrite.All" in said.err
