"""The schema of a job: what a PUT keeps, and what it refuses."""

import copy
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.driver import World

Schema = dict[str, Any]


def _read(graph: httpx.Client, job: str) -> Schema:
    return graph.get(f"{job}/schema").raise_for_status().json()


def _mapping(schema: Schema, source: str) -> dict[str, Any]:
    (rule,) = schema["synchronizationRules"]
    return next(one for one in rule["objectMappings"] if one["sourceObjectName"] == source)


def _attributes(schema: Schema, source: str) -> dict[str, dict[str, Any]]:
    return {one["targetAttributeName"]: one for one in _mapping(schema, source)["attributeMappings"]}


def test_the_default_schema_maps_22_user_and_3_group_attributes(graph: httpx.Client, job: str) -> None:
    schema = _read(graph, job)
    assert schema["id"] == job.rsplit("/", 1)[1]
    assert len(_attributes(schema, "User")) == 22
    assert _attributes(schema, "Group").keys() == {"displayName", "externalId", "members"}
    assert {entry["name"] for entry in schema["directories"]} == {"Azure Active Directory", "customappsso"}


def test_a_schema_that_was_read_can_be_put_back_and_only_its_version_changes(graph: httpx.Client, job: str) -> None:
    before = _read(graph, job)
    answer = graph.put(f"{job}/schema", json=before)
    assert (answer.status_code, answer.content) == (204, b"")
    after = _read(graph, job)
    assert {name for name in before if before[name] != after[name]} == {"version"}


def test_a_put_fills_in_what_the_service_fills_in(graph: httpx.Client, job: str) -> None:
    schema = _read(graph, job)
    user = _mapping(schema, "User")
    user["flowTypes"] = "Delete, Add"
    terse = {"targetAttributeName": "nickName", "source": {"name": "mailNickname", "type": "Attribute"}}
    user["attributeMappings"].append(terse)
    assert graph.put(f"{job}/schema", json=schema).status_code == 204
    after = _read(graph, job)
    assert _mapping(after, "User")["flowTypes"] == "Add,Delete"
    assert _attributes(after, "User")["nickName"] == {
        "defaultValue": None,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "Always",
        "matchingPriority": 0,
        "source": {"expression": "[mailNickname]", "name": "mailNickname", "type": "Attribute", "parameters": []},
        "targetAttributeName": "nickName",
    }


def test_no_flow_at_all_is_spelled_none(graph: httpx.Client, job: str) -> None:
    schema = _read(graph, job)
    _mapping(schema, "User")["flowTypes"] = ""
    graph.put(f"{job}/schema", json=schema)
    assert _mapping(_read(graph, job), "User")["flowTypes"] == "None"


def test_a_put_without_directories_leaves_them(graph: httpx.Client, job: str) -> None:
    schema = _read(graph, job)
    directories = schema.pop("directories")
    assert graph.put(f"{job}/schema", json=schema).status_code == 204
    assert _read(graph, job)["directories"] == directories


def test_a_put_drops_annotations(graph: httpx.Client, job: str) -> None:
    schema = _read(graph, job)
    schema["synchronizationRules"][0]["objectMappings@odata.context"] = "any"
    graph.put(f"{job}/schema", json=schema)
    assert "@odata.context" not in json.dumps(_read(graph, job)["synchronizationRules"])


def _titles_source(schema: Schema) -> Any:
    return _attributes(schema, "User")["title"]["source"]


SPOILT: list[tuple[Callable[[Schema], Any], str, object]] = [
    (lambda schema: schema, "synchronizationRules", []),
    (lambda schema: schema["synchronizationRules"][0], "targetDirectoryName", "nowhere"),
    (lambda schema: _mapping(schema, "User"), "targetObjectName", "nowhere"),
    (lambda schema: _mapping(schema, "User"), "flowTypes", "Add,Upsert"),
    (lambda schema: _attributes(schema, "User")["title"], "targetAttributeName", "nowhere"),
    (lambda schema: _attributes(schema, "User")["userName"], "matchingPriority", 0),
    (_titles_source, "name", "nowhere"),
    (_titles_source, "type", None),
    (lambda schema: _attributes(schema, "User")["active"]["source"]["parameters"][0]["value"], "name", "nowhere"),
]


@pytest.mark.parametrize(("place", "name", "value"), SPOILT)
def test_a_schema_that_cannot_work_is_refused_and_the_old_one_stays(
    graph: httpx.Client, job: str, place: Callable[[Schema], Any], name: str, value: object
) -> None:
    before = _read(graph, job)
    spoilt = copy.deepcopy(before)
    place(spoilt)[name] = value
    answer = graph.put(f"{job}/schema", json=spoilt)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidSchema")
    assert _read(graph, job) == before


