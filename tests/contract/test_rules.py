"""Checks, defaults, replacement and retries: the rules of the table, one by one."""

import asyncio
from typing import Any

import pytest

from azuread_stand_in.errors import GraphError, StandInError, Unfinished
from azuread_stand_in.protocol import messages
from azuread_stand_in.provider import StandIn
from azuread_stand_in.values import UNKNOWN, plain_map, wrapped
from tests.contract.graph_world import GROUP, OTHER_ROLE, USER_ROLE, Fault, GraphStub

APP = "azuread:index/applicationFromTemplate:ApplicationFromTemplate"
ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment"
SECRET = "azuread:index/synchronizationSecret:SynchronizationSecret"
JOB = "azuread:index/synchronizationJob:SynchronizationJob"
TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"


class Forgetful(dict[str, Any]):
    """A Graph that has not yet spread what it was sent."""

    def __setitem__(self, key: str, value: object) -> None:
        """Forget."""


def _urn(kind: str) -> str:
    return f"urn:pulumi:dev::contract::{kind}::it"


def _create(stand_in: StandIn, kind: str, *, preview: bool = False, **inputs: Any) -> messages.CreateResponse:
    request = messages.CreateRequest(urn=_urn(kind), properties=wrapped(inputs), preview=preview)
    return asyncio.run(stand_in.create(request))


def _check(stand_in: StandIn, kind: str, inputs: dict[str, Any]) -> messages.CheckResponse:
    return asyncio.run(stand_in.check(messages.CheckRequest(urn=_urn(kind), news=wrapped(inputs))))


def _diff(stand_in: StandIn, kind: str, state: dict[str, Any], *ignored: str, **changed: Any) -> messages.DiffResponse:
    news = wrapped({**state, **changed})
    request = messages.DiffRequest(urn=_urn(kind), id="id", olds=wrapped(state), news=news, ignoreChanges=ignored)
    return asyncio.run(stand_in.diff(request))


def _replaced_by(stand_in: StandIn, kind: str, state: dict[str, Any], **changed: Any) -> tuple[list[str], list[str]]:
    found = _diff(stand_in, kind, state, **changed)
    assert not found.deleteBeforeReplace
    return list(found.diffs), list(found.replaces)


@pytest.mark.parametrize(
    ("kind", "inputs", "wrong"),
    [
        (JOB, {"servicePrincipalId": GROUP, "templateId": "scim"}, ["servicePrincipalId"]),
        (SECRET, {"servicePrincipalId": GROUP}, ["servicePrincipalId"]),
        (APP, {"displayName": "", "templateId": "scim"}, ["displayName", "templateId"]),
        (ASSIGNMENT, {"appRoleId": "User", "principalObjectId": UNKNOWN}, ["appRoleId", "resourceObjectId"]),
    ],
)
def test_inputs_of_a_wrong_shape_are_named_before_anything_is_sent(
    stand_in: StandIn, graph: GraphStub, kind: str, inputs: dict[str, Any], wrong: list[str]
) -> None:
    assert [failure.property for failure in _check(stand_in, kind, inputs).failures] == wrong
    assert graph.asked == []


def test_a_job_is_enabled_unless_asked_otherwise(stand_in: StandIn) -> None:
    inputs = {"servicePrincipalId": f"/servicePrincipals/{GROUP}", "templateId": "scim"}
    assert plain_map(_check(stand_in, JOB, inputs).inputs)["enabled"] is True


@pytest.mark.parametrize("name", ["appRoleId", "principalObjectId", "resourceObjectId"])
def test_every_input_of_an_assignment_replaces_it(stand_in: StandIn, name: str) -> None:
    state = {"appRoleId": USER_ROLE, "principalObjectId": GROUP, "resourceObjectId": TEMPLATE}
    assert _replaced_by(stand_in, ASSIGNMENT, state, **{name: OTHER_ROLE}) == ([name], [name])


@pytest.mark.parametrize(
    ("kind", "state", "name", "value", "replaces"),
    [
        (JOB, {"servicePrincipalId": "/a", "templateId": "scim", "enabled": True}, "enabled", False, []),
        (JOB, {"servicePrincipalId": "/a", "templateId": "scim"}, "templateId", "other", ["templateId"]),
        (
            JOB,
            {"servicePrincipalId": "/a", "templateId": "scim"},
            "servicePrincipalId",
            UNKNOWN,
            ["servicePrincipalId"],
        ),
        (SECRET, {"servicePrincipalId": "/a"}, "servicePrincipalId", "/b", ["servicePrincipalId"]),
        (SECRET, {"servicePrincipalId": "/a"}, "credentials", [{"key": "k", "value": "v"}], []),
        (APP, {"displayName": "a", "templateId": TEMPLATE}, "displayName", "b", []),
        (APP, {"displayName": "a", "templateId": TEMPLATE}, "templateId", GROUP, ["templateId"]),
    ],
)
def test_a_change_updates_or_replaces_as_with_the_real_plugin(
    stand_in: StandIn, kind: str, state: dict[str, Any], name: str, value: object, replaces: list[str]
) -> None:
    assert _replaced_by(stand_in, kind, state, **{name: value}) == ([name], replaces)


