"""What a killed run left pending is settled by what Entra has; everything else of the state stays as it is."""

import copy
import os
from collections.abc import Iterator
from typing import Any

import pytest

from providers.entra.application.pending_operations import settle, tenant_of
from providers.entra.graph.provisioning import Graph
from providers.errors import ConfigurationError, ForbiddenError, StoppedError
from providers.timestamps import now
from tests.providers.calling import soon
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import TEMPLATE, Application, connected

Json = dict[str, Any]
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
PROVIDER = "pulumi:providers:azuread"
STACK = {"urn": "urn:stack", "type": "pulumi:pulumi:Stack", "outputs": {"kept": SECRET}}


@pytest.fixture
def application(here: World) -> Iterator[Application]:
    with connected(here) as ready:
        yield ready


def graph_of(principal: str) -> Graph:
    return Graph(os.environ["ARM_TENANT_ID"], principal, soon(60))


def unasked(principal: str) -> Graph:
    raise AssertionError(f"Entra was asked about {principal}")


def exported(*pending: tuple[str, Json], resources: tuple[Json, ...] = ()) -> Json:
    operations = [{"resource": resource, "type": verb} for verb, resource in pending]
    return {"version": 3, "deployment": {"resources": [STACK, *resources], "pending_operations": operations}}


def job(application: Application, **more: Any) -> Json:
    path = f"/servicePrincipals/{application.service_principal}"
    inputs = {"servicePrincipalId": path, "templateId": "scim", "enabled": False}
    return {"urn": "urn:job", "type": "azuread:index/synchronizationJob:SynchronizationJob", "inputs": inputs, **more}


def job_id(application: Application) -> str:
    return f"/servicePrincipals/{application.service_principal}/synchronization/jobs/{application.job}"


def assignment(application: Application, principal: str, **more: Any) -> Json:
    inputs = {
        "appRoleId": application.role,
        "principalObjectId": principal,
        "resourceObjectId": application.service_principal,
    }
    kind = "azuread:index/appRoleAssignment:AppRoleAssignment"
    return {"urn": "urn:assignment", "type": kind, "inputs": inputs, **more}


def assign(application: Application, principal: str) -> str:
    body = {
        "principalId": principal,
        "resourceId": application.service_principal,
        "appRoleId": application.role,
    }
    path = f"servicePrincipals/{application.service_principal}/appRoleAssignedTo"
    return f"/{path}/{application.graph.post(path, json=body).raise_for_status().json()['id']}"


def only(state: Json, urn: str) -> Json:
    (found,) = [each for each in state["deployment"]["resources"] if each["urn"] == urn]
    return found


def test_a_job_that_was_made_is_entered_with_its_id(application: Application) -> None:
    pending = job(application, parent="urn:stack")
    settled, notes = settle(exported(("creating", pending)), graph_of)

    outputs = {**pending["inputs"], "__meta": '{"schema_version": "1"}'}
    assert only(settled, "urn:job") == {**pending, "id": job_id(application), "outputs": outputs}
    assert "pending_operations" not in settled["deployment"]
    assert notes == ["creating urn:job: it was made, and is entered in state"]


def test_a_job_that_state_knows_already_is_not_entered_twice(application: Application) -> None:
    known = job(application, urn="urn:other", id=job_id(application))
    settled, notes = settle(exported(("creating", job(application)), resources=(known,)), graph_of)

    assert [each["urn"] for each in settled["deployment"]["resources"]] == ["urn:stack", "urn:other"]
    assert notes == ["creating urn:job: dropped: the next run sees to it"]


def test_an_assignment_that_was_made_is_entered_with_its_id(application: Application) -> None:
    user, other = application.new_user(), application.new_user()
    assign(application, other)
    made = assign(application, user)
    settled, _ = settle(exported(("creating", assignment(application, user))), graph_of)

    assert only(settled, "urn:assignment")["id"] == made


def test_an_assignment_that_was_not_made_is_dropped(application: Application) -> None:
    assign(application, application.new_user())
    settled, _ = settle(exported(("creating", assignment(application, application.new_user()))), graph_of)

    assert settled["deployment"]["resources"] == [STACK]


def test_what_is_gone_is_taken_out_and_what_is_there_stays(application: Application) -> None:
    user = application.new_user()
    made = assign(application, user)
    kept = assignment(application, user, id=made, outputs={"resourceObjectId": application.service_principal})
    gone = job(application, id=job_id(application) + "x", outputs=job(application)["inputs"])
    found = exported(("deleting", kept), ("deleting", gone), resources=(kept, gone))
    settled, notes = settle(found, graph_of)

    assert settled["deployment"]["resources"] == [STACK, kept]
    assert [note.partition(": ")[2] for note in notes] == [
        "dropped: the next run sees to it",
        "it is gone, also from state now",
    ]


def test_of_a_replaced_resource_only_the_deleted_half_is_taken_out(application: Application) -> None:
    outputs = job(application)["inputs"]
    old = job(application, id=job_id(application) + "x", outputs=outputs, delete=True)
    new = job(application, id=job_id(application), outputs=outputs)
    settled, _ = settle(exported(("deleting", old), resources=(new, old)), graph_of)

    assert settled["deployment"]["resources"] == [STACK, new]


