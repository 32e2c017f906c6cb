import copy
import json
from typing import Any

import pytest

from providers.entra.synchronization_schema import SynchronizationSchemaProvider
from providers.errors import ApiError, StoppedError
from tests.providers.entra.default_schema import BLOG
from tests.providers.tls_service import Service, answer
from tests.providers.verbs import Properties, Verbs
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

pytestmark = pytest.mark.usefixtures("no_backoff", "settled_soon")

VERBS = Verbs(SynchronizationSchemaProvider())
EXPRESSION = 'Join(" ", [givenName], [surname])'


def inputs(application: Application, **changes: Any) -> Properties:
    return {
        "tenant_id": application.world.tenant_id,
        "service_principal_id": application.service_principal,
        "job_id": application.job,
        "mappings": copy.deepcopy(BLOG),
        **changes,
    }


def mapping_display_name(**source: str) -> Properties:
    """Return the blog post's mappings with another source of the display name."""
    mappings: Properties = copy.deepcopy(BLOG)
    mappings["User"]["attributeMappings"]["displayName"] = source
    return mappings


def live(application: Application, name: str = "User") -> Properties:
    """Return a live object mapping."""
    schema = application.graph.get(f"{application.path}/schema").json()
    found = schema["synchronizationRules"][0]["objectMappings"]
    return next(one for one in found if one["sourceObjectName"] == name)


def targets(application: Application) -> list[str]:
    return [one["targetAttributeName"] for one in live(application)["attributeMappings"]]


def sent(world: World) -> list[str]:
    """List what the program sent about the schema, its reads and writes."""
    return [
        f"{one['method']} {one['path'].rpartition('/')[2]}"
        for one in world.requests()
        if one["service"] == "graph" and "/schema" in one["path"]
    ]


def test_the_mappings_are_saved_whole_and_read_back(here: World, application: Application) -> None:
    made = VERBS.created(inputs(application))

    users = live(application)
    assert users["flowTypes"] == "Add,Delete"
    assert [one["targetAttributeName"] for one in users["attributeMappings"]] == [
        "userName",
        "displayName",
        "name.givenName",
        "name.familyName",
    ]
    assert sent(here)[:3] == ["GET schema", "PUT schema", "GET schema"]
    assert made.id == f"{application.job}/schema"
    assert (made.outs or {})["drift"] == []


def test_mappings_that_are_right_already_are_not_saved_again(here: World, application: Application) -> None:
    outs = VERBS.create(inputs(application))
    before = len(sent(here))

    assert VERBS.update(outs, inputs(application)) == outs
    assert sent(here)[before:] == ["GET schema"]


def test_two_spellings_of_the_same_mappings_have_one_fingerprint(application: Application) -> None:
    turned = {name: dict(reversed(each.items())) for name, each in reversed(BLOG.items())}

    first = VERBS.create(inputs(application))["fingerprint"]
    assert VERBS.create(inputs(application, mappings=turned))["fingerprint"] == first
    other = mapping_display_name(source="mail")
    assert VERBS.create(inputs(application, mappings=other))["fingerprint"] != first


def test_an_expression_is_parsed_by_entra_and_saved_with_its_tree(application: Application) -> None:
    outs = VERBS.create(inputs(application, mappings=mapping_display_name(expression=EXPRESSION)))

    source = next(one for one in live(application)["attributeMappings"] if one["targetAttributeName"] == "displayName")
    assert (source["source"]["type"], source["source"]["name"]) == ("Function", "Join")
    assert VERBS.read(outs)["drift"] == []


def test_an_expression_that_cannot_be_parsed_stops_before_anything_is_saved(
    here: World, application: Application
) -> None:
    mappings = mapping_display_name(expression='Join(" ", [givenName]')

    with pytest.raises(StoppedError) as caught:
        VERBS.create(inputs(application, mappings=mappings))

    assert str(caught.value).startswith("Entra cannot parse the expression 'Join(\" \", [givenName]' (")
    assert str(caught.value).endswith("): correct it in the stack file")
    assert "PUT schema" not in sent(here)


@pytest.mark.parametrize("answered", [{"parsingSucceeded": True}, {"parsingSucceeded": False, "error": None}])
def test_an_expression_that_entra_does_not_judge_is_not_saved(
    here: World, application: Application, answered: Properties
) -> None:
    here.fail({"path": "/parseExpression$", "status": 200, "body": json.dumps(answered)})

    with pytest.raises(StoppedError, match=r"\(no reason given\): correct it in the stack file"):
        VERBS.create(inputs(application, mappings=mapping_display_name(expression=EXPRESSION)))


def test_mappings_that_read_back_otherwise_are_reported_in_words(here: World, application: Application) -> None:
    here.fail({"service": "graph", "method": "PUT", "path": "/schema$", "status": 204})

    with pytest.raises(StoppedError) as caught:
        VERBS.create(inputs(application))

    assert str(caught.value).startswith("Entra took the attribute mappings and reads back others: ")
    assert "User Update is ticked" in str(caught.value)


