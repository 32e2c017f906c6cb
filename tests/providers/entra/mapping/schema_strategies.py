"""Random wanted mappings, and live schemas made from the default one by random damage."""

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.providers.entra.default_schema import Json, attribute, constant, default_schema, mapping_of

TARGETS = ["userName", "displayName", "title", "externalId", "members", 'emails[type eq "work"].value']
EXPRESSIONS = [
    'Join(" ", [givenName], [surname])',
    'Join( " ",[givenName],  [surname] )',
    'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    'Replace([mail], , , "a \\" b", , , )',
    "ToLower([userPrincipalName], )",
]
# What Graph's parser might answer for each: the text in its own spelling.
PARSED: dict[str, Json] = {
    text: {"type": "Function", "name": text.split("(")[0], "expression": text.replace(",[", ", ["), "parameters": []}
    for text in EXPRESSIONS
}
OBJECTS = ["User", "Group"]
FLOWS = ["Add", "Update", "Delete"]

Jsons = st.SearchStrategy[Json]

names = st.text("abcdefgXYZ_", min_size=1, max_size=6)
constants = st.text('abc ,;"\\[]()-', min_size=1, max_size=8)
scope_values = st.lists(st.text("ab 1", max_size=3), max_size=2)
flow_types = st.sampled_from(["Always", "ObjectAddOnly", "MultiValueAddOnly"])
behaviours = st.sampled_from(["FlowWhenChanged", "FlowAlways"])

origins: Jsons = st.one_of(
    st.fixed_dictionaries({"source": names}),
    st.fixed_dictionaries({"constant": constants}),
    st.fixed_dictionaries({"expression": st.sampled_from(EXPRESSIONS)}),
)
details: Jsons = st.fixed_dictionaries(
    {},
    optional={
        "matchingPriority": st.integers(min_value=0, max_value=3) | st.sampled_from([0.0, 1.0, 2.0]),
        "flowType": flow_types,
        "flowBehavior": behaviours,
        "defaultValue": st.text("n/a ", max_size=3),
    },
)


def _merged(of: tuple[Json, Json]) -> Json:
    return of[0] | of[1]


wanted_attributes: Jsons = st.tuples(origins, details).map(_merged)
clauses: Jsons = st.fixed_dictionaries(
    {"attribute": names, "operator": st.sampled_from(["EQUALS", "IS_NOT_NULL", "REGEX_MATCH"])},
    optional={"values": scope_values},
)
wanted_objects: Jsons = st.fixed_dictionaries(
    {
        "flowTypes": st.lists(st.sampled_from(FLOWS), unique=True),
        "attributeMappings": st.dictionaries(st.sampled_from(TARGETS), wanted_attributes, max_size=5),
    },
    optional={"enabled": st.booleans(), "scope": st.lists(st.lists(clauses, min_size=1, max_size=2), max_size=2)},
)
wanted_mappings: Jsons = st.fixed_dictionaries({}, optional=dict.fromkeys(OBJECTS, wanted_objects))

live_clauses: Jsons = st.fixed_dictionaries(
    {"sourceOperandName": names, "operatorName": st.sampled_from(["EQUALS", "IS_NOT_NULL"])},
    optional={"targetOperand": st.none() | st.fixed_dictionaries({"values": st.none() | scope_values})},
)
live_groups = st.lists(
    st.fixed_dictionaries({"name": st.none() | names, "clauses": st.lists(live_clauses)}), max_size=2
)
live_scopes = st.none() | st.fixed_dictionaries(
    {}, optional={"groups": st.none() | live_groups, "inputFilterGroups": st.none() | live_groups}
)
live_sources = st.none() | names.map(attribute) | names.map(constant)
live_attributes = st.fixed_dictionaries(
    {"targetAttributeName": st.sampled_from(TARGETS), "source": live_sources},
    optional={
        "defaultValue": st.sampled_from([None, "", "n/a"]),
        "matchingPriority": st.sampled_from([None, 0, 1, 2]),
        "flowType": st.none() | flow_types,
        "flowBehavior": st.none() | behaviours,
        "exportMissingReferences": st.booleans(),
        "unknownField": st.just("kept or not"),
    },
)

Damage = Callable[[Json], None]
Draw = Callable[[st.SearchStrategy[Any]], Any]


def _set(key: str, value: Any) -> Damage:
    return lambda mapping: mapping.update({key: value})


def _without(key: str) -> Damage:
    return lambda mapping: mapping.pop(key, None)


def _shuffled(order: list[int]) -> Damage:
    def shuffle(mapping: Json) -> None:
        held: list[Json] = mapping.get("attributeMappings") or []
        mapping["attributeMappings"] = sorted(held, key=lambda each: order[held.index(each) % len(order)])

    return shuffle


def _added(more: list[Json]) -> Damage:
    return lambda mapping: mapping.update(attributeMappings=[*(mapping.get("attributeMappings") or []), *more])


damages: st.SearchStrategy[Damage] = st.one_of(
    st.sampled_from([True, False, None]).map(lambda value: _set("enabled", value)),
    st.sampled_from(["Add", "Add, Delete", "None", "", None, "Delete,Update,Add"]).map(
        lambda value: _set("flowTypes", value)
    ),
    live_scopes.map(lambda value: _set("scope", value)),
    st.sampled_from(["enabled", "flowTypes", "scope", "attributeMappings"]).map(_without),
    st.sampled_from([None, []]).map(lambda value: _set("attributeMappings", value)),
    st.lists(live_attributes, max_size=3).map(_added),
    st.lists(live_attributes, max_size=6).map(lambda value: _set("attributeMappings", value)),
    st.lists(st.integers(min_value=0, max_value=9), min_size=1, max_size=9).map(_shuffled),
)
strangers: Jsons = st.sampled_from(
    [
        {"name": None, "sourceObjectName": "", "targetObjectName": "", "enabled": False, "attributeMappings": []},
        {"name": "old", "sourceObjectName": "User", "targetObjectName": None, "enabled": False},
        {"name": "device", "sourceObjectName": "Device", "targetObjectName": "x", "attributeMappings": None},
    ]
)


@st.composite
def live_schemas(draw: Draw) -> Json:
    """A schema of the `scim` template to which anything may have been done in the portal or by another tool."""
    schema = default_schema()
    for source_object in OBJECTS:
        damage: list[Damage] = draw(st.lists(damages, max_size=4))
        for each in damage:
            each(mapping_of(schema, source_object))
    mappings: list[Json] = schema["synchronizationRules"][0]["objectMappings"]
    mappings[:0] = copy.deepcopy(draw(st.lists(strangers, max_size=2)))
    if draw(st.booleans()):
        schema["synchronizationRules"].insert(0, {"id": "another", "objectMappings": None})
    if draw(st.booleans()):
        schema["directories@odata.context"] = "https://graph.microsoft.com/v1.0/$metadata#directories"
    return schema
