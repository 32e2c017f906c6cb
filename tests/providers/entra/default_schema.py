"""The synchronization schema of a new `scim` job as Graph writes it, with directories cut down to a few attributes."""

import re
from typing import Any

Json = dict[str, Any]

USER_TARGET = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP_TARGET = "urn:ietf:params:scim:schemas:core:2.0:Group"

_USERS = {
    "userName": "userPrincipalName",
    "active": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    "displayName": "displayName",
    "title": "jobTitle",
    'emails[type eq "work"].value': "mail",
    "preferredLanguage": "preferredLanguage",
    "name.givenName": "givenName",
    "name.familyName": "surname",
    "name.formatted": 'Join(" ", [givenName], [surname])',
    'addresses[type eq "work"].formatted': "physicalDeliveryOfficeName",
    'addresses[type eq "work"].locality': "city",
    'phoneNumbers[type eq "work"].value': "telephoneNumber",
    "externalId": "mailNickname",
    f"{USER_TARGET}:department": "department",
    f"{USER_TARGET}:manager": "manager",
}
_GROUPS = {"displayName": "displayName", "externalId": "objectId", "members": "members"}
_PARAMETERS = {"Switch": ("source", "key", "value", "key", "value"), "Join": ("separator", "source", "source")}


def attribute(name: str) -> Json:
    return {"expression": f"[{name}]", "name": name, "type": "Attribute", "parameters": []}


def constant(text: str) -> Json:
    return {"expression": f'"{text}"', "name": text, "type": "Constant", "parameters": []}


def function(expression: str) -> Json:
    """Return the tree of a function whose arguments are attributes and constants, as Graph parses it."""
    name, inside = expression.rstrip(")").split("(", 1)
    given = re.findall(r'\[(\w+)\]|"([^"]*)"', inside)
    trees = [attribute(of) if of else constant(text) for of, text in given]
    parameters = [{"key": key, "value": tree} for key, tree in zip(_PARAMETERS[name], trees, strict=True)]
    return {"expression": expression, "name": name, "type": "Function", "parameters": parameters}


def attribute_mapping(target: str, source: str, precedence: int = 0) -> Json:
    return {
        "defaultValue": None,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "Always",
        "matchingPriority": precedence,
        "targetAttributeName": target,
        "source": function(source) if "(" in source else attribute(source),
    }


def _object_mapping(name: str, target: str, sources: dict[str, str], matching: str) -> Json:
    return {
        "enabled": True,
        "flowTypes": "Add,Update,Delete",
        "name": f"Provision Azure Active Directory {name}s",
        "scope": None,
        "sourceObjectName": name,
        "targetObjectName": target,
        "metadata": [
            {"key": "IsCustomerDefined", "value": "false"},
            {"key": "Disposition", "value": '"Normal"'},
            {"key": "OriginalJoiningProperty", "value": matching},
        ],
        "attributeMappings": [
            attribute_mapping(to, source, precedence=1 if to == matching else 0) for to, source in sources.items()
        ],
    }


def _directory(name: str, objects: dict[str, str]) -> Json:
    return {
        "id": "66e4a8cc-1b7b-435e-95f8-f06cea133828",
        "name": name,
        "version": "11111111-2222-3333-4444-555555555555",
        "objects": [
            {"name": of, "attributes": [{"name": anchor, "type": "String", "anchor": True}]}
            for of, anchor in objects.items()
        ],
    }


def default_schema() -> Json:
    """Return a fresh copy of the schema that a new job has."""
    return {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals/synchronization/jobs/schema",
        "id": "scim.aaaabbbb",
        "version": "1.0",
        "synchronizationRules": [
            {
                "editable": True,
                "id": "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8",
                "name": "USERGROUP_OUTBOUND_USERGROUP",
                "priority": 1,
                "sourceDirectoryName": "Azure Active Directory",
                "targetDirectoryName": "customappsso",
                "containerFilter": None,
                "groupFilter": None,
                "metadata": [{"key": "supportsProvisionOnDemand", "value": "true"}],
                "objectMappings": [
                    _object_mapping("Group", GROUP_TARGET, _GROUPS, "displayName"),
                    _object_mapping("User", USER_TARGET, _USERS, "userName"),
                ],
            }
        ],
        "directories": [
            _directory("Azure Active Directory", {"User": "objectId", "Group": "objectId"}),
            _directory("customappsso", {USER_TARGET: "id", GROUP_TARGET: "id"}),
        ],
    }


def mapping_of(schema: Json, source_object: str) -> Json:
    """Return the object mapping itself, so that a test may damage it."""
    rules: list[Json] = schema["synchronizationRules"]
    return next(each for rule in rules for each in rule["objectMappings"] if each["sourceObjectName"] == source_object)


def attribute_of(schema: Json, source_object: str, target: str) -> Json:
    """Return the attribute mapping itself, so that a test may damage it."""
    found: list[Json] = mapping_of(schema, source_object)["attributeMappings"]
    return next(each for each in found if each["targetAttributeName"] == target)


BLOG: Json = {
    "User": {
        "enabled": True,
        "flowTypes": ["Add", "Delete"],
        "scope": [],
        "attributeMappings": {
            "userName": {"source": "userPrincipalName", "matchingPriority": 1},
            "displayName": {"source": "displayName"},
            "name.givenName": {"source": "givenName"},
            "name.familyName": {"source": "surname"},
        },
    },
    "Group": {
        "enabled": True,
        "flowTypes": ["Add", "Update", "Delete"],
        "scope": [],
        "attributeMappings": {
            "displayName": {"source": "displayName", "matchingPriority": 1},
            "externalId": {"source": "objectId"},
            "members": {"source": "members"},
        },
    },
}
