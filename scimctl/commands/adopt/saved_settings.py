"""What the saved credentials hold beside the token: the tenant URL, notifications and scope, as a stack file has them.

Pure. Source: Graph, synchronizationSecret; the JSON text of SyncNotificationSettings as the portal saves it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from providers.entra.graph.provisioning import MASK
from stacks.sections import ADDRESS, SCIM_PATH, GreenLake

Json = dict[str, Any]

_KNOWN = {"BaseAddress", "SecretToken", "SyncAll", "SyncNotificationSettings", "SkipOutOfScopeDeletions"}
_NOTIFICATIONS = "SyncNotificationSettings"
_SWITCHES = {"Enabled", "DeleteThresholdEnabled", "DeleteThresholdValue"}  # a threshold of 1 is not a switch
_NO_JSON = "are not a JSON object: save them anew in the portal (Provisioning, Settings)"


@dataclass(frozen=True)
class SavedSettings:
    """What was read, in the keys of a stack file, and what cannot be kept, a line each."""

    greenlake: Json
    provisioning: Json
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
    if "SkipOutOfScopeDeletions" in credentials:
        provisioning["skipOutOfScopeDeletions"] = _is_on(credentials["SkipOutOfScopeDeletions"])
    return SavedSettings(greenlake, provisioning, problems + more)


def _tenant_url(url: str, declared: Json) -> tuple[Json, list[str]]:
    """Return the section greenlake that pushes to the same place, the declared one if the URL is masked."""
    if url in ("", MASK):
        if {"apiUrl", "tenantUrl"} & set(declared):
            return dict(declared), []
        hint = "set greenlake.apiUrl in the stack file, and tenantUrl if it differs, to what the portal shows"
        return {}, [f"Tenant URL cannot be read: {hint}"]
    base, _, query = url.partition("?")
    api_url = base.rstrip("/").removesuffix(SCIM_PATH)
    if api_url == base.rstrip("/") or "@" in base:
        return dict(declared), [
            f"Tenant URL is not a SCIM proxy of HPE GreenLake ({_shown(base)}): is it this application?"
        ]
    if declared.get("apiUrl", api_url) != api_url:
        said = f"but greenlake.apiUrl, or {ADDRESS}, is {declared['apiUrl']}: correct one of them"
        return dict(declared), [f"Tenant URL is {_shown(base)}, {said}"]
    kept = {key: value for key, value in declared.items() if key != "tenantUrl"}
    ours = {} if api_url == GreenLake().api_url else {"apiUrl": api_url}
    return {**kept, **ours, **({"tenantUrl": url} if query else {})}, []


def _notifications(text: str, declared: Json) -> tuple[Json, list[str]]:
    """Return what is on; what is off counts for nothing, whatever stands beside it."""
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
    on = {key for key in saved if _is_on(saved[key])}
    section: Json = {}
    problems = [
        f"Notification setting {key} is on, and a stack file has no word for it" for key in sorted(on - _SWITCHES)
    ]
    for switch, key, name in (
        ("Enabled", "Recipients", "notificationEmail"),
        ("DeleteThresholdEnabled", "DeleteThresholdValue", "deleteThreshold"),
    ):
        if switch in on and not saved.get(key):
            problems.append(
                f"Notification setting {switch} is on without {key}: set it in the portal, or switch it off"
            )
        elif switch in on:
            section[name] = saved[key]
    return section, problems


def _is_on(value: object) -> bool:
    return value is True or str(value).lower() in ("true", "1")


def _shown(url: str) -> str:
    """Return an address without what could be a secret in it."""
    return url.rpartition("@")[2]
