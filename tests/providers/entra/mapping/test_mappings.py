import copy

import pytest
from hypothesis import given

from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import (
    ObjectMapping,
    edited,
    object_mapping,
    read_wanted,
)
from tests.providers.entra.default_schema import (
    BLOG,
    Json,
    attribute,
    attribute_mapping,
    attribute_of,
    constant,
    default_schema,
    function,
    mapping_of,
)
from tests.providers.entra.mapping.schema_strategies import PARSED, live_schemas, wanted_mappings

MANAGED = {"enabled", "flowTypes", "scope", "attributeMappings"}
JOIN = 'Join(" ", [givenName], [surname])'


def wanted_user(**attributes: Json) -> dict[str, ObjectMapping]:
    return read_wanted({"User": {"flowTypes": ["Add"], "attributeMappings": attributes}})


def unmanaged(schema: Json, wanted: Json) -> Json:
    """Leave out what the wanted mappings are about, and the annotations that are never sent."""
    rest = {key: value for key, value in copy.deepcopy(schema).items() if "@odata." not in key}
    for name in wanted:
        mapping = object_mapping(rest, name)
        for key in MANAGED:
            mapping.pop(key, None)
    return rest


def test_the_defaults_become_the_blog_posts_mappings() -> None:
    body = edited(default_schema(), read_wanted(BLOG), {})

    users, groups = mapping_of(body, "User"), mapping_of(body, "Group")
    assert (users["enabled"], users["flowTypes"], users["scope"]) == (True, "Add,Delete", None)
    assert users["attributeMappings"] == [
        attribute_mapping("userName", "userPrincipalName", 1),
        attribute_mapping("displayName", "displayName"),
        attribute_mapping("name.givenName", "givenName"),
        attribute_mapping("name.familyName", "surname"),
    ]
    assert groups == mapping_of(default_schema(), "Group")


@given(live=live_schemas(), wanted=wanted_mappings)
def test_an_edited_schema_has_no_drift_whatever_was_done_to_it(live: Json, wanted: Json) -> None:
    body = edited(live, read_wanted(wanted), PARSED)

    assert mapping_drift(body, read_wanted(wanted)) == []


@given(live=live_schemas(), wanted=wanted_mappings)
def test_editing_twice_changes_nothing(live: Json, wanted: Json) -> None:
    once = edited(live, read_wanted(wanted), PARSED)

    assert edited(once, read_wanted(wanted), PARSED) == once


@given(live=live_schemas(), wanted=wanted_mappings)
def test_everything_unmanaged_passes_through_untouched(live: Json, wanted: Json) -> None:
    body = edited(live, read_wanted(wanted), PARSED)

    assert unmanaged(body, wanted) == unmanaged(live, wanted)


@given(live=live_schemas(), wanted=wanted_mappings)
def test_what_was_read_is_never_changed(live: Json, wanted: Json) -> None:
    before = copy.deepcopy(live)

    body = edited(live, read_wanted(wanted), PARSED)
    for name in wanted:
        object_mapping(body, name)["attributeMappings"].append("changed")

    assert live == before


@given(live=live_schemas(), wanted=wanted_mappings)
def test_no_annotation_is_sent(live: Json, wanted: Json) -> None:
    assert [key for key in edited(live, read_wanted(wanted), PARSED) if "@odata" in key] == []


@pytest.mark.parametrize("damage", [{}, {"targetAttributeName": None}])
def test_a_mapping_without_a_target_is_edited_away(damage: Json) -> None:
    schema = default_schema()
    broken = attribute_mapping("title", "jobTitle")
    del broken["targetAttributeName"]
    mapping_of(schema, "User")["attributeMappings"].append({**broken, **damage})

    drift = mapping_drift(schema, read_wanted(BLOG))

    assert not any(line.startswith("User.None") for line in drift)
    assert mapping_drift(edited(schema, read_wanted(BLOG), {}), read_wanted(BLOG)) == []


def test_a_mapping_that_is_right_is_kept_with_everything_that_graph_wrote_in_it() -> None:
    schema = default_schema()
    attribute_of(schema, "User", "displayName").update(flowType=None, matchingPriority=None, note="theirs")

    body = edited(schema, read_wanted(BLOG), {})

    assert attribute_of(body, "User", "displayName") == attribute_of(schema, "User", "displayName")


def test_a_mapping_that_is_wrong_is_written_anew() -> None:
    schema = default_schema()
    attribute_of(schema, "User", "displayName").update(source=attribute("mail"), note="theirs")

    body = edited(schema, read_wanted(BLOG), {})

    assert attribute_of(body, "User", "displayName") == attribute_mapping("displayName", "displayName")


@pytest.mark.parametrize(
    ("wanted", "source", "default"),
    [
        ({"source": "mail"}, attribute("mail"), None),
        ({"constant": "HPE"}, constant("HPE"), None),
        ({"constant": 'a "b"'}, {**constant('a "b"'), "expression": '"a \\"b\\""'}, None),
        ({"expression": JOIN, "defaultValue": "n/a"}, function(JOIN), "n/a"),
    ],
)
def test_a_mapping_is_written_as_graph_writes_it(wanted: Json, source: Json, default: str | None) -> None:
    want = {**wanted, "matchingPriority": 2, "flowType": "ObjectAddOnly", "flowBehavior": "FlowAlways"}

    body = edited(default_schema(), wanted_user(x=want), {JOIN: function(JOIN)})

    assert mapping_of(body, "User")["attributeMappings"] == [
        {
            "targetAttributeName": "x",
            "source": source,
            "matchingPriority": 2,
            "flowType": "ObjectAddOnly",
            "flowBehavior": "FlowAlways",
            "defaultValue": default,
            "exportMissingReferences": False,
        }
    ]


def test_a_constant_keeps_its_letters_whatever_their_alphabet() -> None:
    body = edited(default_schema(), wanted_user(x={"constant": "Z\u00fcrich"}), {})

    assert attribute_of(body, "User", "x")["source"] == constant("Z\u00fcrich")


@pytest.mark.parametrize(
    ("flow_types", "text"),
    [(["Add", "Delete"], "Add,Delete"), (["Add", "Update", "Delete"], "Add,Update,Delete"), (["Update"], "Update")],
)
@pytest.mark.parametrize("enabled", [True, False])
def test_actions_and_the_switch_are_written_as_graph_writes_them(
    enabled: bool, flow_types: list[str], text: str
) -> None:
    group = {**BLOG["Group"], "flowTypes": flow_types, "enabled": enabled}

    mapping = mapping_of(edited(default_schema(), read_wanted({"Group": group}), {}), "Group")

    assert (mapping["flowTypes"], mapping["enabled"]) == (text, enabled)
