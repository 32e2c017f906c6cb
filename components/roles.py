"""Which application role an assignment gives."""

from collections.abc import Sequence

import pulumi
from pulumi_azuread.outputs import GetServicePrincipalAppRoleResult

_DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"  # Graph's appRoleAssignment: for applications without roles


def user_role(application: str, roles: Sequence[GetServicePrincipalAppRoleResult]) -> str:
    """The id of the role `User`, which every application made from the template has.

    Default access where no role is open to users. Raises `pulumi.RunError` where only others are: which of them is
    meant is not for us to guess.
    """
    given = [role for role in roles if role.enabled and "User" in role.allowed_member_types]
    named = [role.id for role in given if role.display_name == "User"]
    if named:
        return named[0]
    if not given:
        return _DEFAULT_ACCESS
    others = ", ".join(role.display_name for role in given)
    raise pulumi.RunError(
        f'app.name: the application "{application}" has no role named User to give to groups and users (it has '
        f"{others}): add one under App roles of its registration"
    )
