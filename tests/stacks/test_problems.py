"""Whatever a stack file holds, its problems are lines that a person can read."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stacks import problems
from stacks.config import StackConfig
from stacks.reference import schema

_JARGON = re.compile(
    r"pydantic|validation|valid string|Input should|instance|dictionary|tuple|Literal|\bNone\b", re.IGNORECASE
)
_QUOTED = re.compile(r'"[^"]*"')  # the words of the file itself, which may be any

_KEYS = sorted({*re.findall(r'"([A-Za-z]+)": {', json.dumps(schema())), "userName", "bogus"})
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["60d", "a@b"])
)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(StackConfig.model_fields, _VALUES)))
def test_any_document_is_taken_or_refused_in_plain_lines(document: dict[str, Any]) -> None:
    try:
        StackConfig.model_validate_json(json.dumps(document))
    except ValidationError as error:
        lines = [_QUOTED.sub("", line) for line in problems.lines(error, set())]
        assert lines
        assert [line for line in lines if "\n" in line or _JARGON.search(line) or "is not valid" in line] == []


def test_a_problem_that_nobody_foresaw_is_still_a_line() -> None:
    error = ValidationError.from_exception_data("x", [{"type": "bytes_type", "loc": ("app", "name"), "input": 5}])
    assert list(problems.lines(error, set())) == [
        "app.name: 5 is not valid: docs/configuration.md lists the allowed values"
    ]