def application_resource(application: Application) -> Json:
    return {
        "urn": "urn:app",
        "type": "azuread:index/applicationFromTemplate:ApplicationFromTemplate",
        "id": "an-id",
        "inputs": {},
        "outputs": {"servicePrincipalObjectId": application.service_principal},
    }


def test_an_application_is_taken_out_once_its_service_principal_is_gone(application: Application) -> None:
    app = application_resource(application)
    found = exported(("deleting", app), resources=(app,))
    assert only(settle(found, graph_of)[0], "urn:app") == app

    application.graph.delete(f"servicePrincipals/{application.service_principal}").raise_for_status()
    assert settle(found, graph_of)[0]["deployment"]["resources"] == [STACK]


def being_made(name: str) -> Json:
    inputs = {"displayName": name, "templateId": TEMPLATE}
    kind = "azuread:index/applicationFromTemplate:ApplicationFromTemplate"
    found = exported(("creating", {"urn": "urn:app", "type": kind, "custom": True, "inputs": inputs}))
    found["deployment"]["manifest"] = {"time": now().isoformat()}
    return found


def test_an_application_that_was_made_is_entered_as_azuread_keeps_it(application: Application) -> None:
    path = f"applicationTemplates/{TEMPLATE}/instantiate"
    made = application.graph.post(path, json={"displayName": "Just made"}).raise_for_status().json()
    settled, notes = settle(being_made("Just made"), graph_of)

    app, principal = made["application"]["id"], made["servicePrincipal"]["id"]
    entered = only(settled, "urn:app")
    assert entered["id"] == f"/{path}/{app}/{principal}"
    assert entered["outputs"] == {
        "applicationId": f"/applications/{app}",
        "applicationObjectId": app,
        "displayName": "Just made",
        "id": entered["id"],
        "servicePrincipalId": f"/servicePrincipals/{principal}",
        "servicePrincipalObjectId": principal,
        "templateId": TEMPLATE,
    }
    assert notes == ["creating urn:app: it was made, and is entered in state"]


def test_an_application_that_was_not_made_or_is_set_up_by_others_is_dropped(application: Application) -> None:
    (name,) = [application.graph.get(f"servicePrincipals/{application.service_principal}").json()["displayName"]]
    for each in ("Never made", name):
        settled, notes = settle(being_made(each), graph_of)
        assert settled["deployment"]["resources"] == [STACK]
        assert notes == ["creating urn:app: dropped: the next run sees to it"]


def test_of_two_applications_none_is_entered(application: Application) -> None:
    path = f"applicationTemplates/{TEMPLATE}/instantiate"
    for _ in range(2):
        application.graph.post(path, json={"displayName": "Made twice"}).raise_for_status()
    with pytest.raises(StoppedError, match="delete those that nobody uses"):
        settle(being_made("Made twice"), graph_of)


def test_a_component_is_dropped() -> None:
    component = {"urn": "urn:access", "type": "greenlake-scim:entra:GroupAssignments"}
    settled, _ = settle(exported(("creating", component)), unasked)
    assert settled["deployment"]["resources"] == [STACK]


@pytest.mark.parametrize("verb", ["creating", "updating", "deleting", "reading"])
def test_for_resources_of_ours_nothing_is_asked_and_the_operation_is_dropped(verb: str) -> None:
    token: Json = {
        "urn": "urn:token",
        "type": "pulumi-python:dynamic/greenlake:ScimProxyToken",
        "id": "x",
        "inputs": {},
    }
    found = exported((verb, token), resources=(token,))
    before = copy.deepcopy(found)
    settled, notes = settle(found, unasked)

    assert settled == {"version": 3, "deployment": {"resources": [STACK, token]}}
    assert notes == [f"{verb} urn:token: dropped: the next run sees to it"]
    assert found == before


def test_a_refusal_proves_no_absence(application: Application) -> None:
    application.world.fail({"service": "graph", "status": 403})
    gone = job(application, id=job_id(application), outputs=job(application)["inputs"])
    with pytest.raises(ForbiddenError):
        settle(exported(("deleting", gone), resources=(gone,)), graph_of)


@pytest.mark.parametrize("known", ["the provider", "the job"])
@pytest.mark.parametrize("verb", ["creating", "deleting"])
def test_nothing_is_settled_with_the_credentials_of_another_tenant(
    application: Application, monkeypatch: pytest.MonkeyPatch, verb: str, known: str
) -> None:
    ours = application.world.tenant_id
    provider = {
        "urn": "urn:provider",
        "type": PROVIDER,
        "inputs": {"tenantId": ours if known == "the provider" else ""},
    }
    gone = job(application, id=job_id(application), outputs=job(application)["inputs"])
    monkeypatch.setenv("ARM_TENANT_ID", "99999999-2222-4333-8444-555555555555")

    state = exported((verb, gone), resources=(provider, gone))
    with pytest.raises(
        ConfigurationError, match=f"belongs to the Entra tenant {ours}, and ARM_TENANT_ID names 99999999"
    ):
        settle(state, lambda principal: Graph(tenant_of(state), principal, soon(60)))


def test_state_that_names_no_tenant_is_not_settled() -> None:
    pending = {"urn": "urn:app", "type": "azuread:index/applicationFromTemplate:ApplicationFromTemplate"}

    with pytest.raises(StoppedError, match="state does not record the Entra tenant of this stack"):
        tenant_of(exported(("deleting", {**pending, "outputs": {"servicePrincipalObjectId": "b"}, "id": "a"})))
