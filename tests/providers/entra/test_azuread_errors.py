"""Errors of the azuread plugin, in the words that azuread 6.11.1 was seen to use, and what to do about each."""

import json
from pathlib import Path

import pytest

from providers.entra.azuread_errors import ACTIONS, recommended_action, recommended_actions, type_of

APPLICATION = "azuread:index/applicationFromTemplate:ApplicationFromTemplate"
ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment"
SECRET = "azuread:index/synchronizationSecret:SynchronizationSecret"
JOB = "azuread:index/synchronizationJob:SynchronizationJob"
SP = '(Service Principal: "7cb2a9a3-3360-4c7f-b530-fd59fe2e7bed")'
DENIED = "unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: Insufficient privileges to"
GONE = "unexpected status 404 (404 Not Found) with error: Request_ResourceNotFound: Resource 'scim.x.y' does not exist"
REFUSED = 'unexpected status 400 (400 Bad Request) with error: UnknownError: {"error": {"code": "%s"}}'
SEEN = [
    (APPLICATION, f"creating Application Template: {DENIED}", "permission Application.ReadWrite.All"),
    (ASSIGNMENT, f"Could not create app role assignment: {DENIED}", "permission AppRoleAssignment.ReadWrite.All"),
    (JOB, f"Creating synchronization job for {SP}: unexpected status 401 (401 Unauthorized) with error: UnknownError: ",
     "permission Synchronization.ReadWrite.All"),
    (SECRET, f"Retrieving synchronization secrets for {SP}: unexpected status 401 (401 Unauthorized) with error: X: ",
     "permission Synchronization.ReadWrite.All"),
    (ASSIGNMENT, ("Could not create app role assignment: unexpected status 400 (400 Bad Request) with error: "
     "Request_BadRequest: Permission being assigned already exists on the object"), "run `pulumi up` once more"),
    (APPLICATION, "creating Application Template: unexpected status 409 (409 Conflict) with error: X: y",
     "run `pulumi up` once more"),
    (JOB, f"Removing Service Principal Id Synchronization Job {SP}: {GONE}", "the same command again with --refresh"),
    (ASSIGNMENT, f"[id] Deleting Service Principal Id App Role Assigned To {SP}: {GONE}", "again with --refresh"),
    (ASSIGNMENT, "expected non-nil error with nil state during Create of urn:pulumi:x", "again with --refresh"),
    (SECRET, (f"Creating synchronization secret for {SP}: unexpected status 503 (503 Service Unavailable) with error: "
     "X: y"), "run the same command again later"),
    (JOB, "retrieving job: unexpected status 429 (429 Too Many Requests) with error: X: y", "again later"),
    (SECRET, ("Waiting for synchronization secret: timeout while waiting for state to become 'Done' (last state: "
     "'Waiting', timeout: 5m0s)"), "Entra holds a setting that nobody declared"),
    (SECRET, "context deadline exceeded", "Entra did not show within azuread's time limit"),
    (ASSIGNMENT, 'Post "https://127.0.0.1:1/v1.0/x": HTTP response was nil; connection may have been reset',
     "check the network"),
    (SECRET, f"Removing synchronization secrets for {SP}: {REFUSED % 'InvalidNotificationSettings'}",
     "run `pulumi up` once with the stack file unchanged"),
    ("pulumi:providers:azuread", "unable to build authorizer: no Authorizer could be configured", "scimctl doctor"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "said"), SEEN)
def test_every_known_error_shows_what_to_do_in_one_line(kind: str, text: str, said: str) -> None:
    action = recommended_action(kind, text)
    assert said in action
    assert "\n" not in action


@pytest.mark.parametrize("text", [REFUSED % "Other", "unexpected status 501 (501 Not Implemented)", "status 1403", ""])
def test_an_error_that_is_not_known_gets_no_advice(text: str) -> None:
    assert recommended_action(JOB, text) == ""


def test_a_resource_that_is_not_azureads_is_left_alone() -> None:
    assert recommended_action("pulumi-python:greenlake:ScimProxyToken", DENIED) == ""


def _event(message: str, kind: str = JOB, severity: str = "error") -> str:
    urn = f"urn:pulumi:prod::greenlake-scim::greenlake-scim:entra:ProvisioningConnection${kind}::job"
    return json.dumps({"diagnosticEvent": {"urn": urn, "message": message, "severity": severity}})


def test_the_errors_of_a_run_are_explained_once_each_and_not_again_what_a_hook_has_printed() -> None:
    twice = [_event(f"refreshing: {GONE}"), _event(f"refreshing: {GONE}", ASSIGNMENT), '{"summaryEvent":{}}', "no JSON"]
    (action,) = recommended_actions(twice)
    assert "with --refresh" in action
    assert recommended_actions([*twice, _event(f"error: {action}")]) == []
    assert recommended_actions([_event(GONE, severity="warning"), '{"diagnosticEvent":{"severity":"error"}}']) == []


def test_the_type_of_a_resource_is_that_of_the_innermost_one() -> None:
    assert type_of(f"urn:pulumi:s::p::a:b:C${JOB}::name") == JOB
    assert type_of("") == ""


def test_the_docs_list_every_action() -> None:
    documented = " ".join(
        (Path(__file__).parents[3] / "docs" / "azuread-errors.md").read_text(encoding="utf-8").split()
    )
    assert [action for _, action in ACTIONS if action.partition(" {")[0] not in documented] == []
