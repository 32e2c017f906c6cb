"""Which application role an assignment gives."""

from typing import Any

import pytest

from providers.entra.application.app_roles import DEFAULT_ACCESS, NoUserRoleError, user_role


def _principal(*roles: dict[str, Any]) -> dict[str, Any]:
    return {"appRoles": list(roles)}


def _role(name: str, *, enabled: bool = True, member_types: tuple[str, ...] = ("User",)) -> dict[str, Any]:
    return {"id": f"id of {name}", "displayName": name, "isEnabled": enabled, "allowedMemberTypes": list(member_types)}


def test_the_role_user_is_given_whatever_stands_beside_it() -> None:
    assert user_role(_principal(_role("Reader"), _role("User"), _role("msiam_access"))) == "id of User"


def test_an_application_without_roles_for_people_gives_default_access() -> None:
    for principal in (
        {},
        {"appRoles": None},
        _principal(),
        _principal({"id": "1", "displayName": "User", "isEnabled": True, "allowedMemberTypes": None}),
        _principal(_role("User", member_types=("Application",)), _role("User", enabled=False)),
    ):
        assert user_role(principal) == DEFAULT_ACCESS


@pytest.mark.parametrize("now", [_role("People"), _role("User", enabled=False)])
def test_the_role_that_was_given_stays_under_another_name_and_disabled(now: dict[str, Any]) -> None:
    principal = _principal(_role("Reader"), {**now, "id": "given"})
    assert user_role(principal, "given") == "given"
    with pytest.raises(NoUserRoleError):
        user_role(principal, "a role that the application has no more")


def test_which_of_other_roles_is_meant_is_not_guessed() -> None:
    with pytest.raises(NoUserRoleError, match="Reader, Writer"):
        user_role(_principal(_role("Reader"), _role("Writer")))
