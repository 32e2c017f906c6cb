import os
from dataclasses import replace
from datetime import timedelta

import pytest

from providers.errors import (
    ConfigurationError,
    ForbiddenError,
    NotFoundError,
    UnauthorizedError,
)
from providers.greenlake.api.proxy_tokens import ProxyTokens
from providers.greenlake.assumptions import ROLE
from providers.scim.probing import Probe, probe
from providers.timestamps import now
from sandbox.greenlake.tokens.token_shapes import SHAPES
from tests.providers.calling import CANARY, soon
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")

TOKENS = "/v1alpha1/proxytoken"
CREATE = {"service": "proxytoken", "method": "POST", "path": "proxytoken$"}
ROTATE = {"service": "proxytoken", "method": "POST", "path": "/rotate$"}
DELETE = {"service": "proxytoken", "method": "DELETE"}
SILENT = {"token_only", "json_string", "text"}  # the shapes without the end of the token


def tokens(world: World, slash: str = "") -> ProxyTokens:
    return ProxyTokens(world.sandbox.greenlake + slash, soon(60))


def live(world: World) -> list[int]:
    """Return the generations of the tokens that are accepted."""
    return [each["generation"] for each in world.control("GET")["tokens"] if each["live"]]


def accepted(world: World, token: str) -> bool:
    return probe(f"{world.sandbox.greenlake}/v1alpha1/scimproxy", token, soon(60)) is Probe.ACCEPTED


def calls(world: World) -> list[tuple[str, str, int]]:
    return [
        (one["method"], one["path"].removeprefix(TOKENS) + one["query"], one["status"])
        for one in world.requests()
        if one["service"] == "proxytoken"
    ]


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "unusual"])
def test_every_shape_of_answer_is_understood_by_create_and_rotate(here: World, shape: str) -> None:
    here.set(token_shape=shape)
    created, _ = tokens(here).create()
    rotated = tokens(here).rotate(remove_current=True)

    assert created
    assert accepted(here, rotated.value)
    for issued in (created, rotated):
        assert (issued.expires_at is None) == (shape in SILENT)
        if issued.expires_at:
            exact = timedelta(days=1) if shape == "digits" else timedelta(minutes=1)
            assert abs(issued.expires_at - now() - timedelta(days=90)) < exact


def test_an_unusual_shape_is_read_once_the_stack_file_names_its_fields(here: World) -> None:
    here.set(token_shape="unusual")
    api = replace(tokens(here), token_field="result.secret", expiry_field="result.until")

    issued, _ = api.create()

    assert issued
    assert accepted(here, issued.value)
    assert issued.expires_at


def test_an_address_that_ends_in_a_slash_is_the_same(here: World) -> None:
    assert tokens(here, "/").create()[0]


def test_a_token_that_exists_is_reported_and_not_taken(here: World) -> None:
    here.new_proxy_token()

    assert tokens(here).create() == (None, False)
    assert live(here) == [1]


@pytest.mark.parametrize(("remove_current", "old_lives"), [(False, True), (True, False)])
def test_a_rotation_keeps_or_ends_the_token_in_use(here: World, remove_current: bool, old_lives: bool) -> None:
    old = here.new_proxy_token()
    new = tokens(here).rotate(remove_current=remove_current)

    assert accepted(here, old) == old_lives
    assert accepted(here, new.value)
    flag = str(remove_current).lower()
    assert calls(here)[-1] == ("POST", f"/rotateremove-current={flag}&remove_current={flag}", 200)


@pytest.mark.parametrize("remove_current", [True, False])
@pytest.mark.parametrize("action", ["reset", "truncate"])
def test_a_rotation_whose_answer_was_lost_is_repeated_and_never_ends_what_must_live(
    here: World, remove_current: bool, action: str
) -> None:
    old = here.new_proxy_token()
    accepted(here, old)
    here.fail({**ROTATE, "when": "after", "action": action})

    new = tokens(here).rotate(remove_current=remove_current)

    assert live(here) == ([3] if remove_current else [1, 3])
    assert accepted(here, old) == (not remove_current)
    assert accepted(here, new.value)


def test_a_rotation_without_a_token_shows_that_there_is_none(here: World) -> None:
    with pytest.raises(NotFoundError, match=r"check greenlake\.apiUrl in the stack file"):
        tokens(here).rotate(remove_current=False)


def test_a_deleted_token_is_refused(here: World) -> None:
    token = here.new_proxy_token()

    assert tokens(here).delete()
    assert not accepted(here, token)


@pytest.mark.parametrize("setting", ["refused", "absent"])
def test_a_service_that_cannot_delete_reports_it(here: World, setting: str) -> None:
    here.set(delete=setting)
    here.new_proxy_token()

    assert not tokens(here).delete()
    assert live(here) == [1]


@pytest.mark.parametrize("status", [405, 501])
def test_both_statuses_for_no_such_call_are_understood(here: World, status: int) -> None:
    here.fail({**DELETE, "status": status})

    assert not tokens(here).delete()
    assert len(calls(here)) == 1


def test_a_bearer_without_the_role_names_role_space_and_scope(here: World) -> None:
    here.set(scim_proxy_role=False)

    with pytest.raises(ForbiddenError) as caught:
        tokens(here).create()

    assert str(caught.value) == (
        'GreenLake: create the SCIM proxy token was answered 403 FORBIDDEN (the role "SCIM Proxy Token Contributor" is '
        f"missing): assign {ROLE} "
        "to the user or API client of the bearer, in HPE GreenLake under User Management"
    )


def test_a_bearer_of_nobody_is_explained(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HPEGL_IAM_TOKEN", CANARY)

    with pytest.raises(UnauthorizedError) as caught:
        tokens(here).create()

    assert "the bearer is not accepted: it lives 15 minutes, and must belong to this workspace" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_bearer_that_a_person_copied_is_used_as_it_is(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HPEGL_IAM_TOKEN", here.bearer())
    logged_in = [one for one in here.requests() if one["service"] == "iam"]

    assert tokens(here).create()[0]
    assert [one for one in here.requests() if one["service"] == "iam"] == logged_in


def test_without_a_bearer_nothing_is_sent(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HPEGL_")]:
        monkeypatch.delenv(name)

    with pytest.raises(ConfigurationError, match="no bearer for HPE GreenLake"):
        tokens(here).create()

    assert here.requests() == []


def test_a_client_of_the_api_does_not_show_its_environment_when_it_is_printed(here: World) -> None:
    assert here.about["iam_client_secret"] not in repr(tokens(here))
