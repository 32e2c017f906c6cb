"""What the saved credentials hold besides the token, and what is refused rather than lost."""

import json
from typing import Any

import pytest

from scimctl.commands.adopt.saved_settings import SavedSettings, saved_settings

URL = "https://sps.us1.greenlake-hpe.com/v1alpha1/scimproxy"
SAVED = {"BaseAddress": URL, "SecretToken": "*", "SyncAll": "false"}
EU = {"apiUrl": "https://eu.example"}
ON = {"Enabled": True, "Recipients": "a@b.example", "DeleteThresholdEnabled": True, "DeleteThresholdValue": 9}


def _read(declared: dict[str, Any] | None = None, **credentials: str) -> SavedSettings:
    return saved_settings({**SAVED, **credentials}, declared or {})


def _notified(**values: Any) -> SavedSettings:
    return _read(SyncNotificationSettings=json.dumps(values))


KEPT: dict[str, tuple[SavedSettings, dict[str, Any]]] = {
    "the tenant URL of the default service needs no words": (_read(), {}),
    "another service is recognised by its API URL": (_read(BaseAddress="https://eu.example/v1alpha1/scimproxy/"), EU),
    "a flag of the tenant URL": (
        _read(BaseAddress=f"{URL}?aadOptscim062020"),
        {"tenantUrl": f"{URL}?aadOptscim062020"},
    ),
    "a masked tenant URL leaves the stack file as it is": (_read({"greenlake": EU}, BaseAddress="*"), EU),
    "without a tenant URL the stack file stays as it is": (_read({"greenlake": EU}, BaseAddress=""), EU),
    "a declared tenant URL does not outlive the saved one": (
        _read({"greenlake": {"tenantUrl": f"{URL}?old=1", "tokenField": "t"}}),
        {"tokenField": "t"},
    ),
    "notifications that are on": (_notified(**ON), {"notificationEmail": "a@b.example", "deleteThreshold": 9}),
    "notifications that are off": (_notified(**{**ON, "Enabled": False, "DeleteThresholdEnabled": False}), {}),
    "a switch written as text is read by its meaning": (_notified(Enabled="false", Recipients="a@b.example"), {}),
    "masked notifications have to be in the stack file": (
        _read({"provisioning": {"deleteThreshold": 9, "status": "off"}}, SyncNotificationSettings="*"),
        {"deleteThreshold": 9},
    ),
    "people out of scope are left alone": (_read(SkipOutOfScopeDeletions="True"), {"skipOutOfScopeDeletions": True}),
    "the same as a number": (_read(SkipOutOfScopeDeletions="1"), {"skipOutOfScopeDeletions": True}),
    "people out of scope are deleted": (_read(SkipOutOfScopeDeletions="false"), {"skipOutOfScopeDeletions": False}),
}
REFUSED = {
    "a tenant URL of something else": (
        _read(BaseAddress="https://scim.box.example/v2"),
        "Tenant URL is not a SCIM proxy of HPE GreenLake (https://scim.box.example/v2)",
    ),
    "a stack file for another service": (
        _read({"greenlake": EU}),
        f"Tenant URL is {URL}, but greenlake.apiUrl, or GREENLAKE_API_URL, is https://eu.example",
    ),
    "a masked tenant URL": (_read(BaseAddress="*"), "Tenant URL cannot be read: set greenlake.apiUrl"),
    "no tenant URL": (_read(BaseAddress=""), "Tenant URL cannot be read: set greenlake.apiUrl"),
    "masked notifications": (
        _read(SyncNotificationSettings="*"),
        "cannot be read: set provisioning.notificationEmail or deleteThreshold",
    ),
    "a threshold without its value": (
        _notified(DeleteThresholdEnabled=True),
        "DeleteThresholdEnabled is on without DeleteThresholdValue",
    ),
    "notifications without recipients": (_notified(Enabled="true"), "Enabled is on without Recipients"),
    "a setting that a stack file has no word for": (_notified(Lookahead=True), "setting Lookahead is on"),
    "notifications that are not JSON": (_read(SyncNotificationSettings="no json"), "are not a JSON object: save them"),
    "notifications that are a list": (_read(SyncNotificationSettings="[1]"), "are not a JSON object: save them"),
    "a whole directory in scope: most people would leave": (
        _read(SyncAll="True"),
        "Scope is Sync all users and groups",
    ),
    "credentials of another protocol": (_read(Password="*", UserName="*"), "(Password, UserName)"),
}


@pytest.mark.parametrize(("read", "sections"), KEPT.values(), ids=list(KEPT))
def test_what_is_saved_comes_back_in_the_words_of_the_stack_file(read: SavedSettings, sections: dict[str, Any]) -> None:
    assert ({**read.greenlake, **read.provisioning}, read.problems) == (sections, [])


@pytest.mark.parametrize(("read", "words"), REFUSED.values(), ids=list(REFUSED))
def test_what_could_not_be_kept_is_one_line(read: SavedSettings, words: str) -> None:
    (problem,) = read.problems
    assert words in problem


def test_a_tenant_url_with_a_password_is_refused_and_the_password_is_not_shown() -> None:
    (problem,) = _read(BaseAddress="https://me:canary@eu.example/v1alpha1/scimproxy?access_token=canary").problems
    assert "canary" not in problem