def test_an_ignored_input_is_not_a_change(stand_in: StandIn) -> None:
    state = {"servicePrincipalId": "/a", "templateId": "scim", "enabled": True}
    assert _diff(stand_in, JOB, state, enabled=False).changes == messages.DiffResponse.DIFF_SOME
    assert _diff(stand_in, JOB, state, "enabled", enabled=False).changes == messages.DiffResponse.DIFF_NONE


def test_a_preview_sends_nothing_and_leaves_what_graph_decides_unknown(stand_in: StandIn, graph: GraphStub) -> None:
    foreseen = _create(stand_in, APP, preview=True, displayName="a", templateId=TEMPLATE)
    assert foreseen.id == ""
    assert plain_map(foreseen.properties)["servicePrincipalId"] == UNKNOWN
    update = messages.UpdateRequest(urn=_urn(APP), id="id", news=wrapped({"displayName": "b"}), preview=True)
    assert plain_map(asyncio.run(stand_in.update(update)).properties)["displayName"] == "b"
    assert graph.asked == []


def test_an_application_that_cannot_be_read_back_stays_in_state(stand_in: StandIn, graph: GraphStub) -> None:
    graph.faults.append(Fault("GET", "", 400))
    with pytest.raises(Unfinished) as caught:
        _create(stand_in, APP, displayName="a", templateId=TEMPLATE)
    assert caught.value.resource_id.split("/")[4] in graph.applications
    assert plain_map(caught.value.state)["displayName"] == "a"


def test_an_assignment_that_is_not_there_right_after_its_post_is_lost(stand_in: StandIn, graph: GraphStub) -> None:
    principal = graph.add_principal()
    inputs: dict[str, Any] = {"appRoleId": USER_ROLE, "principalObjectId": GROUP, "resourceObjectId": principal}
    graph.assignments = Forgetful()
    with pytest.raises(StandInError, match="expected non-nil error with nil state during Create"):
        _create(stand_in, ASSIGNMENT, **inputs)


def test_a_job_for_a_service_principal_that_is_not_there_is_not_posted(stand_in: StandIn, graph: GraphStub) -> None:
    with pytest.raises(StandInError, match=f"/servicePrincipals/{GROUP} was not found"):
        _create(stand_in, JOB, servicePrincipalId=f"/servicePrincipals/{GROUP}", templateId="scim", enabled=True)
    assert [each.method for each in graph.asked] == ["GET"]


@pytest.mark.parametrize("status", [429, 503])
def test_what_may_pass_is_sent_again_even_a_post(stand_in: StandIn, graph: GraphStub, status: int) -> None:
    graph.faults.append(Fault("POST", "/instantiate", status, times=2, headers={"Retry-After": "0"}))
    assert _create(stand_in, APP, displayName="a", templateId=TEMPLATE).id
    assert [each.method for each in graph.asked].count("POST") == 3


@pytest.mark.parametrize("status", [400, 401, 403, 409, 501])
def test_a_refusal_is_final_and_keeps_the_words_of_graph(stand_in: StandIn, graph: GraphStub, status: int) -> None:
    graph.faults.append(Fault("POST", "/instantiate", status, message="because"))
    with pytest.raises(GraphError, match=rf"unexpected status {status} .* with error: BadRequest: because"):
        _create(stand_in, APP, displayName="a", templateId=TEMPLATE)
    assert len(graph.asked) == 1


def test_retries_end(stand_in: StandIn, graph: GraphStub) -> None:
    graph.faults.append(Fault("POST", "/instantiate", 503, times=99))
    with pytest.raises(GraphError, match="unexpected status 503"):
        _create(stand_in, APP, displayName="a", templateId=TEMPLATE)
    assert len(graph.asked) == 4


@pytest.mark.parametrize(("status", "message"), [(404, "x"), (400, "Not a valid reference update.")])
def test_an_assignment_waits_for_its_principal_to_spread(
    stand_in: StandIn, graph: GraphStub, status: int, message: str
) -> None:
    graph.faults.append(Fault("POST", "/appRoleAssignedTo", status, message=message))
    principal = graph.add_principal()
    inputs: dict[str, Any] = {"appRoleId": USER_ROLE, "principalObjectId": GROUP, "resourceObjectId": principal}
    assert _create(stand_in, ASSIGNMENT, **inputs).id
    assert [each.method for each in graph.asked].count("POST") == 2


def test_a_resource_inside_a_component_is_the_same_resource(stand_in: StandIn, graph: GraphStub) -> None:
    made = _create(stand_in, f"contract:index:Outer$contract:index:Inner${APP}", displayName="a", templateId=TEMPLATE)
    assert made.id.split("/")[4] in graph.applications


def test_a_look_up_is_refused_by_name(stand_in: StandIn) -> None:
    with pytest.raises(StandInError, match=r"the stand-in .* has no look-up azuread:index/getUser:getUser"):
        asyncio.run(stand_in.invoke(messages.InvokeRequest(tok="azuread:index/getUser:getUser")))


def test_a_resource_the_stand_in_does_not_know_is_named(stand_in: StandIn) -> None:
    with pytest.raises(StandInError, match="has no azuread:index/group:Group"):
        _create(stand_in, "azuread:index/group:Group", displayName="a")
