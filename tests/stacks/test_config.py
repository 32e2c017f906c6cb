"""What the parts of the program get from a stack file."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from providers.entra.application.saved_credentials import is_off
from stacks.config import StackConfig
from tests.stacks.conftest import SMALLEST


def _config(**sections: Any) -> StackConfig:
    return StackConfig.model_validate_json(json.dumps({**SMALLEST, **sections}))


def test_the_default_mappings_are_those_of_the_blog_post() -> None:
    assert _config().mappings.as_schema() == {
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


def test_mappings_are_handed_over_in_the_words_of_graph() -> None:
    users = {
        "actions": ["delete", "update"],
        "scope": [
            [
                {"attribute": "department", "operator": "EQUALS", "values": ["IT"]},
                {"attribute": "accountEnabled", "operator": "IS TRUE"},
            ],
            [{"attribute": "city", "operator": "EQUALS", "values": ["Ulm", "Ghent"]}],
        ],
        "attributes": {
            "userName": {"source": "mail", "matching": 2},
            "title": {"constant": "engineer"},
            "name.formatted": {"expression": 'Join(" ", [givenName], [surname])', "onlyOnCreate": True},
            "displayName": "displayName",
            "nickName": {"source": "mailNickname", "default": "n/a"},
        },
    }
    assert _config(mappings={"users": users}).mappings.as_schema()["User"] == {
        "enabled": True,
        "flowTypes": ["Update", "Delete"],
        "scope": [
            [
                {"attribute": "department", "operator": "EQUALS", "values": ["IT"]},
                {"attribute": "accountEnabled", "operator": "IS TRUE", "values": []},
            ],
            [{"attribute": "city", "operator": "EQUALS", "values": ["Ulm", "Ghent"]}],
        ],
        "attributeMappings": {
            "userName": {"source": "mail", "matchingPriority": 2},
            "title": {"constant": "engineer"},
            "name.formatted": {"expression": 'Join(" ", [givenName], [surname])', "flowType": "ObjectAddOnly"},
            "displayName": {"source": "displayName"},
            "nickName": {"source": "mailNickname", "defaultValue": "n/a"},
        },
    }


def test_the_groups_mapping_can_be_disabled() -> None:
    assert _config(mappings={"groups": {"enabled": False}}).mappings.as_schema()["Group"]["enabled"] is False


def test_the_token_inputs_come_from_two_sections_with_text_if_nothing_is_set() -> None:
    assert _config().token_inputs() == {
        "api_url": "https://sps.us1.greenlake-hpe.com",
        "tenant_url": "https://sps.us1.greenlake-hpe.com/v1alpha1/scimproxy",
        "token_field": "",
        "expiry_field": "",
        "workspace": "",
        "remove_current": False,
        "every": "60d",
        "renew_before": "",
        "rotate_when_changed": {},
        "adopt_existing": False,
    }


def test_the_tenant_url_follows_the_api_url() -> None:
    config = _config(greenlake={"apiUrl": "https://127.0.0.1:8444/"})
    assert config.greenlake.api_url == "https://127.0.0.1:8444"
    assert config.greenlake.tenant_url == "https://127.0.0.1:8444/v1alpha1/scimproxy"


def test_any_single_value_is_a_reason_to_rotate() -> None:
    reasons = {"audit": "2027-Q1", "count": 2, "leak": True, "version": 1.5}
    inputs = _config(token={"every": "60d", "rotateWhenChanged": reasons}).token_inputs()
    assert inputs["rotate_when_changed"] == {"audit": "2027-Q1", "count": "2", "leak": "True", "version": "1.5"}


@pytest.mark.parametrize(("written", "read"), [(True, "on"), (False, "off"), ("on", "on"), ("off", "off")])
def test_on_and_off_may_arrive_as_booleans(written: object, read: str) -> None:
    assert _config(provisioning={"status": written}).provisioning.status == read


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ({}, {"Enabled": False, "DeleteThresholdEnabled": False}),
        (
            {"notificationEmail": "it@contoso.example"},
            {"Enabled": True, "DeleteThresholdEnabled": False, "Recipients": "it@contoso.example"},
        ),
        ({"deleteThreshold": 50}, {"Enabled": False, "DeleteThresholdEnabled": True, "DeleteThresholdValue": 50}),
        (
            {"notificationEmail": "it@contoso.example", "deleteThreshold": 50},
            {
                "Enabled": True,
                "DeleteThresholdEnabled": True,
                "DeleteThresholdValue": 50,
                "Recipients": "it@contoso.example",
            },
        ),
    ],
)
def test_notification_settings_are_json_text_and_switched_off_if_none_is_set(
    settings: dict[str, Any], value: dict[str, Any]
) -> None:
    declared = _config(provisioning=settings).provisioning.secret_settings
    assert json.loads(declared["SyncNotificationSettings"]) == value


def test_who_leaves_the_scope_is_left_alone_only_if_the_stack_file_asks_for_it() -> None:
    for said, value in ((True, "True"), (False, "False")):
        kept = _config(provisioning={"skipOutOfScopeDeletions": said}).provisioning.secret_settings
        assert kept["SkipOutOfScopeDeletions"] == value


@pytest.mark.parametrize(
    "settings",
    [{}, {"notificationEmail": "it@contoso.example"}, {"deleteThreshold": 50}, {"skipOutOfScopeDeletions": True}],
)
def test_every_setting_is_always_saved_so_that_one_taken_out_of_the_stack_file_is_switched_off(
    settings: dict[str, Any],
) -> None:
    before, after = _config(provisioning=settings).provisioning.secret_settings, _config().provisioning.secret_settings
    assert list(before) == list(after) == ["SyncAll", "SyncNotificationSettings", "SkipOutOfScopeDeletions"]
    assert is_off("SyncNotificationSettings", after["SyncNotificationSettings"])
    assert is_off("SkipOutOfScopeDeletions", after["SkipOutOfScopeDeletions"])


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [
        ({}, set[str]()),
        ({"status": "off"}, set[str]()),
        ({"notificationEmail": "it@contoso.example"}, {"SyncNotificationSettings"}),
        ({"deleteThreshold": 50}, {"SyncNotificationSettings"}),
        ({"skipOutOfScopeDeletions": False}, {"SkipOutOfScopeDeletions"}),
    ],
)
def test_only_a_setting_of_the_stack_file_may_replace_a_setting_saved_by_hand(
    settings: dict[str, Any], chosen: set[str]
) -> None:
    assert set(_config(provisioning=settings).provisioning.chosen_settings) == {"SyncAll", *chosen}


def test_an_adopted_job_is_read_and_nothing_that_has_no_effect_is_accepted_beside_it() -> None:
    assert _config(adopted={"job": "scim.1.2"}, app={"mode": "existing"}, protect=True).adopted is not None
    with pytest.raises(ValidationError, match="notifications"):
        _config(adopted={"job": "scim.1.2", "notifications": True}, app={"mode": "existing"}, protect=True)


@pytest.mark.parametrize(("mode", "ours"), [("create", True), ("existing", False)])
def test_only_an_application_made_here_is_ours(mode: str, ours: bool) -> None:
    assert _config(app={"mode": mode}).app.is_ours is ours
