"""How the engine treats its credentials: tests, quarantine, and what a rotation means to it, over real HTTP."""

from typing import Any

import pytest

from tests.sandbox.provisioning.application import Application, wait_until

REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"


def test_a_connection_test_presents_the_saved_token(application: Application) -> None:
    assert application.test().status_code == 204
    application.save("wrong")
    answer = application.test()
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, REFUSED)
    assert "wrong" not in answer.text


def test_a_connection_test_is_a_use_of_the_token_and_ends_the_old_one(application: Application) -> None:
    application.workspace.accepts(application.token)
    application.save(application.workspace.rotate())
    assert application.workspace.accepts(application.token)
    assert application.test().status_code == 204
    assert not application.workspace.accepts(application.token)


@pytest.mark.parametrize("address", ["https://127.0.0.1:1/scim", "http://127.0.0.1/scim", "https://example.com/scim"])
def test_a_target_that_cannot_be_reached_is_distinguished_from_a_refusal(
    application: Application, address: str
) -> None:
    application.save(BaseAddress=address)
    answer = application.test()
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "CredentialValidationUnavailable")


def test_credentials_that_are_sent_along_are_tested_instead_of_the_saved_ones(application: Application) -> None:
    sent = [
        {"key": "BaseAddress", "value": f"{application.world.sandbox.greenlake}/v1alpha1/scimproxy"},
        {"key": "SecretToken", "value": "wrong"},
    ]
    answer = application.graph.post(f"{application.path}/validateCredentials", json={"credentials": sent})
    assert answer.status_code == 400
    sent[1]["value"] = application.token
    answer = application.graph.post(f"{application.path}/validateCredentials", json={"credentials": sent})
    assert answer.status_code == 204


def started(application: Application) -> dict[str, Any]:
    application.graph.post(f"{application.path}/start").raise_for_status()
    return application.cycle()


def test_refused_credentials_put_the_job_into_quarantine_at_once(application: Application) -> None:
    application.save("wrong")
    execution = started(application)
    status = application.status()
    assert (execution["state"], execution["error"]["code"]) == ("Failed", REFUSED)
    assert (status["code"], status["quarantine"]["reason"]) == ("Quarantine", "EncounteredQuarantineException")
    assert application.graph.get(application.path).json()["schedule"]["state"] == "Active"


def test_a_series_of_quarantine_counts_on_and_ends_with_a_cycle_that_works(application: Application) -> None:
    application.save("wrong")
    began = started(application) and application.status()["quarantine"]["seriesBegan"]
    application.cycle()
    quarantine = application.status()["quarantine"]
    assert quarantine["seriesCount"] >= 2
    assert quarantine["seriesBegan"] == began
    application.save()
    application.cycle()
    status = application.status()
    assert (status["code"], status["quarantine"], status["countSuccessiveCompleteFailures"]) == ("Active", None, 0)


def test_an_unreachable_target_fails_the_cycle_without_a_quarantine(application: Application) -> None:
    application.save(BaseAddress="https://127.0.0.1:1/scim")
    execution = started(application)
    assert (execution["state"], application.status()["quarantine"]) == ("Failed", None)


def test_in_quarantine_an_unreachable_target_is_the_next_step_of_the_series(application: Application) -> None:
    application.world.set(quarantine_ladder_s=[3600], cycle_interval_s=3600)  # no attempt but our own
    application.save("wrong")
    started(application)
    application.world.control("POST", "/save")
    application.world.control("POST", "/restore")  # no cycle that the start set off by itself is left then
    application.save(BaseAddress="https://127.0.0.1:1/scim")
    count = application.status()["quarantine"]["seriesCount"]
    application.cycle()
    assert application.status()["quarantine"]["seriesCount"] == count + 1


def rotated_within_a_cycle(application: Application) -> dict[str, Any]:
    """Run a cycle, in the middle of which the token is replaced at GreenLake and in Entra."""
    for _ in range(3):
        application.assign(application.new_user())
    slow = {"service": "scim", "method": "POST", "times": 1, "when": "after", "action": "delay", "delay_s": 1}
    application.world.control("PUT", "/faults", [slow])
    application.graph.post(f"{application.path}/start").raise_for_status()
    wait_until(lambda: application.world.control("GET")["provisioned"]["users"] == 1)
    application.save(application.workspace.rotate("true"))
    return application.cycle()


@pytest.mark.parametrize("reads", ["cycle", "request"])
def test_credentials_are_read_once_a_cycle_or_once_a_request(application: Application, reads: str) -> None:
    application.world.set(entra_reads=reads)
    rotated_within_a_cycle(application)
    refused = [one for one in application.world.pushes() if one["status"] == 401]
    assert len(refused) == (1 if reads == "cycle" else 0)


def test_a_push_that_is_refused_is_logged_and_ends_the_cycle(application: Application) -> None:
    rotated_within_a_cycle(application)
    assert application.error_codes().count("Unauthorized") == 1
