from typing import Any

import pytest

from sandbox.provisioning.mapping.scope import passes

SOURCE: dict[str, Any] = {"department": "Compute", "country": "US", "accountEnabled": True, "employeeId": "42"}


def clause(name: str, operator: str, *values: str) -> dict[str, Any]:
    return {"sourceOperandName": name, "operatorName": operator, "targetOperand": {"values": list(values)}}


def scope(*groups: list[dict[str, Any]]) -> dict[str, Any]:
    return {"groups": [{"name": "g", "clauses": one} for one in groups], "inputFilterGroups": []}


@pytest.mark.parametrize("filter_", [None, {}, scope(), {"groups": None, "inputFilterGroups": None}])
def test_no_filter_lets_everything_in(filter_: dict[str, Any] | None) -> None:
    assert passes(filter_, SOURCE.get)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (clause("department", "EQUALS", "compute"), True),
        (clause("department", "EQUALS", "Legal"), False),
        (clause("department", "NOT EQUALS", "Legal"), True),
        (clause("department", "REGEX MATCH", "^Comp"), True),
        (clause("department", "NOT REGEX MATCH", "^Comp"), False),
        (clause("manager", "IS NULL"), True),
        (clause("department", "IS NOT NULL"), True),
        (clause("accountEnabled", "IS TRUE"), True),
        (clause("accountEnabled", "IS FALSE"), False),
        (clause("employeeId", "Greater_Than", "41"), True),
        (clause("employeeId", "Greater_Than_OR_EQUALS", "42"), True),
        (clause("employeeId", "Less_Than", "42"), False),
        (clause("department", "Less_Than", "42"), False),
        (clause("department", "Includes", "omp"), True),
        (clause("department", "NO SUCH OPERATOR", "x"), False),
    ],
)
def test_a_clause_holds_or_not(one: dict[str, Any], expected: bool) -> None:
    assert passes(scope([one]), SOURCE.get) is expected


def test_clauses_of_a_group_must_all_hold_and_one_group_is_enough() -> None:
    right, wrong = clause("country", "EQUALS", "US"), clause("country", "EQUALS", "FR")
    assert not passes(scope([right, wrong]), SOURCE.get)
    assert passes(scope([wrong], [right]), SOURCE.get)


def test_both_kinds_of_groups_count() -> None:
    wrong = {"name": "g", "clauses": [clause("country", "EQUALS", "FR")]}
    assert not passes({"groups": [], "inputFilterGroups": [wrong]}, SOURCE.get)
