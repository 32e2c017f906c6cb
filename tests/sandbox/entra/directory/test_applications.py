"""Applications and who is assigned to them."""

from typing import Any

import httpx
import pytest

from tests.sandbox.driver import World

TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
USER_ROLE = "18d14569-c3bd-439b-9a66-3a2aee01d14f"


def _instantiated(graph: httpx.Client, name: str = "HPE GreenLake SCIM") -> dict[str, Any]:
    answer = graph.post(f"applicationTemplates/{TEMPLATE}/instantiate", json={"displayName": name})
    assert answer.status_code == 201
    return answer.json()


def _group(graph: httpx.Client, name: str = "GreenLake Viewers") -> str:
    return graph.get("groups", params={"$filter": f"displayName eq '{name}'"}).json()["value"][0]["id"]


def _assign(graph: httpx.Client, principal: str, group: str, **changed: str) -> httpx.Response:
    body = {"principalId": group, "resourceId": principal, "appRoleId": USER_ROLE} | changed
    return graph.post(f"servicePrincipals/{principal}/appRoleAssignedTo", json=body)


def test_the_custom_template_makes_an_application_and_its_service_principal(graph: httpx.Client) -> None:
    made = _instantiated(graph)
    application, principal = made["application"], made["servicePrincipal"]
    assert application["appId"] == principal["appId"]
    assert application["applicationTemplateId"] == principal["applicationTemplateId"] == TEMPLATE
    assert principal["appRoleAssignmentRequired"] is True
    assert "WindowsAzureActiveDirectoryIntegratedApp" in principal["tags"]
    assert {role["displayName"]: role["value"] for role in principal["appRoles"]} == {
        "User": None,
        "msiam_access": None,
    }


def test_another_template_is_not_found(graph: httpx.Client) -> None:
    assert graph.post("applicationTemplates/other/instantiate", json={"displayName": "x"}).status_code == 404


def test_the_caller_owns_what_it_makes(graph: httpx.Client) -> None:
    made = _instantiated(graph)
    owners = graph.get(f"applications/{made['application']['id']}/owners").json()["value"]
    assert [owner["displayName"] for owner in owners] == ["Deployment"]


def test_a_new_name_reaches_the_service_principal(graph: httpx.Client) -> None:
    made = _instantiated(graph, "Before")
    graph.patch(f"applications/{made['application']['id']}", json={"displayName": "After"})
    after = graph.get("servicePrincipals", params={"$filter": "displayName eq 'After'"}).json()["value"]
    assert [one["id"] for one in after] == [made["servicePrincipal"]["id"]]


def test_a_new_world_has_the_application_that_single_sign_on_uses_and_nothing_is_provisioned_by_it(
    graph: httpx.Client,
) -> None:
    (found,) = graph.get("servicePrincipals", params={"$filter": "displayName eq 'SSO-Integration'"}).json()["value"]
    for part in ("synchronization/jobs", "synchronization/secrets", "appRoleAssignedTo"):
        assert graph.get(f"servicePrincipals/{found['id']}/{part}").json()["value"] == []


def test_a_group_is_assigned_once(graph: httpx.Client) -> None:
    principal, group = _instantiated(graph)["servicePrincipal"]["id"], _group(graph)
    first, second = (_assign(graph, principal, group) for _ in range(2))
    assert (first.status_code, first.json()["principalType"]) == (201, "Group")
    assert len(first.json()["id"]) == 43
    assert second.status_code == 400
    assert second.json()["error"]["message"] == "Permission being assigned already exists on the object"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"principalId": "00000000-1111-2222-3333-444444444444"}, 404),
        ({"appRoleId": "00000000-1111-2222-3333-444444444444"}, 400),
        ({"appRoleId": "00000000-0000-0000-0000-000000000000"}, 400),
        ({"resourceId": "00000000-1111-2222-3333-444444444444"}, 400),
    ],
)
def test_an_assignment_of_something_unknown_is_refused(
    graph: httpx.Client, changed: dict[str, str], status: int
) -> None:
    principal = _instantiated(graph)["servicePrincipal"]["id"]
    assert _assign(graph, principal, _group(graph), **changed).status_code == status


