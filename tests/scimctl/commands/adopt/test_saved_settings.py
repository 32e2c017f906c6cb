"""What the saved credentials hold besides the token, and what is refused rather than lost."""

import json
from typing import Any

import pytest

from scimctl.commands.adopt.saved_settings import SavedSettings, saved_settings

URL = "https://sps.us1.greenlake-hpe.com/v1alpha1/scimproxy"
SAVED = {"BaseAddress": URL, "SecretToken": "*", "SyncAll": "false"}


def _read(declared: dict[str, Any] | None = None, **credentials: str) -> SavedSettings:
    return saved_settings({**SAVED, **credentials}, declared or {})


def _notified(**values: Any) -> SavedSettings:
    return _read(SyncNotificationSettings=json.dumps(values))


def test_the_tenant_url_of_the_default_service_needs_no_words() -> None:
    assert _read() == SavedSettings({}, {}, problems=[])


def test_another_service_is_recognised_by_its_api_url() -> None:
    assert _read(BaseAddress="https://eu.example/v1alpha1/scimproxy/").greenlake == {"apiUrl": "https://eu.example"}


def test_a_flag_of_the_tenant_url_is_kept() -> None:
    assert _read(BaseAddress=f"{URL}?aadOptscim062020").greenlake == {"tenantUrl": f"{URL}?aadOptscim062020"}


def test_a_tenant_url_of_something_else_is_refused() -> None:
    (problem,) = _read(BaseAddress="https://scim.box.example/v2").problems
    assert problem.startswith("Tenant URL is not a SCIM proxy of HPE GreenLake (https://scim.box.example/v2)")


def test_a_tenant_url_with_a_password_is_refused_and_the_password_is_not_shown() -> None:
    (problem,) = _read(BaseAddress="https://me:canary@eu.example/v1alpha1/scimproxy?access_token=canary").problems
    assert "canary" not in problem


def test_a_stack_file_for_another_service_is_refused() -> None:
    (problem,) = _read({"greenlake": {"apiUrl": "https://eu.example"}}).problems
    assert f"Tenant URL is {URL}, but greenlake.apiUrl, or GREENLAKE_API_URL, is https://eu.example" in problem


@pytest.mark.parametrize("url", ["*", ""])
def test_a_tenant_url_that_is_not_shown_leaves_the_stack_file_as_it_is(url: str) -> None:
    read = _read({"greenlake": {"apiUrl": "https://eu.example"}}, BaseAddress=url)
    assert (read.greenlake, read.problems) == ({"apiUrl": "https://eu.example"}, [])
    (problem,) = _read(BaseAddress=url).problems
    assert problem.startswith("Tenant URL cannot be read: set greenlake.apiUrl")


def test_a_declared_tenant_url_does_not_outlive_the_saved_url() -> None:
    assert _read({"greenlake": {"tenantUrl": f"{URL}?old=1", "tokenField": "t"}}).greenlake == {"tokenField": "t"}


def test_notifications_are_kept_where_they_are_on() -> None:
    read = _notified(Enabled=True, Recipients="a@b.example", DeleteThresholdEnabled=True, DeleteThresholdValue=9)
    assert read.provisioning == {"notificationEmail": "a@b.example", "deleteThreshold": 9}


def test_notifications_that_are_off_need_no_word_in_the_stack_file() -> None:
    read = _notified(Enabled=False, Recipients="a@b.example", DeleteThresholdEnabled=False, DeleteThresholdValue=9)
    assert (read.provisioning, read.problems) == ({}, [])


def test_masked_notifications_have_to_be_in_the_stack_file() -> None:
    (problem,) = _read(SyncNotificationSettings="*").problems
    assert "cannot be read: set provisioning.notificationEmail or deleteThreshold" in problem
    declared = {"provisioning": {"deleteThreshold": 9, "status": "off"}}
    read = _read(declared, SyncNotificationSettings="*")
    assert (read.provisioning, read.problems) == ({"deleteThreshold": 9}, [])


@pytest.mark.parametrize(
    ("saved", "named"),
    [
        ({"DeleteThresholdEnabled": True}, "DeleteThresholdEnabled is on without DeleteThresholdValue"),
        ({"Enabled": "true"}, "Enabled is on without Recipients"),
        ({"HumanResourcesLookaheadQueryEnabled": True}, "HumanResourcesLookaheadQueryEnabled is on"),
    ],
)
def test_a_notification_that_is_on_and_could_not_be_kept_is_refused(saved: dict[str, Any], named: str) -> None:
    (problem,) = _notified(**saved).problems
    assert named in problem


def test_a_switch_written_as_text_is_read_by_its_meaning() -> None:
    assert _notified(Enabled="false", Recipients="a@b.example").provisioning == {}


@pytest.mark.parametrize("text", ["no json", "[1]"])
def test_notifications_that_are_not_an_object_are_refused(text: str) -> None:
    (problem,) = _read(SyncNotificationSettings=text).problems
    assert "are not a JSON object: save them anew" in problem


def test_a_whole_directory_in_scope_is_refused_because_most_people_would_leave() -> None:
    (problem,) = _read(SyncAll="True").problems
    assert problem.startswith("Scope is Sync all users and groups")


def test_credentials_of_another_protocol_are_refused_by_name() -> None:
    (problem,) = _read(Password="*", UserName="*").problems
    assert "(Password, UserName)" in problem


@pytest.mark.parametrize(("value", "kept"), [("True", True), ("1", True), ("false", False)])
def test_people_out_of_scope_are_left_alone_where_they_were(value: str, kept: bool) -> None:
    assert _read(SkipOutOfScopeDeletions=value).provisioning["skipOutOfScopeDeletions"] is kept