def test_object_mappings_of_the_service_itself_pass_through(graph: httpx.Client, job: str) -> None:
    schema = _read(graph, job)
    own: Schema = {
        "name": None,
        "sourceObjectName": "",
        "targetObjectName": "",
        "enabled": False,
        "attributeMappings": [],
    }
    schema["synchronizationRules"][0]["objectMappings"].append(own)
    graph.put(f"{job}/schema", json=schema)
    assert _read(graph, job)["synchronizationRules"][0]["objectMappings"][-1] == own


def test_a_patch_is_the_404_of_the_backend(graph: httpx.Client, job: str) -> None:
    answer = graph.patch(f"{job}/schema", json={})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (404, "UnknownError")
    assert json.loads(error["message"])["Message"].startswith("No HTTP resource was found that matches the request URI")
    assert job.rsplit("/", 1)[1] in error["message"]


def test_a_delete_restores_the_default_mappings(graph: httpx.Client, job: str) -> None:
    before = _read(graph, job)
    schema = copy.deepcopy(before)
    _mapping(schema, "User")["enabled"] = False
    graph.put(f"{job}/schema", json=schema)
    assert graph.delete(f"{job}/schema").status_code == 204
    after = _read(graph, job)
    assert after["synchronizationRules"] == before["synchronizationRules"]
    assert after["version"] != before["version"]


def test_a_new_schema_makes_the_next_cycle_an_initial_one(
    world: World, graph: httpx.Client, connected_job: str
) -> None:
    world.control("POST", f"/jobs/{connected_job.rsplit('/', 1)[1]}/cycle")
    assert [one["initialCycle"] for one in world.control("GET")["jobs"]] == [False]
    graph.put(f"{connected_job}/schema", json=_read(graph, connected_job))
    assert [one["initialCycle"] for one in world.control("GET")["jobs"]] == [True]


def test_an_expression_is_parsed_and_tried(graph: httpx.Client, job: str) -> None:
    body = {
        "expression": 'Join(" ", [givenName], [surname])',
        "targetAttributeDefinition": None,
        "testInputObject": {
            "definition": None,
            "properties": [{"key": "givenName", "value": "Zoë"}, {"key": "surname", "value": "Lake"}],
        },
    }
    answer = graph.post(f"{job}/schema/parseExpression", json=body).json()
    assert (answer["parsingSucceeded"], answer["evaluationSucceeded"], answer["error"]) == (True, True, None)
    assert answer["evaluationResult"] == ["Zoë Lake"]
    default = _attributes(_read(graph, job), "User")["name.formatted"]["source"]
    assert answer["parsedExpression"] == default


def test_an_expression_that_cannot_be_parsed_is_reported_in_a_successful_answer(graph: httpx.Client, job: str) -> None:
    answer = graph.post(f"{job}/schema/parseExpression", json={"expression": "Join("})
    assert answer.status_code == 200
    assert answer.json()["parsingSucceeded"] is False
    assert answer.json()["error"]["message"]


def test_functions_and_scope_operators_are_listed(graph: httpx.Client, job: str) -> None:
    functions = [one["name"] for one in graph.get(f"{job}/schema/functions").json()["value"]]
    operators = {one["name"]: one["arity"] for one in graph.get(f"{job}/schema/filterOperators").json()["value"]}
    assert {"Join", "Switch"} <= set(functions)
    assert (operators["EQUALS"], operators["IS NULL"]) == ("Binary", "Unary")


@pytest.mark.parametrize("owner", ["job", "template"])
def test_functions_and_operators_are_functions_with_brackets_too(
    graph: httpx.Client, synchronization: str, job: str, owner: str
) -> None:
    schema = f"{job}/schema" if owner == "job" else f"{synchronization}/templates/scim/schema"
    for name in ("functions", "filterOperators"):
        assert graph.get(f"{schema}/{name}()").json()["value"] == graph.get(f"{schema}/{name}").json()["value"] != []
    parsed = graph.post(f"{schema}/parseExpression", json={"expression": "[givenName]"}).json()
    assert parsed["parsedExpression"]["name"] == "givenName"


def test_the_directories_of_a_schema_are_listed_and_discovery_finds_nothing_new(
    graph: httpx.Client, admin: httpx.Client, job: str
) -> None:
    directories = graph.get(f"{job}/schema").json()["directories"]
    assert graph.get(f"{job}/schema/directories").json()["value"] == directories
    assert graph.get(f"{job}/schema/directories/$count").text == str(len(directories))
    one = f"{job}/schema/directories/{directories[1]['id']}"
    assert graph.get(one).json()["name"] == "customappsso"
    found = admin.post(f"{one}/discover")
    assert (found.status_code, found.json()["objects"]) == (200, directories[1]["objects"])
    assert graph.get(f"{job}/schema/directories/nothing").status_code == 404


def test_a_templates_schema_is_the_default_one(graph: httpx.Client, synchronization: str, job: str) -> None:
    template = graph.get(f"{synchronization}/templates/scim/schema").json()
    assert template["id"].startswith("scim.0000")
    assert template["synchronizationRules"] == _read(graph, job)["synchronizationRules"]
