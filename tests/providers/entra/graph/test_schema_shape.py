"""A schema that is not as documented is refused before anything reads it; a documented one may hold more."""

import copy
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.graph.schema_shape import checked
from providers.entra.job.on_demand import rule_id
from providers.entra.mapping.attribute_definitions import scope_problems
from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import edited, read_wanted
from providers.errors import StoppedError, UnexpectedAnswerError
from tests.providers.entra.default_schema import Json, default_schema

WANTED = read_wanted(
    {
        "User": {"flowTypes": ["Add"], "attributeMappings": {"userName": {"source": "userPrincipalName"}}},
        "Group": {"flowTypes": ["Add"], "attributeMappings": {"members": {"source": "members"}}},
    }
)
Place = tuple[str | int, ...]


def places(node: Any, here: Place = ()) -> Iterator[Place]:
    """Yield the way to every part of some JSON."""
    parts: list[tuple[str | int, Any]] = []
    if isinstance(node, dict):
        parts = list(cast("dict[str | int, Any]", node).items())
    elif isinstance(node, list):
        parts = list(enumerate(cast("list[Any]", node)))
    for name, part in parts:
        yield (*here, name)
        yield from places(part, (*here, name))


ANYTHING: list[Any] = [None, 7, "text", "false", "1.0", True, [], {}, [7], {"id": 7}, [[]], [{}]]
PLACES = list(places(default_schema()))


def damaged(place: Place, value: Any) -> Json:
    """Return the default schema with something else at one place."""
    schema = copy.deepcopy(default_schema())
    part: Any = schema
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    return schema


def told(schema: Json) -> list[str]:
    """Return how a schema differs, or why nobody can know."""
    try:
        live = checked(schema)
        edited(live, WANTED, {})
        return [rule_id(live, "User"), *mapping_drift(live, WANTED), *scope_problems(live, WANTED, ["EQUALS"])]
    except (UnexpectedAnswerError, StoppedError) as error:
        return [str(error)]


def test_the_default_schema_is_as_documented() -> None:
    assert checked(default_schema()) == default_schema()


@given(st.sampled_from(PLACES), st.sampled_from(ANYTHING))
def test_whatever_stands_at_any_place_is_understood_or_refused_in_one_line(place: Place, value: Any) -> None:
    assert all("\n" not in line for line in told(damaged(place, value)))


@pytest.mark.parametrize(
    ("place", "value", "field"),
    [
        (("synchronizationRules",), None, "synchronizationRules"),
        (("synchronizationRules", 0, "objectMappings"), "all", "synchronizationRules.0.objectMappings"),
        (
            ("synchronizationRules", 0, "objectMappings", 0, "enabled"),
            "false",
            "synchronizationRules.0.objectMappings.0.enabled",
        ),
        (
            ("synchronizationRules", 0, "objectMappings", 0, "attributeMappings", 1, "source"),
            "[mail]",
            "synchronizationRules.0.objectMappings.0.attributeMappings.1.source",
        ),
    ],
)
def test_what_is_not_as_documented_is_named(place: Place, value: Any, field: str) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        checked(damaged(place, value))

    assert str(caught.value) == (
        f"Graph: read the attribute mappings: the answer cannot be read (fields: {field}): run again later"
    )


def test_what_is_nested_almost_without_end_is_one_line_too() -> None:
    schema = default_schema()
    inner = schema
    for _ in range(5000):
        inner["more"] = {}
        inner = inner["more"]

    with pytest.raises(UnexpectedAnswerError, match="the answer is nested too deeply: run again later"):
        checked(schema)
