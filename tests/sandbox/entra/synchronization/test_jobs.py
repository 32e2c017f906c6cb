"""Jobs, secrets, test of the connection and logs."""

from typing import Any

import httpx
import pytest

from tests.sandbox.driver import World

_SECRETS = [
    {"key": "BaseAddress", "value": "https://127.0.0.1:1/scim?aadOptscim062020"},
    {"key": "SecretToken", "value": "canary-token"},
    {"key": "SyncAll", "value": "false"},
    {"key": "SyncNotificationSettings", "value": '{"Enabled":false}'},
]


def _state(graph: httpx.Client, job: str) -> tuple[str, str]:
    found = graph.get(job).json()
    return found["schedule"]["state"], found["status"]["code"]


def test_a_new_job_is_named_after_template_tenant_and_application(world: World, graph: httpx.Client, job: str) -> None:
    principal = job.split("/")[1]
    app_id = graph.get(f"servicePrincipals/{principal}").json()["appId"]
    assert job.rsplit("/", 1)[1] == f"scim.{world.about['tenant_id'].replace('-', '')}.{app_id}"


def test_a_new_job_is_disabled_and_shows_nothing_of_the_sandboxs_own(graph: httpx.Client, job: str) -> None:
    shown = graph.get(job).json()
    assert shown.keys() == {
        "@odata.context",
        "id",
        "templateId",
        "schedule",
        "status",
        "synchronizationJobSettings",
    }
    assert _state(graph, job) == ("Disabled", "Paused")
    assert shown["status"]["quarantine"] is None


def test_the_interval_that_graph_shows_is_the_setting(world: World, graph: httpx.Client, job: str) -> None:
    world.set(cycle_interval_s=2400)
    for seconds, written in ((2400, "PT40M"), (5400, "PT1H30M"), (3601, "PT1H1S"), (59, "PT59S"), (0, "PT0S")):
        world.set(cycle_interval_s=seconds)
        assert graph.get(job).json()["schedule"]["interval"] == written


def test_a_second_job_of_one_template_has_another_id(graph: httpx.Client, synchronization: str, job: str) -> None:
    second = graph.post(f"{synchronization}/jobs", json={"templateId": "scim"}).json()["id"]
    listed = [one["id"] for one in graph.get(f"{synchronization}/jobs").json()["value"]]
    assert listed == [job.rsplit("/", 1)[1], second]
    assert graph.get(f"{synchronization}/jobs/$count").text == "2"


def test_a_job_is_started_and_paused(graph: httpx.Client, job: str) -> None:
    assert graph.post(f"{job}/start").status_code == 204
    assert _state(graph, job)[0] == "Active"
    assert graph.post(f"{job}/pause").status_code == 204
    assert _state(graph, job) == ("Disabled", "Paused")


def test_a_deleted_job_is_gone_and_the_secrets_stay(graph: httpx.Client, synchronization: str, job: str) -> None:
    graph.put(f"{synchronization}/secrets", json={"value": _SECRETS})
    assert graph.delete(job).status_code == 204
    assert graph.get(job).status_code == 404
    assert len(graph.get(f"{synchronization}/secrets").json()["value"]) == 4


def test_a_job_is_found_under_its_own_application_only(graph: httpx.Client, job: str) -> None:
    other = graph.get("servicePrincipals", params={"$filter": "displayName eq 'SSO-Integration'"}).json()["value"][0]
    path = f"servicePrincipals/{other['id']}/synchronization/jobs/{job.rsplit('/', 1)[1]}"
    assert graph.get(path).status_code == 404


def test_an_unknown_template_makes_no_job(graph: httpx.Client, synchronization: str) -> None:
    assert graph.post(f"{synchronization}/jobs", json={"templateId": "other"}).status_code == 400
    assert graph.get(f"{synchronization}/jobs").json()["value"] == []


def test_an_application_without_the_template_cannot_be_provisioned(graph: httpx.Client) -> None:
    app_id = graph.post("applications", json={"displayName": "Plain"}).json()["appId"]
    principal = graph.post("servicePrincipals", json={"appId": app_id}).json()["id"]
    path = f"servicePrincipals/{principal}/synchronization"
    assert graph.get(f"{path}/templates").json()["value"] == []
    assert graph.post(f"{path}/jobs", json={"templateId": "scim"}).status_code == 400


def test_the_templates_of_a_provisionable_application_begin_with_scim(
    graph: httpx.Client, synchronization: str
) -> None:
    listed = graph.get(f"{synchronization}/templates").json()["value"]
    assert [template["id"] for template in listed] == ["scim", "customappsso"]
    assert graph.get(f"{synchronization}/templates/scim").json()["default"] is True
    assert graph.get(f"{synchronization}/templates/other").status_code == 404