def test_an_assignment_is_found_under_its_own_application_only(graph: httpx.Client) -> None:
    first, second = (_instantiated(graph, name)["servicePrincipal"]["id"] for name in ("First", "Second"))
    assignment = _assign(graph, first, _group(graph)).json()["id"]
    assert graph.get(f"servicePrincipals/{first}/appRoleAssignedTo/{assignment}").status_code == 200
    assert graph.get(f"servicePrincipals/{second}/appRoleAssignedTo/{assignment}").status_code == 404


def test_a_deleted_group_loses_its_assignments(graph: httpx.Client, admin: httpx.Client) -> None:
    principal, group = _instantiated(graph)["servicePrincipal"]["id"], _group(graph)
    _assign(graph, principal, group)
    admin.delete(f"groups/{group}")
    assert graph.get(f"servicePrincipals/{principal}/appRoleAssignedTo").json()["value"] == []


def test_a_deleted_application_takes_everything_of_its_service_principal_with_it(
    world: World, graph: httpx.Client
) -> None:
    made = _instantiated(graph)
    principal = made["servicePrincipal"]["id"]
    group = _group(graph)
    assignment = _assign(graph, principal, group).json()["id"]
    graph.post(f"servicePrincipals/{principal}/synchronization/jobs", json={"templateId": "scim"})
    assert graph.delete(f"applications/{made['application']['id']}").status_code == 204
    of_one = f"/appRoleAssignedTo/{assignment}"
    for path in ("", "/synchronization/jobs", "/synchronization/secrets", "/appRoleAssignedTo", of_one):
        assert graph.get(f"servicePrincipals/{principal}{path}").status_code == 404
    assert graph.get(f"groups/{group}/appRoleAssignments").json()["value"] == []
    assert world.control("GET")["jobs"] == []


def test_an_application_and_its_service_principal_are_restored_each_for_itself_with_their_assignments_and_no_job(
    graph: httpx.Client,
) -> None:
    made = _instantiated(graph)
    application, principal = made["application"]["id"], made["servicePrincipal"]["id"]
    assignment = _assign(graph, principal, _group(graph)).json()["id"]
    graph.post(f"servicePrincipals/{principal}/synchronization/jobs", json={"templateId": "scim"})
    graph.delete(f"applications/{application}")

    for kind, deleted in (("application", application), ("servicePrincipal", principal)):
        listed = graph.get(f"directory/deletedItems/microsoft.graph.{kind}").json()["value"]
        assert [each["id"] for each in listed] == [deleted]
        assert graph.get(f"directory/deletedItems/{deleted}").json()["deletedDateTime"]
    assert graph.post(f"directory/deletedItems/{application}/restore").status_code == 200
    assert graph.get(f"servicePrincipals/{principal}").status_code == 404
    assert graph.post(f"directory/deletedItems/{principal}/restore").status_code == 200
    assert graph.post(f"directory/deletedItems/{principal}/restore").status_code == 404

    assert graph.get(f"applications/{application}").json()["appId"] == made["application"]["appId"]
    assigned = graph.get(f"servicePrincipals/{principal}/appRoleAssignedTo").json()["value"]
    assert [each["id"] for each in assigned] == [assignment]
    assert graph.get(f"servicePrincipals/{principal}/synchronization/jobs").json()["value"] == []
    graph.delete(f"servicePrincipals/{principal}")
    assert graph.delete(f"directory/deletedItems/{principal}").status_code == 204
    assert graph.get(f"directory/deletedItems/{principal}").status_code == 404


def test_an_application_of_ones_own_gets_one_service_principal(graph: httpx.Client) -> None:
    app_id = graph.post("applications", json={"displayName": "Plain"}).json()["appId"]
    made = graph.post("servicePrincipals", json={"appId": app_id})
    assert (made.status_code, made.json()["displayName"]) == (201, "Plain")
    assert graph.post("servicePrincipals", json={"appId": app_id}).status_code == 400
    unknown = graph.post("servicePrincipals", json={"appId": "00000000-1111-2222-3333-444444444444"})
    assert "does not reference a valid application object" in unknown.json()["error"]["message"]
