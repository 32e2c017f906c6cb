from sandbox.provisioning.mapping.mapping import mapped, new_resource
from tests.sandbox.provisioning.mapping.mappings import USER, mapping, rule


def test_matching_attributes_come_in_the_order_of_their_priority() -> None:
    wanted = rule(mapping("externalId", "b", matchingPriority=2), mapping("userName", "a", matchingPriority=1))
    found = mapped(wanted, {"a": "1", "b": "2"}.get)
    assert found.matching == (("userName", "1"), ("externalId", "2"))


def test_an_attribute_that_flows_on_create_only_does_not_change_the_digest() -> None:
    wanted = rule(mapping("userName", "a"), mapping("title", "b", flowType="ObjectAddOnly"))
    first, second = (mapped(wanted, {"a": "1", "b": title}.get) for title in ("x", "y"))
    assert first.digest == second.digest
    assert (first.on_create["title"], second.on_create["title"]) == ("x", "y")


def test_a_new_user_and_a_new_group_look_as_entra_sends_them() -> None:
    user = new_resource(rule(), {"userName": "a", "active": True})
    assert user["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:User", USER]
    assert (user["active"], user["meta"]) == (True, {"resourceType": "User"})
    assert len(new_resource(rule(kind="Group"), {"displayName": "g"})["schemas"]) == 2
