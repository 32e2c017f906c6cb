"""The credentials that a service principal's jobs use at the target: one list, put as a whole, shown masked.

Kept in clear in the sandbox's store, because the engine presents them. The keys are those of Graph's enumeration,
written exactly so; another spelling is the InternalError of Graph, with 400: a 500 of the sandbox is always a defect.
"""

import json
from typing import Any

from starlette.responses import Response

from sandbox.core.json_types import is_list, is_object
from sandbox.entra.graph.calls import Call, Routes, collection, nothing
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import READ_SYNCHRONIZATION, WRITE_SYNCHRONIZATION
from sandbox.entra.synchronization.templates import ROOT, context, service_principal

_KEYS = frozenset(
    (
        *("UserName", "Password", "SecretToken", "AppKey", "BaseAddress", "ClientIdentifier", "ClientSecret"),
        *("SingleSignOnType", "Sandbox", "Url", "Domain", "ConsumerKey", "ConsumerSecret", "TokenKey"),
        *("TokenExpiration", "Oauth2AccessToken", "Oauth2AccessTokenCreationTime", "Oauth2RefreshToken"),
        *("SyncAll", "InstanceName", "Oauth2ClientId", "Oauth2ClientSecret", "CompanyId", "UpdateKeyOnSoftDelete"),
        *("SynchronizationSchedule", "SystemOfRecord", "SandboxName", "EnforceDomain", "SyncNotificationSettings"),
        *("SkipOutOfScopeDeletions", "Oauth2AuthorizationCode", "Oauth2RedirectUri"),
        *("ApplicationTemplateIdentifier", "Oauth2TokenExchangeUri", "Oauth2AuthorizationUri"),
        *("AuthenticationType", "Server", "PerformInboundEntitlementGrants", "HardDeletesEnabled"),
        *("SyncAgentCompatibilityKey", "SyncAgentADContainer", "ValidateDomain", "TestReferences"),
        "ConnectionString",
    )
)
_NOTIFICATIONS = "SyncNotificationSettings"
# The synchronization API's own error is JSON text within Graph's (msgraph-metadata #347)
_NO_NOTIFICATIONS = json.dumps(
    {"error": {"code": "InvalidNotificationSettings", "message": "The notification settings are not valid."}}
)
_MASKED = frozenset({"SecretToken", "ClientSecret", "Password", "Oauth2ClientSecret"})


_PATH = f"{ROOT}/secrets"
routes = Routes()


def pairs(listed: Any) -> list[dict[str, str]]:
    """Return the key and value pairs of a body, in order; raises GraphError."""
    if not is_list(listed):
        raise GraphError(400, "BadRequest", "A list of key and value pairs is expected.")
    return [_pair(item) for item in listed]


def _pair(item: Any) -> dict[str, str]:
    pair = item if is_object(item) else {}
    key, value = pair.get("key"), pair.get("value")
    if not isinstance(key, str) or not isinstance(value, str):
        raise GraphError(400, "BadRequest", "A secret is a key and a value, both strings.")
    if key not in _KEYS:
        raise GraphError(400, "InternalError", f"Requested value '{key}' was not found.")
    return {"key": key, "value": value}


def _saved(call: Call) -> list[dict[str, str]]:
    service_principal(call.world, call["id"])
    document = call.world.get("secrets", call["id"])
    return document["value"] if document else []


@routes("GET", _PATH, READ_SYNCHRONIZATION)
async def _get(call: Call) -> Response:
    shown = [{"key": pair["key"], "value": "*" if pair["key"] in _MASKED else pair["value"]} for pair in _saved(call)]
    return collection(call, context(call["id"], "secrets"), shown)


def _merges(call: Call) -> bool:
    return call.world.settings.secrets_put == "merges"


@routes("PUT", _PATH, WRITE_SYNCHRONIZATION)
async def _put(call: Call) -> Response:
    """Replace the whole list, or merge into it; an empty value takes its key away."""
    saved = {pair["key"]: pair["value"] for pair in _saved(call)}
    sent = {pair["key"]: pair["value"] for pair in pairs(call.body.get("value"))}
    if sent.get(_NOTIFICATIONS) == "":
        raise GraphError(400, "UnknownError", _NO_NOTIFICATIONS)
    whole = {**sent, **{key: saved[key] for key in saved if key not in sent}} if _merges(call) else sent
    call.world.put("secrets", call["id"], {"value": [{"key": key, "value": whole[key]} for key in whole if whole[key]]})
    return nothing()
