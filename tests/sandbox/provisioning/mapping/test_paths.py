import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.provisioning.mapping import paths

NAMES = (
    "userName",
    "name.givenName",
    'emails[type eq "work"].value',
    'addresses[type eq "work"].postalCode',
    'addresses[type eq "work"].country',
    'roles[primary eq "True"].value',
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
)


@given(st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1)))
def test_what_is_put_at_a_path_is_found_there_and_nothing_else_is(values: dict[str, str]) -> None:
    resource: paths.Resource = {}
    for name, value in values.items():
        paths.put(resource, name, value)
    assert {name: paths.get(resource, name) for name in NAMES if paths.get(resource, name) is not None} == values


def test_two_parts_of_one_address_are_one_element() -> None:
    resource: paths.Resource = {}
    paths.put(resource, 'addresses[type eq "work"].locality', "Houston")
    paths.put(resource, 'addresses[type eq "work"].country', "US")
    paths.put(resource, 'addresses[type eq "home"].country', "FR")
    assert resource["addresses"] == [
        {"type": "work", "locality": "Houston", "country": "US"},
        {"type": "home", "country": "FR"},
    ]


def test_a_primary_element_is_marked_with_a_truth() -> None:
    resource: paths.Resource = {}
    paths.put(resource, 'roles[primary eq "True"].value', "admin")
    assert resource["roles"] == [{"primary": True, "value": "admin"}]


def test_an_extension_and_a_manager_have_their_own_form() -> None:
    urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    resource: paths.Resource = {}
    paths.put(resource, f"{urn}:manager", "m1")
    assert resource == {urn: {"manager": {"value": "m1"}}}


def test_a_text_other_than_a_path_is_refused() -> None:
    with pytest.raises(paths.PathError):
        paths.parse("emails[type sw")
