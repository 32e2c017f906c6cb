"""Users and groups as Graph answers them, and the resources that Entra makes of them."""

from typing import Any

from providers.entra.mapping.mappings import ObjectMapping, Wanted
from scimctl.commands.verify.expected import Rules, rules_of

Json = dict[str, Any]
ALL = ("Add", "Update", "Delete")
USER = ObjectMapping(
    flow_types=ALL,
    attribute_mappings={
        "userName": Wanted(source="userPrincipalName", matching_priority=1),
        "displayName": Wanted(source="displayName"),
        "userType": Wanted(constant="Employee"),
    },
)
GROUP = ObjectMapping(
    flow_types=ALL,
    attribute_mappings={
        "displayName": Wanted(source="displayName", matching_priority=1),
        "externalId": Wanted(source="objectId"),
        "members": Wanted(source="members"),
    },
)


def user_rules(**changes: Any) -> Rules:
    return rules_of("User", USER.model_copy(update=changes))


def group_rules(**changes: Any) -> Rules:
    return rules_of("Group", GROUP.model_copy(update=changes))


def user(number: int, **more: Any) -> Json:
    named = {"userPrincipalName": f"user{number}@x", "displayName": f"User {number}", "accountEnabled": True}
    return {"id": f"e{number}", **named, **more}


def group(number: int, **more: Any) -> Json:
    return {"id": f"g{number}", "displayName": f"Group {number}", "securityEnabled": True, **more}


def scim_user(number: int, **more: Any) -> Json:
    named = {"userName": f"USER{number}@x", "displayName": f"User {number}", "userType": "Employee"}
    return {"id": f"s{number}", **named, **more}


def scim_group(number: int, *members: int, **more: Any) -> Json:
    listed = [{"value": f"s{one}"} for one in members]
    named = {"displayName": f"Group {number}", "externalId": f"g{number}"}
    return {"id": f"t{number}", **named, "members": listed, **more}
