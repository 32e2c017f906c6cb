import pytest

from providers.entra.mapping.attribute_definitions import scope_problems
from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import (
    ObjectMapping,
    edited,
    read_wanted,
    scope_groups,
    wanted_scope,
)
from tests.providers.entra.default_schema import (
    BLOG,
    Json,
    default_schema,
    mapping_of,
)


def scoped(*groups: list[Json]) -> dict[str, ObjectMapping]:
    return read_wanted({"User": {**BLOG["User"], "scope": list(groups)}})


SALES: Json = {"attribute": "department", "operator": "EQUALS", "values": ["Sales"]}
NAMED: Json = {"attribute": "mail", "operator": "IS_NOT_NULL"}
LIVE_SALES: Json = {
    "sourceOperandName": "department",
    "operatorName": "EQUALS",
    "targetOperand": {"values": ["Sales"]},
}
LIVE_NAMED: Json = {"sourceOperandName": "mail", "operatorName": "IS_NOT_NULL", "targetOperand": {"values": []}}


def test_a_scope_is_written_as_graph_writes_it() -> None:
    body = edited(default_schema(), scoped([SALES, NAMED], [NAMED]), {})

    assert mapping_of(body, "User")["scope"] == {
        "groups": [
            {"name": "scope 1", "clauses": [LIVE_SALES, LIVE_NAMED]},
            {"name": "scope 2", "clauses": [LIVE_NAMED]},
        ],
        "inputFilterGroups": [],
        "categoryFilterGroups": None,
    }


def test_a_scope_that_means_the_same_keeps_its_names_and_notes() -> None:
    schema = default_schema()
    theirs = {"groups": [{"name": "theirs", "clauses": [{**LIVE_SALES, "note": 1}]}], "categoryFilterGroups": []}
    mapping_of(schema, "User")["scope"] = theirs

    assert mapping_of(edited(schema, scoped([SALES]), {}), "User")["scope"] == theirs


def test_a_scope_that_nobody_wants_is_taken_away() -> None:
    schema = default_schema()
    mapping_of(schema, "User")["scope"] = {"groups": [{"name": "theirs", "clauses": [LIVE_SALES]}]}

    assert mapping_of(edited(schema, scoped(), {}), "User")["scope"] is None


@pytest.mark.parametrize("empty", [None, {}, {"groups": None}, {"groups": [], "inputFilterGroups": []}])
def test_an_empty_scope_is_the_same_as_none_and_is_kept(empty: Json | None) -> None:
    schema = default_schema()
    mapping_of(schema, "User")["scope"] = empty

    assert scope_groups(empty) == []
    assert mapping_of(edited(schema, scoped(), {}), "User")["scope"] == empty


def test_a_scope_is_read_in_a_fixed_order_and_with_what_graph_leaves_out() -> None:
    scope: Json = {
        "inputFilterGroups": [{"clauses": [LIVE_NAMED]}, {"clauses": None}],
        "groups": [{"clauses": [{**LIVE_SALES, "targetOperand": None}, {}, {"targetOperand": {"values": None}}]}],
    }

    assert scope_groups(scope) == [
        [],
        [("", "", ()), ("", "", ()), ("department", "EQUALS", ())],
        [("mail", "IS_NOT_NULL", ())],
    ]


def test_a_wanted_scope_has_the_same_form() -> None:
    assert wanted_scope(scoped([SALES, NAMED])["User"]) == [
        [("department", "EQUALS", ("Sales",)), ("mail", "IS_NOT_NULL", ())]
    ]


@pytest.mark.parametrize(
    ("live", "wanted", "same"),
    [
        ([[LIVE_SALES]], [[SALES]], True),
        ([[LIVE_SALES, LIVE_NAMED]], [[SALES, NAMED]], True),
        ([], [[SALES]], False),
        ([[LIVE_SALES]], [], False),
        ([[LIVE_SALES], [LIVE_NAMED]], [[SALES, NAMED]], False),
        ([[{**LIVE_SALES, "operatorName": "NOT_EQUALS"}]], [[SALES]], False),
        ([[{**LIVE_SALES, "sourceOperandName": "city"}]], [[SALES]], False),
        ([[{**LIVE_SALES, "targetOperand": {"values": ["Sales", "HR"]}}]], [[SALES]], False),
    ],
)
def test_another_scope_filter_is_drift(live: list[list[Json]], wanted: list[list[Json]], same: bool) -> None:
    schema = edited(default_schema(), read_wanted(BLOG), {})
    mapping_of(schema, "User")["scope"] = {"groups": [{"name": "theirs", "clauses": clauses} for clauses in live]}

    assert mapping_drift(schema, scoped(*wanted)) == ([] if same else ["User scope filter is another one"])


@pytest.mark.parametrize("live", [[[LIVE_NAMED], [LIVE_SALES]], [[LIVE_NAMED, LIVE_SALES]]])
def test_the_order_of_a_scope_filter_does_not_count(live: list[list[Json]]) -> None:
    schema = edited(default_schema(), read_wanted(BLOG), {})
    mapping_of(schema, "User")["scope"] = {"groups": [{"clauses": clauses} for clauses in live]}
    wanted = scoped([SALES], [NAMED]) if len(live) == 2 else scoped([SALES, NAMED])

    assert mapping_drift(schema, wanted) == []


OPERATORS = {"EQUALS", "IS_NOT_NULL"}


def listing(directory: str, **objects: list[str]) -> Json:
    """Return a directory of the schema with its objects and their attributes."""
    return {
        "name": directory,
        "objects": [
            {"name": name, "attributes": [{"name": each} for each in attributes]}
            for name, attributes in objects.items()
        ],
    }


def schema_with(*directories: Json) -> Json:
    return {**default_schema(), "directories": list(directories)}


ENTRA = listing("Azure Active Directory", User=["department", "mail"], Group=["team"])


def test_a_scope_filter_of_known_attributes_and_operators_can_work() -> None:
    assert scope_problems(schema_with(ENTRA), scoped([SALES], [NAMED]), OPERATORS) == []


def test_every_word_of_a_scope_filter_that_entra_does_not_know_is_reported() -> None:
    wrong = scoped([{**SALES, "operator": "IS"}, {**SALES, "attribute": "phone"}])

    assert scope_problems(schema_with(ENTRA), wrong, OPERATORS) == [
        "User: no operator IS (there are EQUALS, IS_NOT_NULL)",
        "User: no source attribute phone",
    ]


def test_attributes_of_the_target_and_of_other_objects_do_not_count() -> None:
    schema = schema_with(listing("customappsso", User=["team"]), ENTRA)

    assert scope_problems(schema, scoped([{**SALES, "attribute": "team"}]), OPERATORS) == [
        "User: no source attribute team"
    ]


@pytest.mark.parametrize("directories", [None, []])
def test_where_the_schema_lists_no_attributes_every_attribute_may_work(directories: list[Json] | None) -> None:
    schema = {**default_schema(), "directories": directories}

    assert scope_problems(schema, scoped([{**SALES, "attribute": "team"}]), OPERATORS) == []
