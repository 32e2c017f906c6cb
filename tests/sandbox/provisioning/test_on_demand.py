"""Provision on demand, over real HTTP."""

import json
import ssl
from pathlib import Path
from typing import Any

from sandbox.core.store import Store
from sandbox.core.world import Worlds
from sandbox.provisioning import runner
from sandbox.provisioning.scim.connection import Connection
from tests.sandbox.provisioning.application import Application

RULE = "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8"


def demand(application: Application, kind: str, identity: str, *members: str, rule: str = RULE) -> tuple[Any, Any]:
    subject: dict[str, Any] = {"objectId": identity, "objectTypeName": kind}
    if members:
        subject["links"] = {"members": [{"objectId": one, "objectTypeName": "User"} for one in members]}
    body = {"parameters": [{"ruleId": rule, "subjects": [subject]}]}
    answer = application.graph.post(f"{application.path}/provisionOnDemand", json=body).raise_for_status().json()
    return json.loads(answer["key"]), json.loads(answer["value"])


def test_a_user_is_provisioned_now_and_the_second_time_there_is_nothing_to_do(application: Application) -> None:
    user = application.new_user("ada@example.com")
    application.assign(user)
    key, value = demand(application, "User", user)
    assert (key["result"], value["action"]) == ("Success", "Create")
    assert value["targetIdentity"]["id"] == application.scim("Users")["ada@example.com"]["id"]
    assert [one["type"] for one in value["provisioningSteps"]] == ["import", "scoping", "matching", "export"]
    key, _ = demand(application, "User", user)
    assert (key["result"], key["details"]["errorCode"]) == ("Skipped", "RedundantExport")


def test_a_group_gets_the_members_that_were_named(application: Application) -> None:
    users = [application.new_user() for _ in range(2)]
    group = application.new_group(*users, displayName="Team")
    application.assign(group)
    for user in users:
        demand(application, "User", user)
    demand(application, "Group", group, users[0])
    assert len(application.scim("Groups")["Team"]["members"]) == 1
    application.cycle()
    assert len(application.scim("Groups")["Team"]["members"]) == 2


def test_who_is_not_assigned_or_not_there_is_skipped(application: Application) -> None:
    key, _ = demand(application, "User", application.new_user())
    assert (key["result"], key["details"]["errorCode"]) == ("Skipped", "NotEffectivelyEntitled")
    key, _ = demand(application, "User", "nobody")
    assert key["details"]["errorCode"] == "ObjectNotFound"
    key, _ = demand(application, "User", "nobody", rule="other")
    assert key["details"]["errorCode"] == "RuleNotFound"


def test_refused_credentials_are_the_only_failure_that_is_no_200(application: Application) -> None:
    user = application.new_user()
    application.assign(user)
    application.save("wrong")
    body = {"parameters": [{"ruleId": RULE, "subjects": [{"objectId": user, "objectTypeName": "User"}]}]}
    assert application.graph.post(f"{application.path}/provisionOnDemand", json=body).status_code == 400


def test_the_flag_for_compliant_requests_has_no_effect_on_demand(tmp_path: Path) -> None:
    world = Worlds(Store(tmp_path / "store"), b"key").create("flagged")
    saved = {"BaseAddress": "https://127.0.0.1/scim?aadOptscim062020", "SecretToken": "t"}
    world.put("secrets", "app", {"value": [{"key": key, "value": value} for key, value in saved.items()]})
    for reads in ("cycle", "request"):
        world.change({"entra_reads": reads})
        compliant = [
            runner.client(world, "app", Connection(ssl.create_default_context()), on_demand=one)
            for one in (False, True)
        ]
        assert [one.credentials.compliant for one in compliant] == [True, False]
