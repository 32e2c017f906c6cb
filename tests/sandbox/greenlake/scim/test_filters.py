import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.greenlake.scim.filters import FilterClause, clauses, holds


def test_entras_two_forms_are_read() -> None:
    assert clauses('userName eq "a@b"') == (FilterClause("userName", "a@b"),)
    assert clauses('id eq "g" and members eq "u"') == (FilterClause("id", "g"), FilterClause("members", "u"))


def test_attributes_and_operators_are_read_in_any_case() -> None:
    assert clauses('USERNAME EQ "a"') == (FilterClause("userName", "a"),)


@pytest.mark.parametrize(
    "text",
    ['userName sw "a"', 'userName eq "a" or id eq "b"', 'title eq "x"', "active eq true", 'emails[type eq "work"]', ""],
)
def test_everything_else_is_left_to_the_library(text: str) -> None:
    assert clauses(text) is None


@given(st.text())
def test_a_quoted_value_is_read_as_it_was_meant(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    assert clauses(f'displayName eq "{quoted}"') == (FilterClause("displayName", value),)


def test_names_compare_without_regard_to_case_and_ids_exactly() -> None:
    resource = {"userName": "A@b", "externalId": "X"}
    assert holds(FilterClause("userName", "a@B"), resource)
    assert holds(FilterClause("externalId", "X"), resource)
    assert not holds(FilterClause("externalId", "x"), resource)
    assert not holds(FilterClause("displayName", ""), resource)


def test_an_element_of_a_kind_is_found_by_its_value() -> None:
    clause = (clauses('emails[type eq "work"].value eq "ada@b"') or [])[0]
    work, home = {"type": "work", "value": "Ada@b"}, {"type": "home", "value": "ada@b"}
    assert holds(clause, {"emails": [home, work]})
    assert not any(holds(clause, {"emails": listed}) for listed in ([home], [{"type": "work"}], [], None))


def test_what_is_absent_equals_no_text() -> None:
    assert not holds(FilterClause("displayName", "None"), {"displayName": None})
