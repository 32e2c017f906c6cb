"""Live attribute mappings come back from the stack file with the same meaning, or a line names which does not."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import edited, read_wanted
from scimctl.commands.adopt.live_mappings import changes_by_default, live_mappings
from stacks.mappings import Mappings
from tests.providers.entra.default_schema import default_schema, mapping_of
from tests.providers.entra.mapping.schema_strategies import EXPRESSIONS, PARSED

Json = dict[str, Any]

_TEXT = st.text("abcXYZ", min_size=1, max_size=5)
_ORIGINS = st.one_of(
    _TEXT,
    st.fixed_dictionaries({"source": _TEXT}, optional={"default": _TEXT, "onlyOnCreate": st.booleans()}),
    st.fixed_dictionaries({"constant": _TEXT}, optional={"onlyOnCreate": st.booleans()}),
    st.fixed_dictionaries({"expression": st.sampled_from(EXPRESSIONS)}),
)
_CLAUSES = st.fixed_dictionaries(
    {"attribute": _TEXT, "operator": st.sampled_from(["EQUALS", "IS TRUE"])},
    optional={"values": st.lists(_TEXT, min_size=1, max_size=2)},
)
_SCOPES = st.lists(st.lists(_CLAUSES, min_size=1, max_size=2), max_size=2)


def _objects(matched: str, source: str) -> st.SearchStrategy[Json]:
    def whole(of: tuple[Json, list[str], list[list[Json]]]) -> Json:
        attributes, actions, scope = of
        return {
            "actions": actions,
            "scope": scope,
            "attributes": {**attributes, matched: {"source": source, "matching": 1}},
        }

    attributes = st.dictionaries(st.sampled_from(["title", "nickName", "externalId"]), _ORIGINS, max_size=3)
    actions = st.lists(st.sampled_from(["create", "update", "delete"]), min_size=1, unique=True)
    return st.tuples(attributes, actions, _SCOPES).map(whole)


def _live(section: Json) -> Json:
    wanted = read_wanted(Mappings.model_validate_json(json.dumps(section)).as_schema())
    return edited(default_schema(), wanted, PARSED)


@given(users=_objects("userName", "userPrincipalName"), groups=_objects("displayName", "displayName"))
def test_whatever_a_stack_file_can_express_is_read_back_with_the_same_meaning(users: Json, groups: Json) -> None:
    schema = _live({"users": users, "groups": groups})
    section, problems = live_mappings(schema)
    assert problems == []
    read_back = Mappings.model_validate_json(json.dumps(section))
    assert mapping_drift(schema, read_wanted(read_back.as_schema())) == []


def test_the_mappings_of_the_post_need_no_words() -> None:
    schema = _live({})
    assert live_mappings(schema) == ({}, [])
    assert changes_by_default(schema) == []


def test_only_what_differs_from_the_defaults_is_reported() -> None:
    section, _ = live_mappings(_live({"groups": {"enabled": False}}))
    assert section == {"groups": {"enabled": False}}


def test_what_a_stack_file_has_no_words_for_is_a_line_each() -> None:
    schema = _live({})
    mapping_of(schema, "User")["attributeMappings"][0]["flowBehavior"] = "FlowAlways"
    _, problems = live_mappings(schema)
    line = "User.userName flows FlowAlways instead of FlowWhenChanged"
    assert problems == [f"mappings: a stack file cannot express this: {line}: change it in the portal"]


def test_mappings_that_cannot_provision_are_reported_by_the_rules_of_the_stack_file() -> None:
    schema = _live({})
    mapping_of(schema, "User")["attributeMappings"].pop(0)
    _, problems = live_mappings(schema)
    assert problems == ["mappings.users: attributes must map userName: SCIM requires it"]


def test_the_defaults_are_compared_in_the_words_of_the_portal() -> None:
    assert "User Update is ticked" in changes_by_default(_live({"users": {"actions": ["create", "update", "delete"]}}))
