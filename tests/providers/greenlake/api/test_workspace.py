"""Which workspace a token is of: no token is made, rotated or deleted with the bearer of another one."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import StoppedError
from providers.greenlake.api.workspace import claims_of, contradiction, moved, note
from tests.providers.greenlake.token_state import VERBS, due, end_tokens, inputs, live, mark, sent
from tests.providers.jwts import unsigned_jwt
from tests.providers.verbs import Properties
from tests.sandbox.driver import Sandbox, World

NAMES = ["workspace_id", "platform_customer_id", "tenantId"]
A, B = "aaaa1111", "bbbb2222"
claims = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([A, B]))
pins = st.sampled_from(["", A, B])


@pytest.mark.parametrize("name", [*NAMES, "tenant_id", "hpe_workspace_id", "platformCustomerId"])
def test_a_claim_that_identifies_a_workspace_is_read_under_its_own_name(name: str) -> None:
    assert claims_of(unsigned_jwt({name: " AAAA1111 ", "sub": "x", "client_id": "y"})) == {name: A}


@pytest.mark.parametrize("token", ["opaque", unsigned_jwt({}), unsigned_jwt({"tenant_id": True, "workspace_id": " "})])
def test_a_bearer_without_such_a_claim_names_none(token: str) -> None:
    assert claims_of(token) == {}


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ({"customer_id": 4711}, {"customer_id": "4711"}),
        ({"workspace_id": [A]}, {"workspace_id": A}),
        ({"workspace_id": [A, B]}, {}),
        ({"workspace": {"id": A, "name": "x"}}, {"workspace.id": A}),
        ({"https://hpe.example/claims/workspace_id": A}, {"https://hpe.example/claims/workspace_id": A}),
        ({"tenant_id": "0F" * 16}, {"tenant_id": "0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f"}),
        ({"workspace_id": None, "tenant_id": {}, "customer_id": 1.5}, {}),
    ],
)
def test_a_claim_is_read_in_whatever_type_it_comes(claim: dict[str, Any], found: dict[str, str]) -> None:
    assert claims_of(unsigned_jwt(claim)) == found


def test_a_guid_is_the_same_with_and_without_its_dashes() -> None:
    plain, dashed = "0f" * 16, "0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f"

    assert contradiction("", {"tenant_id": plain}, claims_of(unsigned_jwt({"tenant_id": dashed}))) == ""
    assert contradiction(plain, {}, claims_of(unsigned_jwt({"tenant_id": dashed}))) == ""


@given(claims, claims)
def test_without_a_pin_each_claim_of_one_name_has_to_be_the_same(
    recorded: dict[str, str], found: dict[str, str]
) -> None:
    differs = any(recorded[name] != found[name] for name in recorded.keys() & found.keys())

    assert bool(contradiction("", recorded, found)) == differs


@given(pins, claims, claims)
def test_a_pin_has_to_be_among_the_claims_of_the_bearer(
    pin: str, recorded: dict[str, str], found: dict[str, str]
) -> None:
    if pin and found and pin not in found.values():
        assert contradiction(pin, recorded, found).startswith(f"greenlake.workspace is {pin}, and the bearer is of ")


def test_a_pin_shows_which_claim_counts() -> None:
    recorded, found = {"workspace_id": A, "tenantId": A}, {"workspace_id": A, "tenantId": B}

    assert contradiction("", recorded, found)
    assert contradiction(A, recorded, found) == ""
    assert contradiction(B, recorded, found)


@given(pins, claims)
def test_a_bearer_of_no_workspace_contradicts_nothing_and_that_is_reported(pin: str, recorded: dict[str, str]) -> None:
    assert contradiction(pin, recorded, {}) == ""
    assert "does not name its workspace" in note(pin, recorded, {})


@given(pins, claims.filter(bool))
def test_the_first_binding_shows_which_workspace_it_is(pin: str, found: dict[str, str]) -> None:
    assert all(f"{value} ({name})" in note(pin, {}, found) for name, value in found.items())


def test_claims_of_no_common_name_are_reported_as_unknown_and_those_that_agree_are_not_mentioned() -> None:
    assert "nothing to compare" in note("", {"workspace_id": A}, {"tenantId": B})
    assert note("", {"workspace_id": A}, {"workspace_id": A, "tenantId": B}) == ""


@given(pins, pins, claims)
def test_a_stack_file_that_names_another_workspace_than_the_one_of_the_token_is_refused(
    before: str, pin: str, recorded: dict[str, str]
) -> None:
    known = recorded.values()

    assert bool(moved(before, pin, recorded)) == (bool(pin) and before in known and pin not in known)


def test_a_stack_that_was_moved_to_another_workspace_stops_in_a_preview_and_a_wrong_pin_is_warned_of(
    here: World, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = here.about["workspace_id"]
    outs = VERBS.create(inputs(here, workspace=ours))
    with pytest.raises(StoppedError, match=f"is of the workspace {ours}, and the stack file names {B}: write {ours}"):
        VERBS.diff(outs, inputs(here, workspace=B))
    assert not VERBS.diff(outs, inputs(here, workspace=ours)).changes

    assert VERBS.diff({**outs, "workspace": ""}, inputs(here, workspace=B)).changes
    assert f"greenlake.workspace is {B}, and the token is of the workspace {ours}" in capsys.readouterr().err


@pytest.fixture
def other(sandbox: Sandbox, here: World) -> Iterator[World]:
    """Another workspace, with a token in use."""
    made = sandbox.make_world(f"{here.name}-other")
    made.new_proxy_token()
    yield made
    sandbox.control("DELETE", f"/worlds/{made.name}")


def sign_in_to(other: World, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    if way == "copied bearer":
        monkeypatch.setenv("BEARER_TOKEN", other.bearer())
    for name, value in other.environ().items():
        if name.startswith("HPEGL_") and way == "API client":
            monkeypatch.setenv(name, value)


@pytest.mark.parametrize("way", ["API client", "copied bearer"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_no_token_is_rotated_or_deleted_in_another_workspace(
    here: World, other: World, monkeypatch: pytest.MonkeyPatch, way: str, verb: str
) -> None:
    news = inputs(here)
    outs = due(VERBS.create(news))
    sign_in_to(other, monkeypatch, way)

    with pytest.raises(StoppedError, match=f"the token is of .*{here.about['workspace_id']}.*nothing was sent"):
        VERBS.update(outs, news) if verb == "update" else VERBS.delete(outs)

    assert (live(here), live(other)) == ([1], [1])
    assert [one for one in other.requests() if one["service"] == "proxytoken"][1:] == []


@pytest.mark.parametrize("way", ["rotate", "rotate at once", "delete"])
def test_a_workspace_that_knows_no_token_is_another_one_while_ours_is_accepted(
    here: World, other: World, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    outs = due(VERBS.create(inputs(here)))
    end_tokens(other)
    other.set(bearer_claims=[])
    monkeypatch.setenv("BEARER_TOKEN", other.bearer())

    news = inputs(here, remove_current=way == "rotate at once")
    with pytest.raises(StoppedError, match=r"GreenLake accepts it, and the workspace of the bearer has no token"):
        VERBS.delete(outs) if way == "delete" else VERBS.update(outs, news)

    assert (live(here), live(other)) == ([1], [])


def test_after_a_move_to_another_service_that_has_no_token_one_is_created_there(here: World) -> None:
    outs = due(VERBS.create(inputs(here)))
    here.fail({"service": "proxytoken", "path": "/rotate$", "status": 404})
    elsewhere = inputs(here, tenant_url=f"{here.sandbox.greenlake}/v1alpha1/elsewhere")

    with pytest.raises(StoppedError, match="a SCIM proxy token exists already"):  # so a create was sent
        VERBS.update(outs, elsewhere)


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_the_workspace_of_the_stack_file_is_compared_before_the_first_call(here: World, verb: str) -> None:
    outs: Properties = {}
    if verb != "create":
        outs = {**due(VERBS.create(inputs(here))), "workspace": "another-one", "workspace_claims": {}}
    news, since = inputs(here, workspace="another-one"), mark(here)

    with pytest.raises(StoppedError, match=r"greenlake\.workspace is another-one, and the bearer is of"):
        {"create": lambda: VERBS.create(news), "update": lambda: VERBS.update(outs, news)}.get(
            verb, lambda: VERBS.delete(outs)
        )()

    assert [method for method, path in sent(here, since) if path.startswith("proxytoken") or path == "rotate"] == []


def test_the_right_workspace_of_the_stack_file_is_taken_in_any_case(here: World) -> None:
    outs = VERBS.create(inputs(here, workspace=here.about["workspace_id"]))

    assert outs["workspace_claims"] == {"workspace_id": here.about["workspace_id"]}


def test_a_bearer_with_other_claims_is_taken_and_its_claims_are_recorded_beside(
    here: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    news = inputs(here)
    outs = due(VERBS.create(news))
    here.set(bearer_claims=["platform_customer_id"])
    monkeypatch.setenv("BEARER_TOKEN", here.bearer())

    rotated = VERBS.update(outs, news)

    assert set(rotated["workspace_claims"]) == {"workspace_id", "platform_customer_id"}
    assert capsys.readouterr().err.count("nothing to compare") == 1


def test_older_state_is_bound_by_the_next_rotation(here: World, capsys: pytest.CaptureFixture[str]) -> None:
    news = inputs(here)
    outs: dict[str, Any] = due(VERBS.create(news))
    older = {name: value for name, value in outs.items() if name not in ("workspace", "workspace_claims")}
    capsys.readouterr()

    rotated = VERBS.update(older, news)

    assert rotated["workspace_claims"] == {"workspace_id": here.about["workspace_id"]}
    assert f"from now on this stack is of the workspace {here.about['workspace_id']}" in capsys.readouterr().err
