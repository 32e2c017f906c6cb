"""A source attribute of a mapping is found under Graph's name for it."""

import pytest

from providers.entra.graph.source_attributes import Value, is_known, selected, value

USER = {
    "id": "u1",
    "userPrincipalName": "ann_b.example#EXT#@tenant.example",
    "businessPhones": ["+1", "+2"],
    "mobilePhone": "+3",
    "faxNumber": "",
    "accountEnabled": False,
    "onPremisesExtensionAttributes": {"extensionAttribute7": "seven"},
    "otherMails": ["a"],
    "city": None,
}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("objectId", "u1"),
        ("userPrincipalName", "ann_b.example"),
        ("originalUserPrincipalName", "ann_b.example#EXT#@tenant.example"),
        ("telephoneNumber", "+1"),
        ("mobile", "+3"),
        ("accountEnabled", False),
        ("extensionAttribute7", "seven"),
        ("extensionAttribute8", None),
        ("facsimileTelephoneNumber", None),
        ("city", None),
        ("department", None),
    ],
)
def test_a_value_comes_as_it_flows_and_what_is_empty_has_none(name: str, wanted: Value | None) -> None:
    assert value("User", name, USER) == wanted


@pytest.mark.parametrize("name", ["telephoneNumber", "extensionAttribute1", "userPrincipalName"])
def test_a_user_without_anything_has_no_value(name: str) -> None:
    assert value("User", name, {}) is None


def test_references_and_what_is_made_up_by_entra_are_not_known() -> None:
    assert not any(is_known("User", name) for name in ("manager", "IsSoftDeleted", "otherMails", ""))
    assert not is_known("Group", "members")
    assert is_known("Group", "objectId")


def test_only_known_attributes_are_asked_for_and_each_once() -> None:
    assert selected("Group", ["displayName", "members", "description"]) == "id,displayName,securityEnabled,description"
    assert selected("User", ["extensionAttribute1", "extensionAttribute2"]).count("onPremisesExtensionAttributes") == 1
