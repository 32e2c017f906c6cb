"""A SCIM resource is read by the target attributes that mappings name, and compared by meaning."""

import pytest

from providers.entra.graph.source_attributes import Value
from scimctl.commands.verify.resources import at, is_same

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER = {
    "userName": "Ann@Example.com",
    "active": False,
    "name": {"givenName": "Ann"},
    "emails": [{"type": "home", "value": "h@x"}, {"type": "Work", "value": "w@x", "primary": True}],
    "roles": [{"primary": "True", "value": "admin"}],
    ENTERPRISE: {"department": "Storage"},
}


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("userName", "Ann@Example.com"),
        ("USERNAME", "Ann@Example.com"),
        ("active", False),
        ("name.givenName", "Ann"),
        ("name.familyName", None),
        ("name", None),
        ('emails[type eq "work"].value', "w@x"),
        ('emails[type eq "other"].value', None),
        ('phoneNumbers[type eq "work"].value', None),
        ('roles[primary eq "True"].value', "admin"),
        (f"{ENTERPRISE}:department", "Storage"),
        (f"{ENTERPRISE}:division", None),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "Ann@Example.com"),
        ("urn:example:other:2.0:User:color", None),
    ],
)
def test_a_target_attribute_leads_to_its_value(target: str, wanted: Value | None) -> None:
    assert at(USER, target) == wanted


@pytest.mark.parametrize(
    ("target", "wanted", "found", "same"),
    [
        ("userName", "ann@x", "ANN@X", True),
        ("displayName", "ann", "Ann", False),
        ("active", "True", True, True),
        ("active", True, "true", True),
        ("active", "True", False, False),
        ("active", "True", None, False),
        ("displayName", "None", None, False),
        ("title", 7, "7", True),
    ],
)
def test_values_are_compared_by_meaning(target: str, wanted: Value, found: Value | None, same: bool) -> None:
    assert is_same(target, wanted, found) is same
