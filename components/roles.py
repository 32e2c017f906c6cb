"""The application role that assigned groups and users get, of what azuread found."""

from collections.abc import Sequence

import pulumi
from pulumi_azuread.outputs import GetServicePrincipalAppRoleResult

from providers.entra.application import app_roles
from providers.entra.application.app_roles import AppRole, NoUserRoleError


def user_role(application: str, roles: Sequence[GetServicePrincipalAppRoleResult]) -> str:
    """The id of the role to give. Raises `pulumi.RunError` where none fits."""
    try:
        return app_roles.user_role(
            [AppRole(role.id, role.display_name, role.enabled, role.allowed_member_types) for role in roles]
        )
    except NoUserRoleError as others:
        raise pulumi.RunError(
            f'app.name: the application "{application}" has no role named User to give to groups and users (it has '
            f"{others}): add one under App roles of its registration"
        ) from None
