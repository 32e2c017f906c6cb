"""The look-ups ask what the real plugin asks, and report why there is no single answer."""

import asyncio
from typing import Any

import pytest
from pulumi.provider.experimental.provider import InvokeRequest

from azuread_stand_in.errors import StandInError
from azuread_stand_in.provider import StandIn
from azuread_stand_in.values import plain_map, wrapped_map
from tests.contract.graph_world import GROUP, OTHER_ROLE, USER, USER_ROLE, GraphStub
from tests.contract.recordings import reads, recorded_reads

GET_GROUP = "azuread:index/getGroup:getGroup"
GET_USER = "azuread:index/getUser:getUser"
GET_PRINCIPAL = "azuread:index/getServicePrincipal:getServicePrincipal"


def _look_up(stand_in: StandIn, token: str, **args: Any) -> dict[str, Any]:
    found = asyncio.run(stand_in.invoke(InvokeRequest(token, wrapped_map(args))))
    assert found.return_value is not None
    return plain_map(found.return_value)


def test_a_group_and_a_user_are_looked_up_with_the_requests_of_the_real_plugin(
    stand_in: StandIn, graph: GraphStub
) -> None:
    group = _look_up(stand_in, GET_GROUP, displayName="seeded group", securityEnabled=True)
    user = _look_up(stand_in, GET_USER, userPrincipalName="seeded@probe.onmicrosoft.com")
    assert (group["id"], group["objectId"], group["members"]) == (f"/groups/{GROUP}", GROUP, [USER])
    assert (user["id"], user["objectId"], user["givenName"]) == (f"/users/{USER}", USER, "")
    assert reads(graph.asked) == recorded_reads("main-01-preview-first")


def test_a_group_and_a_user_are_found_by_object_id(stand_in: StandIn) -> None:
    assert _look_up(stand_in, GET_GROUP, objectId=GROUP)["displayName"] == "seeded group"
    assert _look_up(stand_in, GET_USER, objectId=USER)["displayName"] == "Seeded"


def test_a_service_principal_is_found_by_each_of_its_names_and_brings_its_roles(
    stand_in: StandIn, graph: GraphStub
) -> None:
    object_id = graph.add_principal("it's ours")
    client_id = graph.principals[object_id]["appId"]
    for args in ({"displayName": "it's ours"}, {"clientId": client_id}, {"objectId": object_id}):
        found = _look_up(stand_in, GET_PRINCIPAL, **args)
        assert (found["id"], found["clientId"]) == (f"/servicePrincipals/{object_id}", client_id)
        assert [(role["displayName"], role["id"]) for role in found["appRoles"]] == [
            ("User", USER_ROLE),
            ("msiam_access", OTHER_ROLE),
        ]


def test_an_apostrophe_is_doubled_but_for_groups_as_with_the_real_plugin(stand_in: StandIn) -> None:
    assert _look_up(stand_in, GET_USER, userPrincipalName="o'neil@probe.onmicrosoft.com")["objectId"] == USER
    with pytest.raises(StandInError, match="Request_BadRequest: Invalid filter clause"):
        _look_up(stand_in, GET_GROUP, displayName="it's ours")


@pytest.mark.parametrize(
    ("token", "args", "sentence"),
    [
        (GET_GROUP, {"displayName": "no"}, r"No group found matching specified filter \(displayName eq 'no'\)"),
        (GET_GROUP, {"displayName": "twin"}, r"More than one group found matching specified filter"),
        (GET_GROUP, {"objectId": "no"}, 'No group found with object ID: "no"'),
        (GET_GROUP, {"objectId": GROUP, "securityEnabled": False}, "does not have the specified security_enabled"),
        (GET_USER, {"userPrincipalName": "no@x"}, 'User with UPN "no@x" was not found'),
        (GET_USER, {"objectId": "no"}, 'User not found with object ID: "no"'),
        (GET_PRINCIPAL, {"displayName": "no"}, "no service principals found matching filter: \"displayName eq 'no'\""),
        (GET_PRINCIPAL, {"displayName": "twin"}, "found multiple service principals matching filter"),
        (GET_PRINCIPAL, {"objectId": "no"}, '"no"\\) was not found'),
        (GET_PRINCIPAL, {}, "exactly one of displayName, clientId, objectId must be given"),
        (GET_GROUP, {"mailNickname": "x"}, "does not look up by mailNickname"),
        ("azuread:index/getDomains:getDomains", {}, "has no azuread:index/getDomains:getDomains"),
    ],
)
def test_what_is_not_there_exactly_once_ends_in_one_sentence(
    stand_in: StandIn, graph: GraphStub, token: str, args: dict[str, Any], sentence: str
) -> None:
    graph.add_principal("twin")
    graph.add_principal("twin")
    with pytest.raises(StandInError, match=sentence):
        _look_up(stand_in, token, **args)
