"""A scoping filter is judged where that is safe, and otherwise reported as beyond judgement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.mapping.mappings import ScopeClause
from scimctl.commands.verify.scope_filter import passes

USER: dict[str, "str | bool | None"] = {"department": "Storage", "accountEnabled": True, "city": None}
VALUES = {True: ("Storage",), False: ("Sales",), None: ("storage",)}


def clause(operator: str, *values: str, attribute: str = "department") -> ScopeClause:
    return ScopeClause(attribute=attribute, operator=operator, values=values)


def judged(*groups: list[ScopeClause]) -> bool | None:
    return passes(groups, USER.__getitem__)


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (clause("EQUALS", "Sales", "Storage"), True),
        (clause("EQUALS", "Sales"), False),
        (clause("NOT EQUALS", "Sales"), True),
        (clause("NOT_EQUALS", "Storage"), False),
        (clause("IS NULL", attribute="city"), True),
        (clause("IS NULL"), False),
        (clause("IS NOT NULL"), True),
        (clause("is not null", attribute="city"), False),
        (clause("IS TRUE", attribute="accountEnabled"), True),
        (clause("IS FALSE", attribute="accountEnabled"), False),
        (clause("IS FALSE", attribute="city"), False),
    ],
)
def test_what_an_operator_means(one: ScopeClause, verdict: bool) -> None:
    assert judged([one]) is verdict


@pytest.mark.parametrize(
    "one",
    [
        clause("REGEX MATCH", "St.*"),
        clause("EQUALS", "storage"),
        clause("NOT EQUALS", "STORAGE"),
        clause("EQUALS", "x", attribute="manager"),
    ],
)
def test_patterns_case_and_foreign_attributes_are_beyond_judgement(one: ScopeClause) -> None:
    assert judged([one]) is None


def test_no_filter_lets_everybody_in() -> None:
    assert judged() is True


@given(st.lists(st.lists(st.sampled_from([True, False, None]), min_size=1), min_size=1))
def test_an_unknown_clause_counts_only_if_the_others_do_not_decide(verdicts: list[list[bool | None]]) -> None:
    groups = [[clause("EQUALS", *VALUES[each]) for each in group] for group in verdicts]

    def decided(unknown: bool) -> bool:
        return any(all(unknown if each is None else each for each in group) for group in verdicts)

    best, worst = decided(unknown=True), decided(unknown=False)
    assert judged(*groups) is (best if best == worst else None)
