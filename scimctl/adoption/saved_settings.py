"""What the saved credentials say besides the token: the tenant URL, notifications and scope, as a stack file has them.

Pure. Source: Graph, synchronizationSecret; the JSON text of SyncNotificationSettings as the portal saves it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from providers.entra.graph import MASK
from stacks.greenlake import SCIM_PATH, GreenLake

Json = dict[str, Any]

_KNOWN = {"BaseAddress", "SecretToken", "SyncAll", "SyncNotificationSettings", "SkipOutOfScopeDeletions"}
_NOTIFICATIONS = "SyncNotificationSettings"
_NO_JSON = "are no JSON object: save them anew in the portal (Provisioning, Settings)"


@dataclass(frozen=True)
class SavedSettings:
    """What was read, in the keys of a stack file, and what cannot be kept, a line each."""

    greenlake: Json
    provisioning: Json
    notifications: bool
    problems: list[str]


def saved_settings(credentials: Mapping[str, str], declared: Mapping[str, Json]) -> SavedSettings:
    """Read the credentials; `declared`, the sections of the present stack file, stand in for what is masked."""
    greenlake, problems = _tenant_url(credentials.get("BaseAddress", ""), declared.get("greenlake", {}))
    if credentials.get("SyncAll", "").lower() == "true":
        problems.append(
            "Scope is Sync all users and groups; this program provisions those assigned, so everybody else would "
            "leave: assign the groups, set the scope to assigned ones in the portal and look at GreenLake first"
        )
    strange = sorted(set(credentials) - _KNOWN)
    if strange:
        problems.append(
            f"credentials are saved that SCIM does not use ({', '.join(strange)}): clear them in the portal"
        )
    provisioning, more = _notifications(credentials.get(_NOTIFICATIONS, ""), declared.get("provisioning", {}))
    if credentials.get("SkipOutOfScopeDeletions", "").lower() in ("true", "1"):
        provisioning["skipOutOfScopeDeletions"] = True
    return SavedSettings(greenlake, provisioning, _NOTIFICATIONS in credentials, problems + more)


def _tenant_url(url: str, declared: Json) -> tuple[Json, list[str]]:
    """Return the section greenlake that pushes to the same place, the declared one where the URL is masked."""
    if url in ("", MASK):
        return dict(declared), []
    base, _, query = url.partition("?")
    api_url = base.rstrip("/").removesuffix(SCIM_PATH)
    if api_url == base.rstrip("/"):
        return dict(declared), [f"Tenant URL is {url}, no SCIM proxy of HPE GreenLake: is it this application?"]
    if declared.get("apiUrl", api_url) != api_url:
        said = f"but greenlake.apiUrl in the stack file is {declared['apiUrl']}: correct one of them"
        return dict(declared), [f"Tenant URL is {url}, {said}"]
    ours = {} if api_url == GreenLake().api_url else {"apiUrl": api_url}
    return {**declared, **ours, **({"tenantUrl": url} if query else {})}, []


def _notifications(text: str, declared: Json) -> tuple[Json, list[str]]:
    kept = {key: declared[key] for key in ("notificationEmail", "deleteThreshold") if key in declared}
    if text == MASK:
        hint = "set provisioning.notificationEmail or deleteThreshold in the stack file to what the portal shows"
        return kept, [] if kept else [f"Notification settings were saved and cannot be read: {hint}"]
    if not text:
        return {}, []
    try:
        found: object = json.loads(text)
    except ValueError:
        return {}, [f"Notification settings {_NO_JSON}"]
    if not isinstance(found, dict):
        return {}, [f"Notification settings {_NO_JSON}"]
    saved = cast("Json", found)
    section: Json = {}
    if saved.get("Enabled") and saved.get("Recipients"):
        section["notificationEmail"] = saved["Recipients"]
    if saved.get("DeleteThresholdEnabled"):
        section["deleteThreshold"] = saved.get("DeleteThresholdValue")
    return section, []
