from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.filters import FilterError
from sandbox.greenlake.scim.filters import read

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
WORK = {"type": "work", "value": "Ada@b", "primary": True}
ADA: dict[str, Any] = {
    "id": "Id",
    "userName": "Ada@b",
    "externalId": "X",
    "title": "Countess",
    "active": True,
    "name": {"givenName": "Ada"},
    "emails": [{"type": "home", "value": "ada@home"}, WORK],
    "roles": [],
    "meta": {"lastModified": "2026-01-02T00:00:00Z"},
    ENTERPRISE: {"department": "Sums"},
}


def holds(text: str, resource: dict[str, Any]) -> bool:
    return all(clause.holds(resource) for clause in read(text))


def looked_up(text: str) -> list[tuple[str, Any]]:
    return [(clause.attribute, clause.value) for clause in read(text) if clause.attribute]


@pytest.mark.parametrize(
    "text",
    [
        'USERNAME EQ "ada@B"',
        'id eq "Id" and externalId eq "X"',
        'title sw "count" and title ew "ESS" and title co "unt" and title ne "x"',
        'title eq "x" OR (active eq true AND Active Eq "True")',
        'NOT (title eq "x") and not (nothing pr)',
        "title pr and name pr and emails pr",
        'name.givenName eq "ada" and NAME.GIVENNAME gt "a"',
        'emails eq "ada@b" and emails.value eq "ada@home"',
        'emails[type eq "work" and value co "ada"] and emails[primary eq true].value eq "ada@b"',
        'Emails[Type EQ "work"].Value eq "ADA@B"',
        'meta.lastModified gt "2026-01-01T00:00:00Z"',
        f'{CORE}:userName eq "ada@b" and {CORE.lower()}:name.givenName eq "ada"',
        f'{ENTERPRISE}:department eq "sums" and {ENTERPRISE.lower()}:Department pr',
    ],
)
def test_a_filter_that_holds_finds_the_resource(text: str) -> None:
    assert holds(text, ADA)


@pytest.mark.parametrize(
    "text",
    [
        'id eq "id"',
        'externalId eq "x"',
        'title eq "x" or nothing eq "y"',
        'displayName eq "None"',
        "roles pr or nothing pr",
        'emails[type eq "home"].value eq "ada@b"',
        'emails[type eq "home" and primary eq true]',
        'emails ne "ada@b"',
        'title gt 5 or active gt "a" or name eq "Ada" or title.x eq "Countess"',
    ],
)
def test_a_filter_that_does_not_hold_finds_nothing(text: str) -> None:
    assert not holds(text, ADA)


@pytest.mark.parametrize(
    "text",
    [
        "", "title", "title eq", 'title is "x"', 'title eq "x" title', '(title eq "x"', 'emails[type eq "x"',
        "title eq x", 'title eq "open', '"x" eq "x"', 'password sw "a"', "(" * 5000, "not " * 5000,
    ],
)  # fmt: skip
def test_what_is_not_a_filter_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        read(text)


def test_what_must_be_equal_can_be_looked_up() -> None:
    assert looked_up('id eq "g" and Members eq "u" and active eq true') == [
        ("id", "g"),
        ("members", "u"),
        ("active", True),
    ]
    for text in ('userName sw "a"', 'id eq "a" or id eq "b"', 'emails[value eq "a"]', 'not (id eq "a")'):
        assert looked_up(text) == []


@given(st.text())
def test_a_quoted_value_is_read_as_it_was_meant(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    assert looked_up(f'displayName eq "{quoted}"') == [("displayname", value)]
