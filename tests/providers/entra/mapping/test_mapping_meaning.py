from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.mapping.mappings import (
    ObjectMapping,
    Wanted,
    canonical,
    entries,
    expressions,
    facts,
    object_mapping,
    read_wanted,
)
from providers.errors import StoppedError
from tests.providers.entra.default_schema import (
    Json,
    attribute,
    attribute_mapping,
    constant,
    default_schema,
    mapping_of,
)

JOIN = 'Join(" ", [givenName], [surname])'


@pytest.mark.parametrize(
    ("live", "meaning"),
    [
        (attribute_mapping("x", "mail"), ("[mail]", 0, "Always", "FlowWhenChanged", "")),
        (attribute_mapping("x", JOIN, 1), ('Join(" ",[givenName],[surname])', 1, "Always", "FlowWhenChanged", "")),
        ({"source": {"type": "Attribute", "name": "mail"}}, ("[mail]", 0, "Always", "FlowWhenChanged", "")),
        ({"source": {"type": "Attribute", "name": None}}, ("[]", 0, "Always", "FlowWhenChanged", "")),
        ({"source": {"type": "Constant", "name": "a"}}, ('"a"', 0, "Always", "FlowWhenChanged", "")),
        ({"source": {"type": "Constant", "name": ""}}, ('""', 0, "Always", "FlowWhenChanged", "")),
        ({"source": {"type": "Function", "name": "Join"}}, ("Join", 0, "Always", "FlowWhenChanged", "")),
        ({"source": {"expression": "", "name": "mail"}}, ("mail", 0, "Always", "FlowWhenChanged", "")),
        ({"source": None, "defaultValue": "a"}, ('"a"', 0, "Always", "FlowWhenChanged", "")),
        ({"defaultValue": None}, ('""', 0, "Always", "FlowWhenChanged", "")),
        (
            {
                "source": attribute("mail"),
                "matchingPriority": 2.0,
                "flowType": "ObjectAddOnly",
                "flowBehavior": "FlowAlways",
                "defaultValue": "n/a",
            },
            ("[mail]", 2, "ObjectAddOnly", "FlowAlways", "n/a"),
        ),
    ],
)
def test_a_live_mapping_means_its_source_and_details_with_defaults_filled_in(live: Json, meaning: object) -> None:
    assert facts(live) == meaning


@pytest.mark.parametrize(
    "change",
    [
        {"source": attribute("mail")},
        {"source": None},
        {"matchingPriority": 1},
        {"flowType": "ObjectAddOnly"},
        {"flowBehavior": "FlowAlways"},
        {"defaultValue": "n/a"},
    ],
)
def test_one_difference_makes_another_mapping(change: Json) -> None:
    live = attribute_mapping("displayName", "displayName")
    want = Wanted(source="displayName")

    assert facts(live) == want.facts
    assert facts({**live, **change}) != want.facts


@pytest.mark.parametrize("empty", ["", None, "absent"])
@pytest.mark.parametrize("key", ["defaultValue", "matchingPriority", "flowType", "flowBehavior"])
def test_empty_null_and_absent_are_one(key: str, empty: str | None) -> None:
    live: Json = {**attribute_mapping("displayName", "displayName"), key: empty}
    if empty == "absent":
        del live[key]

    assert facts(live) == Wanted(source="displayName").facts


def test_a_constant_without_a_source_is_the_same_as_one_with_a_source() -> None:
    want = Wanted(constant="HPE")

    assert facts({"source": None, "defaultValue": "HPE"}) == want.facts
    assert facts({"source": constant("HPE"), "defaultValue": None}) == want.facts
    assert facts({"source": None, "defaultValue": "hpe"}) != want.facts