def test_a_refresh_reports_each_drift_in_words_and_an_update_repairs_it(application: Application) -> None:
    outs = VERBS.create(inputs(application))
    application.edit("User", flowTypes="Add,Update,Delete")
    application.edit("Group", enabled=False)

    fresh = VERBS.read(outs)

    assert fresh == {**outs, "drift": ["User Update is ticked", "Group mapping is disabled"]}
    healed = VERBS.update(fresh, inputs(application))
    assert healed == {**outs, "replaced_version": healed["replaced_version"]}
    assert VERBS.read(healed) == healed


def test_a_refresh_writes_nothing(here: World, application: Application) -> None:
    outs = VERBS.create(inputs(application))
    before = len(sent(here))

    VERBS.read(outs)

    assert sent(here)[before:] == ["GET schema"]


def test_a_job_that_is_gone_takes_its_mappings_with_it(application: Application) -> None:
    outs = VERBS.create(inputs(application))
    application.graph.delete(application.path).raise_for_status()

    looked = VERBS.looked(outs)

    assert (looked.id, looked.outs) == ("", {})
    VERBS.delete(outs)


def test_a_scope_filter_that_would_match_nobody_is_a_stop_before_anything_is_saved(
    here: World, application: Application
) -> None:
    mappings: Properties = copy.deepcopy(BLOG)
    clauses = [{"attribute": "departmant", "operator": "EQUAL", "values": ["Sales"]}]
    mappings["User"]["scope"] = [clauses]

    with pytest.raises(StoppedError, match=r"no operator EQUAL \(there are .*EQUALS.*no source attribute departmant"):
        VERBS.create(inputs(application, mappings=mappings))

    assert not [each for each in sent(here) if each.startswith("PUT")]


def test_a_scope_filter_that_entra_knows_is_saved(application: Application) -> None:
    users = {**BLOG["User"], "scope": [[{"attribute": "department", "operator": "EQUALS", "values": ["Sales"]}]]}

    VERBS.create(inputs(application, mappings={**BLOG, "User": users}))

    (group,) = live(application)["scope"]["groups"]
    assert [one["sourceOperandName"] for one in group["clauses"]] == ["department"]


def test_deleting_leaves_the_mappings_alone_while_provisioning_is_on(
    application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = VERBS.create(inputs(application))
    application.graph.post(f"{application.path}/start").raise_for_status()

    VERBS.delete(outs)

    assert "provisioning is on" in capsys.readouterr().err
    assert set(targets(application)) == set(BLOG["User"]["attributeMappings"])


def test_deleting_restores_the_defaults_of_the_service(application: Application) -> None:
    default = live(application)
    outs = VERBS.create(inputs(application))

    VERBS.delete(outs)

    assert live(application) == default


def test_a_delete_that_fails_is_an_error(here: World, application: Application) -> None:
    here.fail({"method": "DELETE", "path": "/schema$", "status": 403})

    with pytest.raises(ApiError, match="Graph: restore the default mappings was answered 403"):
        VERBS.delete(inputs(application))


def test_equal_inputs_are_not_a_change(application: Application, capsys: pytest.CaptureFixture[str]) -> None:
    found = VERBS.diff(VERBS.create(inputs(application)), inputs(application))

    assert not found.changes
    assert capsys.readouterr().err == ""


def test_other_mappings_are_a_change_that_begins_a_new_cycle(
    application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = VERBS.create(inputs(application))

    found = VERBS.diff(outs, inputs(application, mappings=mapping_display_name(source="mail")))

    assert found.changes
    assert found.replaces == []
    assert "saving them makes Entra start a new initial cycle" in capsys.readouterr().err


def test_drift_is_a_change_and_is_reported_line_by_line(
    application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    drifted = {**VERBS.create(inputs(application)), "drift": ["User Update is ticked", "User.title is mapped"]}

    assert VERBS.diff(drifted, inputs(application)).changes
    told = capsys.readouterr().err
    assert "attribute mappings: User Update is ticked" in told
    assert "attribute mappings: User.title is mapped" in told


@pytest.mark.parametrize("name", ["service_principal_id", "job_id"])
def test_another_job_replaces_the_mappings_and_the_old_ones_go_after_the_old_job_is_stopped(
    application: Application, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = VERBS.diff(VERBS.create(inputs(application)), inputs(application, **{name: "another"}))

    assert found.changes
    assert (found.replaces, found.delete_before_replace) == ([name], None)
    assert "initial cycle" not in capsys.readouterr().err


def test_a_schema_of_another_kind_of_job_is_a_stop(service: Service, scripted: object) -> None:  # noqa: ARG001
    service.answers(answer(200, {"synchronizationRules": [{"objectMappings": []}]}))

    with pytest.raises(StoppedError, match="the synchronization schema has 0 mappings for User, not one"):
        VERBS.create({"tenant_id": "t", "service_principal_id": "sp", "job_id": "a-job", "mappings": BLOG})
