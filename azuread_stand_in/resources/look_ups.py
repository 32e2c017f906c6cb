"""The look-ups: exactly one group, user or service principal, or the reason in a sentence."""

from collections.abc import Mapping
from typing import Any

from azuread_stand_in.client.graph_client import Body, Graph
from azuread_stand_in.errors import StandInError

_USER_FIELDS = (
    "accountEnabled,ageGroup,businessPhones,city,companyName,consentProvidedForMinor,country,creationType,department,"
    "displayName,employeeHireDate,employeeId,employeeOrgData,employeeType,externalUserState,faxNumber,givenName,id,"
    "imAddresses,jobTitle,mail,mailNickname,mobilePhone,officeLocation,onPremisesDistinguishedName,"
    "onPremisesDomainName,onPremisesImmutableId,onPremisesSamAccountName,onPremisesSecurityIdentifier,"
    "onPremisesSyncEnabled,onPremisesUserPrincipalName,otherMails,postalCode,preferredLanguage,proxyAddresses,"
    "showInAddressList,state,streetAddress,surname,usageLocation,userPrincipalName,userType"
)


async def group(graph: Graph, args: Mapping[str, Any]) -> dict[str, Any]:
    """By display name, narrowed by `securityEnabled`, or by object id; with members and owners."""
    found = await _named_group(graph, args) if args.get("displayName") else await _group_by_id(graph, args)
    path = f"/beta/groups/{found['id']}"
    members = await graph.get(f"{path}/members")
    owners = await graph.get(f"{path}/owners")
    return {
        "id": f"/groups/{found['id']}",
        "objectId": found["id"],
        **_texts(found, "displayName", "description", "mail", "mailNickname", "visibility"),
        "mailEnabled": bool(found.get("mailEnabled")),
        "securityEnabled": bool(found.get("securityEnabled")),
        "types": found.get("groupTypes") or [],
        "members": [member["id"] for member in members["value"]],
        "owners": [owner["id"] for owner in owners["value"]],
    }


async def _named_group(graph: Graph, args: Mapping[str, Any]) -> Body:
    # The real plugin does not double an apostrophe here, so Graph refuses the filter: better to see it in the sandbox.
    condition = f"displayName eq '{args['displayName']}'"
    if args.get("securityEnabled") is not None:
        condition += f" and securityEnabled eq {str(args['securityEnabled']).lower()}"
    listed = (await graph.get("/beta/groups", {"$filter": condition}))["value"]
    if len(listed) != 1:
        count = "More than one" if listed else "No"
        raise StandInError(f"{count} group found matching specified filter ({condition})")
    return listed[0]


async def _group_by_id(graph: Graph, args: Mapping[str, Any]) -> Body:
    found = await graph.find(f"/beta/groups/{args['objectId']}")
    if found is None:
        raise StandInError(f'No group found with object ID: "{args["objectId"]}"')
    wanted = args.get("securityEnabled")
    if wanted is not None and bool(found.get("securityEnabled")) != wanted:
        raise StandInError(
            f'Group with object ID "{args["objectId"]}" does not have the specified security_enabled setting '
            f"(expected: {str(wanted).lower()}, actual: {str(not wanted).lower()})"
        )
    return found


async def user(graph: Graph, args: Mapping[str, Any]) -> dict[str, Any]:
    """By user principal name or object id; with the manager, if there is one."""
    name = args.get("userPrincipalName")
    if name:
        query = {"$filter": f"userPrincipalName eq '{_quoted(name)}'"}
        listed = (await graph.get("/v1.0/users", query))["value"]
        if len(listed) != 1:
            what = f'More than one user found with UPN: "{name}"' if listed else f'User with UPN "{name}" was not found'
            raise StandInError(what)
        object_id = listed[0]["id"]
    else:
        object_id = args["objectId"]
        if await graph.find(f"/v1.0/users/{object_id}") is None:
            raise StandInError(f'User not found with object ID: "{object_id}"')
    found = await graph.get(f"/v1.0/users/{object_id}", {"$select": _USER_FIELDS})
    manager = await graph.find(f"/v1.0/users/{object_id}/manager")
    return {
        "id": f"/users/{object_id}",
        "objectId": object_id,
        "accountEnabled": bool(found.get("accountEnabled")),
        **_texts(found, "displayName", "givenName", "surname", "mail", "mailNickname", "userPrincipalName", "userType"),
        "managerId": manager["id"] if manager else "",
    }


async def service_principal(graph: Graph, args: Mapping[str, Any]) -> dict[str, Any]:
    """By display name, client id or object id; with its app roles."""
    found = await _principal(graph, args)
    saml = await graph.get(f"/beta/servicePrincipals/{found['id']}", {"$select": "samlMetadataUrl"})
    app_roles: list[Body] = found.get("appRoles") or []
    roles: list[dict[str, Any]] = [
        {
            "id": role["id"],
            "enabled": bool(role.get("isEnabled")),
            "allowedMemberTypes": role.get("allowedMemberTypes") or [],
            **_texts(role, "displayName", "description", "value"),
        }
        for role in app_roles
    ]
    return {
        "id": f"/servicePrincipals/{found['id']}",
        "objectId": found["id"],
        "clientId": found["appId"],
        "accountEnabled": bool(found.get("accountEnabled")),
        "appRoleAssignmentRequired": bool(found.get("appRoleAssignmentRequired")),
        "appRoles": roles,
        "appRoleIds": {role["value"]: role["id"] for role in roles if role["value"]},
        "applicationTenantId": found.get("appOwnerOrganizationId") or "",
        "tags": found.get("tags") or [],
        "type": found.get("servicePrincipalType") or "",
        **_texts(found, "displayName", "description", "notes", "signInAudience"),
        **_texts(saml, "samlMetadataUrl"),
    }


async def _principal(graph: Graph, args: Mapping[str, Any]) -> Body:
    if args.get("objectId"):
        found = await graph.find(f"/v1.0/servicePrincipals/{args['objectId']}")
        if found is None:
            raise StandInError(f'Service Principal (Service Principal: "{args["objectId"]}") was not found')
        return found
    field, wanted = ("displayName", args["displayName"]) if args.get("displayName") else ("appId", args["clientId"])
    condition = f"{field} eq '{_quoted(wanted)}'"
    listed = (await graph.get("/v1.0/servicePrincipals", {"$filter": condition}))["value"]
    if not listed:
        raise StandInError(f'Service principal not found: no service principals found matching filter: "{condition}"')
    if len(listed) > 1:
        raise StandInError(
            f'Multiple service principals found: found multiple service principals matching filter: "{condition}"'
        )
    return listed[0]


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _texts(found: Body, *names: str) -> dict[str, str]:
    """Fields by their own names, null as empty text: what the real plugin gives out."""
    return {name: found.get(name) or "" for name in names}