@pytest.mark.parametrize(
    ("spelled", "compared"),
    [
        ('Join( " ", [givenName],\n\t[surname] )', 'Join(" ",[givenName],[surname])'),
        ('"a  b"', '"a  b"'),
        ('Append("a \\" b", " c ")', 'Append("a \\" b"," c ")'),
        ('Append("a \\\\", " c ")', 'Append("a \\\\"," c ")'),
        ("  [mail]  ", "[mail]"),
        ("", ""),
    ],
)
def test_spaces_count_in_an_expression_only_inside_quotes(spelled: str, compared: str) -> None:
    assert canonical(spelled) == compared


quoted = st.text('ab ,\\"', max_size=6).map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
parts = st.lists(quoted | st.sampled_from(["Join(", "[mail]", ",", ")"]), max_size=8)


@given(parts=parts, spaces=st.lists(st.sampled_from(["", " ", "\n", " \t "]), min_size=9, max_size=9))
def test_two_spellings_that_differ_in_outer_spaces_compare_equal(parts: list[str], spaces: list[str]) -> None:
    spelled = "".join(space + part for space, part in zip(spaces, parts, strict=False)) + spaces[-1]

    assert canonical(spelled) == "".join(parts)


def test_the_expressions_to_parse_are_those_of_all_objects_once() -> None:
    wanted = read_wanted(
        {
            "User": {"flowTypes": ["Add"], "attributeMappings": {"a": {"expression": JOIN}, "b": {"source": "mail"}}},
            "Group": {
                "flowTypes": ["Add"],
                "attributeMappings": {"a": {"expression": JOIN}, "b": {"expression": "X()"}},
            },
        }
    )

    assert expressions(wanted) == {JOIN, "X()"}


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"source": "mail"}, "[mail]"),
        ({"constant": "a b"}, '"a b"'),
        ({"expression": "ToLower( [mail] )"}, "ToLower([mail])"),
    ],
)
def test_a_wanted_source_is_reported_as_graph_writes_it(wanted: Json, text: str) -> None:
    assert Wanted.model_validate(wanted).text == text


def test_an_input_is_read_with_its_defaults_and_with_numbers_that_came_as_floats() -> None:
    read = read_wanted(
        {"User": {"flowTypes": ["Add"], "attributeMappings": {"a": {"source": "b", "matchingPriority": 1.0}}}}
    )

    assert read == {
        "User": ObjectMapping(flow_types=("Add",), attribute_mappings={"a": Wanted(source="b", matching_priority=1)})
    }
    user = read["User"]
    assert (user.enabled, user.scope) == (True, ())
    want = user.attribute_mappings["a"]
    assert type(want.matching_priority) is int
    assert (want.flow_type, want.flow_behavior, want.default_value) == ("Always", "FlowWhenChanged", "")


@pytest.mark.parametrize("parent", [{}, {"list": None}, {"list": []}])
def test_a_list_that_is_null_or_absent_is_empty(parent: dict[str, Any]) -> None:
    assert entries(parent, "list") == []


def test_an_object_is_found_by_its_names_in_any_rule_at_any_place() -> None:
    schema = default_schema()
    user = mapping_of(schema, "User")
    nameless = {"name": None, "sourceObjectName": "", "targetObjectName": "", "enabled": False}
    halfway = {"sourceObjectName": "User", "targetObjectName": None}
    schema["synchronizationRules"] = [{"objectMappings": None}, {"objectMappings": [nameless, halfway, user]}, {}]

    assert object_mapping(schema, "User") is user


@pytest.mark.parametrize(
    ("schema", "number"),
    [({}, 0), ({"synchronizationRules": default_schema()["synchronizationRules"] * 2}, 2)],
)
def test_a_schema_without_one_mapping_for_an_object_is_of_no_scim_job(schema: Json, number: int) -> None:
    with pytest.raises(StoppedError) as caught:
        object_mapping(schema, "User")

    assert str(caught.value) == (
        f"the synchronization schema has {number} mappings for User, not one: "
        "the job must be of the template `scim` (Provisioning, non-gallery application)"
    )
