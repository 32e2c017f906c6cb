import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.provisioning.mapping.expression import ExpressionError, Tree, attribute, constant, function, parse

SCHEMA = Path(__file__).parents[4] / "sandbox/entra/synchronization/schema/default_schema.json"

names = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,12}", fullmatch=True)
leaves = st.one_of(names.map(attribute), st.text(max_size=12).map(constant))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda one: function("Coalesce", [*one])),
        st.tuples(inner, inner).map(lambda one: function("Append", [*one])),
        st.tuples(inner, inner, inner).map(lambda one: function("Switch", [one[0], None, one[1], one[2]])),
    ),
    max_leaves=8,
)


def mappings() -> list[dict[str, Any]]:
    (rule,) = json.loads(SCHEMA.read_text())["synchronizationRules"]
    return [one for mapping in rule["objectMappings"] for one in mapping["attributeMappings"]]


@pytest.mark.parametrize("mapping", mappings(), ids=lambda one: one["targetAttributeName"])
def test_the_default_mappings_parse_to_the_trees_they_come_with(mapping: dict[str, Any]) -> None:
    assert parse(mapping["source"]["expression"]) == mapping["source"]


@given(trees)
def test_a_tree_is_what_its_own_text_parses_to(tree: Tree) -> None:
    assert parse(tree["expression"]) == tree


def test_omitted_arguments_are_absent_and_spaces_do_not_count() -> None:
    tree = parse('Switch( [IsSoftDeleted] ,,"False","True" )')
    assert [one["key"] for one in tree["parameters"]] == ["source", "key", "value"]
    assert tree["expression"] == 'Switch([IsSoftDeleted], , "False", "True")'


def test_a_comparison_and_a_number_are_read() -> None:
    tree = parse('IIF([country]="US", Left([mail], 3), "other")')
    assert [one["value"]["name"] for one in tree["parameters"]] == ["=", "Left", "other"]
    assert parse(tree["expression"]) == tree


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a value is missing"),
        ("Join(", "missing"),
        ('Join(" ", [a]', "expected , or )"),
        ("[a] [b]", "after the end"),
        ("Nonsense([a])", "there is no function Nonsense"),
        ("Left([a], 1, 2)", "at most 2 arguments"),
        ("[a] & [b]", "cannot be read"),
        ('"' + "x" * 10_000 + '"', "at most 10,000"),
    ],
)
def test_a_text_other_than_an_expression_is_refused_with_a_reason(text: str, says: str) -> None:
    with pytest.raises(ExpressionError, match=says.replace(")", r"\)")):
        parse(text)
