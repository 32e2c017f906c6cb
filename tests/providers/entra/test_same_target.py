"""An application that provisions to the same address is found whatever its name, in few requests, and no other is."""

from collections.abc import Iterator

import pytest

from providers.entra.application.same_target import in_words, provisioning_to
from providers.entra.graph.directory import Directory
from providers.http.deadline import Deadline
from sandbox.by_hand.administrator import SCIM_PATH, Administrator, signed_in
from tests.sandbox.driver import World


@pytest.fixture
def administrator(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Administrator]:
    """The administrator of a fresh world, which the environment names."""
    for name, value in world.environ().items():
        monkeypatch.setenv(name, value)
    with signed_in(world.about, world.sandbox.tls) as signed:
        yield signed


def found(world: World) -> list[str]:
    """Return the names of what is found for the stack's own address, spelled in another way."""
    directory = Directory(world.tenant_id, Deadline())
    url = f"{world.about['greenlake']}{SCIM_PATH}/".upper()
    return [str(each["displayName"]) for each in provisioning_to(directory, url)]


def test_a_job_that_pushes_to_the_same_address_is_found(world: World, administrator: Administrator) -> None:
    assert found(world) == []
    by_hand = administrator.application("People's SSO")
    administrator.save_credentials(by_hand, "a token", query="?aadOptscim062020")
    assert found(world) == []  # no job, so nothing is pushed

    administrator.make_job(by_hand)
    assert found(world) == ["People's SSO"]

    administrator.save_credentials(by_hand, "a token", BaseAddress="https://other.example/v1alpha1/scimproxy")
    assert found(world) == []


def test_of_many_the_likeliest_are_looked_at_and_each_once(world: World, administrator: Administrator) -> None:
    for number in range(15):
        administrator.application(f"SSO {number}")
    late = administrator.application("The GreenLake of us all")
    administrator.save_credentials(late, "a token")
    administrator.make_job(late)
    before = world.last_request()

    assert found(world) == ["The GreenLake of us all"]
    asked = [one for one in world.requests(before) if "servicePrincipals" in one["path"]]
    assert len(asked) == 1 + 12 + 1


def test_an_application_that_may_not_be_read_is_left_out(world: World, administrator: Administrator) -> None:
    by_hand = administrator.application("SSO")
    administrator.save_credentials(by_hand, "a token")
    administrator.make_job(by_hand)
    world.fail({"service": "graph", "path": "/synchronization/", "status": 403, "times": 99})
    assert found(world) == []

    world.fail({"service": "graph", "path": "/servicePrincipals", "status": 403, "times": 99})
    assert found(world) == []


def test_workspaces_share_an_address_so_a_takeover_is_the_second_choice() -> None:
    says, todo = in_words({"id": "1-2", "displayName": "People's SSO"})

    assert says == 'the application "People\'s SSO" (1-2) provisions to the same address, which workspaces share'
    assert todo == (
        "if it does so for another workspace, leave it alone; if for this one, and no other stack manages it, run "
        "`scimctl adopt --app 'People'\"'\"'s SSO'`, which takes over its provisioning"
    )