def test_a_restart_takes_only_scopes_that_exist(graph: httpx.Client, job: str) -> None:
    for body in ({}, {"criteria": {"resetScope": "Watermark, Escrows"}}, {"criteria": {"resetScope": "Full"}}):
        assert graph.post(f"{job}/restart", json=body).status_code == 204
    refused = graph.post(f"{job}/restart", json={"criteria": {"resetScope": "Everything"}})
    assert refused.status_code == 400
    assert "Everything" in refused.json()["error"]["message"]


def test_secrets_are_shown_in_order_and_masked(graph: httpx.Client, synchronization: str) -> None:
    assert graph.put(f"{synchronization}/secrets", json={"value": _SECRETS}).status_code == 204
    masked: list[dict[str, Any]] = [_SECRETS[0], {"key": "SecretToken", "value": "*"}, *_SECRETS[2:]]
    assert graph.get(f"{synchronization}/secrets").json()["value"] == masked
    assert graph.get(f"{synchronization}/secrets/$count").text == "4"


def test_a_put_of_secrets_replaces_all_of_them_and_an_empty_value_removes(
    graph: httpx.Client, synchronization: str
) -> None:
    graph.put(f"{synchronization}/secrets", json={"value": _SECRETS})
    graph.put(f"{synchronization}/secrets", json={"value": [_SECRETS[2], {"key": "SecretToken", "value": ""}]})
    assert graph.get(f"{synchronization}/secrets").json()["value"] == [_SECRETS[2]]


def test_a_secret_key_of_the_wrong_case_is_the_500_that_graph_gives(graph: httpx.Client, synchronization: str) -> None:
    answer = graph.put(f"{synchronization}/secrets", json={"value": [{"key": "baseAddress", "value": "x"}]})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "InternalError")
    assert error["message"] == "Requested value 'baseAddress' was not found."


@pytest.mark.parametrize("value", [None, "x", ["x"], [{"key": "SyncAll"}], [{"key": "SyncAll", "value": False}]])
def test_secrets_of_another_shape_are_refused(graph: httpx.Client, synchronization: str, value: object) -> None:
    assert graph.put(f"{synchronization}/secrets", json={"value": value}).status_code == 400


def test_credentials_for_an_address_without_a_listener_do_not_validate(
    graph: httpx.Client, synchronization: str, job: str
) -> None:
    graph.put(f"{synchronization}/secrets", json={"value": _SECRETS})
    body = {"useSavedCredentials": True}
    for path in (f"{job}/validateCredentials", f"{synchronization}/jobs/validateCredentials"):
        answer = graph.post(path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "CredentialValidationUnavailable")
        assert "canary-token" not in answer.text


def test_provisioning_on_demand_without_saved_credentials_reports_that_they_are_missing(
    graph: httpx.Client, job: str
) -> None:
    parameters = [{"ruleId": "any", "subjects": [{"objectId": "any", "objectTypeName": "User"}]}]
    answer = graph.post(f"{job}/provisionOnDemand", json={"parameters": parameters})
    assert answer.json()["error"]["code"] == "CredentialsMissing"


def test_the_logs_are_filtered_by_job_and_time_and_come_newest_first(
    world: World, graph: httpx.Client, connected_job: str
) -> None:
    job_id = connected_job.rsplit("/", 1)[1]
    assert graph.post(f"{connected_job}/validateCredentials", json={"useSavedCredentials": True}).status_code == 204
    assert world.control("POST", f"/jobs/{job_id}/cycle")["execution"]["state"] == "Succeeded"
    logs = _logs(graph, f"jobId eq '{job_id}'")
    assert len(logs) >= 9
    times = [entry["activityDateTime"] for entry in logs]
    assert times == sorted(times, reverse=True)
    assert _logs(graph, "jobId eq 'other'") == []
    assert _logs(graph, f"activityDateTime gt {times[0]}") == []
    assert world.control("GET")["provisioned"] == {"users": 8, "groups": 1}


def test_the_logs_come_in_pages(world: World, graph: httpx.Client, connected_job: str) -> None:
    world.control("POST", f"/jobs/{connected_job.rsplit('/', 1)[1]}/cycle")
    page = graph.get("auditLogs/provisioning", params={"$top": "4"}).json()
    rest = graph.get(page["@odata.nextLink"]).json()["value"]
    assert len(page["value"]) == len(rest) == 4
    assert {entry["id"] for entry in rest}.isdisjoint(entry["id"] for entry in page["value"])


def _logs(graph: httpx.Client, where: str) -> list[dict[str, Any]]:
    return graph.get("auditLogs/provisioning", params={"$filter": where, "$top": "999"}).json()["value"]
