import pytest

from sandbox.provisioning.mapping import source


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("objectId", "u1"),
        ("userPrincipalName", "ada_partner.example"),
        ("originalUserPrincipalName", "ada_partner.example#EXT#@x.onmicrosoft.com"),
        ("telephoneNumber", "1"),
        ("mobile", "2"),
        ("extensionAttribute3", "e"),
        ("accountEnabled", False),
        ("IsSoftDeleted", True),
        ("manager", "target of manager"),
        ("surname", None),
        ("department", None),
    ],
)
def test_a_source_attribute_is_read_under_the_schemas_name(name: str, expected: object) -> None:
    document = {
        "id": "u1",
        "userPrincipalName": "ada_partner.example#EXT#@x.onmicrosoft.com",
        "businessPhones": ["1", "3"],
        "mobilePhone": "2",
        "onPremisesExtensionAttributes": {"extensionAttribute3": "e"},
        "accountEnabled": False,
        "surname": "",
    }
    read = source.lookup(document, soft_deleted=True, references={"manager": "target of manager"})
    assert read(name) == expected
