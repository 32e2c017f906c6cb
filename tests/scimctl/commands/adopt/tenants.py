"""Tenants as people set them up in the portal, each a way to go on from HPE's post; returns what was set up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.by_hand.administrator import Administrator

APPLICATION = "SSO-Integration"
GROUPS = ("GreenLake Administrators", "GreenLake Operators")
NOTIFIED = '{"Enabled":true,"DeleteThresholdEnabled":true,"DeleteThresholdValue":50,"Recipients":"it@contoso.example"}'
SILENT = '{"Enabled":false,"DeleteThresholdEnabled":false}'


@dataclass(frozen=True)
class ByHand:
    """The application and its jobs, the first as the post has it; `token` is what Entra was given."""

    administrator: Administrator
    principal: str
    job: str
    token: str

    def again(self, query: str = "", **more: str) -> None:
        self.administrator.save_credentials(self.principal, self.token, query, **more)

    def press(self, button: str) -> None:
        self.administrator.press(self.principal, self.job, button)

    def edit(self, source: str, **changes: Any) -> None:
        self.administrator.edit_mapping(self.principal, self.job, source, **changes)

    def parsed(self, expression: str) -> dict[str, Any]:
        path = f"servicePrincipals/{self.principal}/synchronization/jobs/{self.job}/schema/parseExpression"
        body: dict[str, Any] = {"expression": expression, "targetAttributeDefinition": None, "testInputObject": None}
        return self.administrator.graph.post(path, json=body).raise_for_status().json()["parsedExpression"]

    def user(self, name: str) -> str:
        found = self.administrator.graph.get("users", params={"$filter": f"displayName eq '{name}'"}).json()["value"]
        return found[0]["id"]


def as_the_post_says(administrator: Administrator, template: str = "scim") -> ByHand:
    """Steps 3 to 6 of the post."""
    token = administrator.make_token()
    principal = administrator.application(APPLICATION)
    job = administrator.make_job(principal, template)
    administrator.save_credentials(principal, token)
    administrator.edit_mappings_as_in_the_post(principal, job)
    administrator.assign_groups(principal, GROUPS)
    administrator.press(principal, job, "start")
    return ByHand(administrator, principal, job, token)


def _mapping(target: str, source: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "targetAttributeName": target,
        "source": dict(source),
        "matchingPriority": 0,
        "flowType": "Always",
        "flowBehavior": "FlowWhenChanged",
        "defaultValue": None,
        "exportMissingReferences": False,
        **more,
    }


def _attribute(name: str) -> dict[str, Any]:
    return {"type": "Attribute", "name": name, "expression": f"[{name}]", "parameters": []}


def _constant(text: str) -> dict[str, Any]:
    return {"type": "Constant", "name": text, "expression": f'"{text}"', "parameters": []}


def with_more_mappings(tenant: ByHand) -> None:
    add = [
        _mapping("title", _attribute("jobTitle"), defaultValue="unknown"),
        _mapping("userType", _constant("Employee"), flowType="ObjectAddOnly"),
        _mapping("nickName", tenant.parsed('Join(" ", [givenName], [surname])')),
    ]
    tenant.edit("User", add=add, flowTypes="Add,Update,Delete")


def with_a_scope_filter(tenant: ByHand) -> None:
    def clause(attribute: str, operator: str, *values: str) -> dict[str, Any]:
        return {"sourceOperandName": attribute, "operatorName": operator, "targetOperand": {"values": list(values)}}

    group = {
        "name": "people of ours",
        "clauses": [clause("userType", "EQUALS", "Member"), clause("accountEnabled", "IS TRUE")],
    }
    scope = {"groups": [group], "inputFilterGroups": [], "categoryFilterGroups": None}
    tenant.edit("User", scope=scope)


def with_notifications(tenant: ByHand) -> None:
    tenant.again("?aadOptscim062020", SyncNotificationSettings=NOTIFIED, SkipOutOfScopeDeletions="True")


def with_notifications_saved_but_off(tenant: ByHand) -> None:
    tenant.again(SyncNotificationSettings=SILENT)


def with_a_second_job_that_is_paused(tenant: ByHand) -> None:
    tenant.administrator.make_job(tenant.principal)


def paused(tenant: ByHand) -> None:
    tenant.press("pause")


def with_single_users(tenant: ByHand) -> None:
    users = tenant.administrator.graph.get("users", params={"$top": "5"}).json()["value"]
    tenant.administrator.assign(tenant.principal, users[0]["id"])


def with_single_sign_on(tenant: ByHand) -> None:
    body = {"preferredSingleSignOnMode": "saml"}
    tenant.administrator.graph.patch(f"servicePrincipals/{tenant.principal}", json=body).raise_for_status()


KINDS: Mapping[str, Callable[[ByHand], None]] = {
    "as the post describes it": lambda _: None,
    "more mappings": with_more_mappings,
    "a scope filter": with_a_scope_filter,
    "notifications": with_notifications,
    "notifications off": with_notifications_saved_but_off,
    "two jobs": with_a_second_job_that_is_paused,
    "paused": paused,
    "single users": with_single_users,
    "single sign-on": with_single_sign_on,
}
