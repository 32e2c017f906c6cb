import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.graph.fields import entries
from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import edited, object_mapping, read_wanted
from providers.errors import StoppedError
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

JOIN = 'Join(" ", [givenName], [surname])'


def right() -> Json:
    return edited(default_schema(), read_wanted(BLOG), {})


def drift(schema: Json, wanted: Json = BLOG) -> list[str]:
    return mapping_drift(schema, read_wanted(wanted))


def test_a_schema_that_means_what_is_wanted_has_no_drift() -> None:
    assert drift(right()) == []


def test_a_new_job_differs_by_its_update_tick_and_by_what_nobody_declared() -> None:
    lines = drift(default_schema())

    assert lines[0] == "User Update is ticked"
    assert (
        lines[1]
        == 'User.active is mapped, from Switch([IsSoftDeleted],,"False","True","True","False"), and nobody declared it'
    )
    assert all(line.endswith("and nobody declared it") for line in lines[1:])
    assert len(lines) == 1 + 11


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"source": attribute("mail")}, "User.displayName comes from [mail] instead of [displayName]"),
        ({"source": constant("x")}, 'User.displayName comes from "x" instead of [displayName]'),
        (
            {"source": function(JOIN)},
            'User.displayName comes from Join(" ",[givenName],[surname]) instead of [displayName]',
        ),
        ({"matchingPriority": 2}, "User.displayName has matching precedence 2 instead of 0"),
        ({"flowType": "ObjectAddOnly"}, "User.displayName is applied ObjectAddOnly instead of Always"),
        ({"flowBehavior": "FlowAlways"}, "User.displayName flows FlowAlways instead of FlowWhenChanged"),
        ({"defaultValue": "n/a"}, "User.displayName has another default value"),
    ],
)
def test_one_changed_thing_is_one_line_in_the_portals_words(change: Json, line: str) -> None:
    schema = right()
    attribute_of(schema, "User", "displayName").update(change)

    assert drift(schema) == [line]


def test_several_changed_things_are_several_lines() -> None:
    schema = right()
    attribute_of(schema, "User", "displayName").update(matchingPriority=3, flowType="ObjectAddOnly")
    mapping_of(schema, "Group")["enabled"] = False

    assert drift(schema) == [
        "User.displayName has matching precedence 3 instead of 0",
        "User.displayName is applied ObjectAddOnly instead of Always",
        "Group mapping is disabled",
    ]


def test_a_mapping_that_was_removed_is_named() -> None:
    schema = right()
    mapping_of(schema, "User")["attributeMappings"].pop(2)

    assert drift(schema) == ["User.name.givenName is not mapped"]


def test_a_mapping_that_was_added_is_named_with_its_source() -> None:
    schema = right()
    mapping_of(schema, "User")["attributeMappings"].insert(0, attribute_mapping("title", "jobTitle"))

    assert drift(schema) == ["User.title is mapped, from [jobTitle], and nobody declared it"]


def test_a_target_that_is_mapped_twice_is_drift() -> None:
    schema = right()
    mapping_of(schema, "User")["attributeMappings"].insert(0, attribute_mapping("displayName", "mail"))

    assert drift(schema) != []


@pytest.mark.parametrize(
    ("live", "wanted", "line"),
    [
        (False, True, ["Group mapping is disabled"]),
        (None, True, ["Group mapping is disabled"]),
        (True, False, ["Group mapping is enabled"]),
        (False, False, []),
    ],
)
def test_a_mapping_that_is_switched_the_other_way_is_named(live: bool | None, wanted: bool, line: list[str]) -> None:
    schema = right()
    mapping_of(schema, "Group")["enabled"] = live

    assert drift(schema, {"Group": {**BLOG["Group"], "enabled": wanted}}) == line


@pytest.mark.parametrize(
    ("live", "lines"),
    [
        ("Add,Delete", []),
        (" Delete , Add ", []),
        ("Add,Update,Delete", ["User Update is ticked"]),
        ("Add", ["User Delete is not ticked"]),
        ("Update", ["User Create is not ticked", "User Update is ticked", "User Delete is not ticked"]),
        ("None", ["User Create is not ticked", "User Delete is not ticked"]),
        ("", ["User Create is not ticked", "User Delete is not ticked"]),
        (None, ["User Create is not ticked", "User Delete is not ticked"]),
    ],
)
def test_actions_are_compared_as_sets_and_named_by_their_tick_boxes(live: str | None, lines: list[str]) -> None:
    schema = right()
    mapping_of(schema, "User")["flowTypes"] = live

    assert drift(schema) == lines


@given(live=live_schemas(), wanted=wanted_mappings, seed=st.randoms(use_true_random=False))
def test_order_ids_and_versions_do_not_count(live: Json, wanted: Json, seed: random.Random) -> None:
    held = [object_mapping(live, source_object) for source_object in ("User", "Group")]
    for mapping in held:
        mapping["attributeMappings"] = list(
            {each["targetAttributeName"]: each for each in entries(mapping, "attributeMappings")}.values()
        )
    before = mapping_drift(live, read_wanted(wanted))

    live |= {"id": "another", "version": "9.9"}
    for mapping in held:
        seed.shuffle(mapping["attributeMappings"])

    assert mapping_drift(live, read_wanted(wanted)) == before


@given(live=live_schemas(), wanted=wanted_mappings)
def test_without_drift_an_edit_keeps_every_mapping_and_filter_as_it_is(live: Json, wanted: Json) -> None:
    once = edited(live, read_wanted(wanted), PARSED)
    for name in wanted:
        for each in object_mapping(once, name)["attributeMappings"]:
            each["note"] = "theirs"

    assert edited(once, read_wanted(wanted), PARSED) == once


def test_an_object_that_nobody_manages_is_not_looked_at() -> None:
    schema = right()
    mapping_of(schema, "Group").update(enabled=False, attributeMappings=[])

    assert drift(schema, {"User": BLOG["User"]}) == []


def test_a_schema_of_another_template_is_a_stop_and_no_drift() -> None:
    with pytest.raises(StoppedError, match="has 0 mappings for User, not one"):
        drift({"synchronizationRules": []})


@pytest.mark.parametrize("empty", [None, "absent"])
def test_a_schema_without_any_mapping_lacks_each_of_them(empty: str | None) -> None:
    schema = right()
    mapping_of(schema, "Group")["attributeMappings"] = None
    if empty:
        del mapping_of(schema, "Group")["attributeMappings"]

    assert drift(schema, {"Group": BLOG["Group"]}) == [
        "Group.displayName is not mapped",
        "Group.externalId is not mapped",
        "Group.members is not mapped",
    ]
