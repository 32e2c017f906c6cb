"""Which application role an assignment gives."""

import pytest

from providers.entra.application.app_roles import DEFAULT_ACCESS, AppRole, NoUserRoleError, user_role

_USER = AppRole("1", "User", enabled=True, member_types=["User"])


def _role(name: str, *, enabled: bool = True, member_types: tuple[str, ...] = ("User",)) -> AppRole:
    return AppRole(name, name, enabled=enabled, member_types=member_types)


def test_the_role_user_is_given_whatever_stands_beside_it() -> None:
    assert user_role([_role("Reader"), _USER, _role("msiam_access")]) == "1"


def test_an_application_without_roles_for_people_gives_default_access() -> None:
    assert user_role([]) == DEFAULT_ACCESS
    assert user_role([_role("Daemon", member_types=("Application",)), _role("Old", enabled=False)]) == DEFAULT_ACCESS


def test_which_of_other_roles_is_meant_is_not_guessed() -> None:
    with pytest.raises(NoUserRoleError, match="Reader, Writer"):
        user_role([_role("Reader"), _role("Writer")])
