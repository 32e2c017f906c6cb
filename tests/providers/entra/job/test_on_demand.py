import json
from typing import Any

import pytest

from providers.entra.graph.provisioning import Graph
from providers.entra.job.on_demand import Change, Outcome, Verdict, read_outcome, rule_id, subject
from providers.errors import ApiError, StoppedError, UnexpectedAnswerError
from tests.providers.calling import soon
from tests.providers.tls_service import Service, answer, late
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application


def demanded(application: Application, kind: str, object_id: str, *members: str) -> Outcome:
    graph = Graph(application.world.tenant_id, application.service_principal, soon(60))
    rule = rule_id(graph.schema(application.job), kind)
    return read_outcome(graph.provision_on_demand(application.job, rule, subject(kind, object_id, members)))


def said(key: Any, value: Any = None) -> dict[str, Any]:
    return {"key": json.dumps(key), "value": json.dumps(value or {})}


def test_a_user_is_provisioned_and_the_second_time_is_in_sync(application: Application) -> None:
    user = application.new_user("ada@a.example")
    application.assign(user)

    done = demanded(application, "User", user)
    assert (done.verdict, done.action, done.code) == (Verdict.DONE, "Create", "")
    assert done.target_id == application.scim("Users")["ada@a.example"]["id"]
    assert [each.kind for each in done.steps] == ["import", "scoping", "matching", "export"]
    assert Change("userName", "", "ada@a.example") in done.changes

    assert demanded(application, "User", user).verdict is Verdict.IN_SYNC


def test_a_group_takes_the_members_that_are_named_along(application: Application) -> None:
    user = application.new_user()
    group = application.new_group(user, displayName="Team")
    application.assign(group)
    demanded(application, "User", user)

    assert demanded(application, "Group", group, user).verdict is Verdict.DONE
    assert len(application.scim("Groups")["Team"]["members"]) == 1


def test_a_200_may_be_a_failure(here: World, application: Application) -> None:
    user, stranger = application.new_user(), application.new_user()
    application.assign(user)
    here.fail({"service": "scim", "method": "POST", "status": 409})

    failed = demanded(application, "User", user)
    assert (failed.verdict, failed.code) == (Verdict.FAILED, "EntryConflict")
    assert failed.steps[-1].status == "Failure"

    skipped = demanded(application, "User", stranger)
    assert (skipped.verdict, skipped.code) == (Verdict.SKIPPED, "NotEffectivelyEntitled")
    assert skipped.message == "It is not assigned to the application."


def test_refused_credentials_are_no_200(application: Application) -> None:
    user = application.new_user()
    application.assign(user)
    application.save("another-token")

    with pytest.raises(ApiError, match="provision on demand was answered 400 SystemForCrossDomain"):
        demanded(application, "User", user)


def test_an_object_type_whose_mapping_is_off_has_no_rule(application: Application) -> None:
    schema = Graph(application.world.tenant_id, application.service_principal, soon(60)).schema(application.job)
    for mapping in schema["synchronizationRules"][0]["objectMappings"]:
        mapping["enabled"] = mapping["sourceObjectName"] != "Group"

    assert rule_id(schema, "User")
    with pytest.raises(
        StoppedError, match=r"nothing provisions a group: .* set mappings\.groups\.enabled, then run `up`"
    ):
        rule_id(schema, "Group")


@pytest.mark.parametrize(
    ("result", "code", "verdict"),
    [
        ("Success", "", Verdict.DONE),
        ("Skipped", "RedundantExport", Verdict.IN_SYNC),
        ("Skipped", "EntrySynchronizationSkipped", Verdict.SKIPPED),
        ("Failure", "RedundantExport", Verdict.FAILED),
        ("Something", "", Verdict.FAILED),
    ],
)
def test_only_a_success_and_a_redundant_export_are_well(result: str, code: str, verdict: Verdict) -> None:
    assert read_outcome(said({"result": result, "details": {"errorCode": code}})).verdict is verdict


def test_why_is_taken_from_wherever_it_is_reported() -> None:
    told = read_outcome(said({"result": "Failure"}, {"statusInfo": {"errorCode": "A", "reason": "because"}}))

    assert (told.code, told.message) == ("A", "because")


@pytest.mark.parametrize("broken", ["no JSON", "[]", "null", None, "[" * 100_000])
def test_texts_that_are_not_objects_are_not_understood(broken: str | None) -> None:
    with pytest.raises(UnexpectedAnswerError, match="the answer's value cannot be read: look into `scimctl logs`"):
        read_outcome({"key": "{}", "value": broken})


@pytest.mark.usefixtures("no_backoff")
def test_it_may_take_longer_than_other_calls(
    service: Service, scripted: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.http.transport.ATTEMPT_SECONDS", 0.5)
    service.answers(late(1, answer(200, said({"result": "Success"}))))

    assert read_outcome(scripted.provision_on_demand("job", "rule", {})).verdict is Verdict.DONE
    assert len(service.seen) == 1
