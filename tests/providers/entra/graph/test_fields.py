"""What Graph leaves out is empty, and a field of another kind is an error."""

from typing import Any

import pytest

from providers.entra.graph.fields import entries, object_in, text_in
from providers.errors import UnexpectedAnswerError

NOTHING: list[dict[str, Any]] = [{}, {"name": None}]
OBJECTS: list[dict[str, Any]] = [*NOTHING, {"name": 7}, {"name": [{}]}]
OF_ANOTHER_KIND: list[Any] = [7, "text", True, {"a": 1}, [7], [{}, None]]


@pytest.mark.parametrize("fields", OBJECTS)
def test_an_object_that_is_not_there_is_empty(fields: dict[str, Any]) -> None:
    assert object_in(fields, "name") == {}
    assert object_in({"name": {"a": 1}}, "name") == {"a": 1}


@pytest.mark.parametrize("fields", NOTHING)
def test_a_text_that_is_not_there_is_empty_and_any_value_is_a_text(fields: dict[str, Any]) -> None:
    assert text_in(fields, "name") == ""
    assert (text_in({"name": 7}, "name"), text_in({"name": "a"}, "name")) == ("7", "a")


@pytest.mark.parametrize("fields", [*NOTHING, {"name": []}])
def test_a_list_that_is_not_there_is_empty(fields: dict[str, Any]) -> None:
    assert entries(fields, "name") == []
    assert entries({"name": [{"a": 1}, {}]}, "name") == [{"a": 1}, {}]


@pytest.mark.parametrize("value", OF_ANOTHER_KIND)
def test_a_list_of_another_kind_is_named_and_not_empty(value: Any) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        entries({"name": value}, "name")

    assert str(caught.value) == "Graph: name of an answer is not a list: see what was done, then run again"
