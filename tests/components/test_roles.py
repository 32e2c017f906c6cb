"""Which role an assignment gives."""

from typing import Any

import pulumi
import pytest

from components.enterprise_app import role_of


def _principal(*roles: dict[str, Any]) -> dict[str, Any]:
    return {"appRoles": list(roles)}


def _role(name: str, *, enabled: bool = True, member_types: tuple[str, ...] = ("User",)) -> dict[str, Any]:
    return {
        "allowedMemberTypes": list(member_types), "displayName": name, "isEnabled": enabled, "id": f"id of {name}",
    }  # fmt: skip


def test_the_role_named_user_is_given() -> None:
    assert role_of("app", _principal(_role("msiam_access"), _role("User"))) == "id of User"


def test_default_access_is_given_if_there_are_no_roles() -> None:
    assert role_of("app", _principal()) == "00000000-0000-0000-0000-000000000000"


def test_roles_that_users_cannot_get_do_not_count() -> None:
    roles = [_role("User", enabled=False), _role("User", member_types=("Application",))]
    assert role_of("app", _principal(*roles)) == "00000000-0000-0000-0000-000000000000"


def test_other_roles_alone_stop_the_run_and_are_named() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        role_of("SSO-Integration", _principal(_role("Reader"), _role("Writer")))
    assert str(refused.value) == (
        'app.name: the application "SSO-Integration" has no role named User to give to groups and users (it has '
        "Reader, Writer): add one under App roles of its registration"
    )
