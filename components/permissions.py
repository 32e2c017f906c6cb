"""Name the Graph permission that is missing when azuread is refused, since its own error names a status only."""

import re

import pulumi

# Application permissions, as Graph's reference of each call lists them; the synchronization API answers 401 for them.
_NEEDED = {
    "azuread:index/applicationFromTemplate:ApplicationFromTemplate": "Application.ReadWrite.All",
    "azuread:index/appRoleAssignment:AppRoleAssignment": "AppRoleAssignment.ReadWrite.All",
    "azuread:index/synchronizationSecret:SynchronizationSecret": "Synchronization.ReadWrite.All",
    "azuread:index/synchronizationJob:SynchronizationJob": "Synchronization.ReadWrite.All",
}
_REFUSED = re.compile(r"\b(401|403)\b|Authorization_RequestDenied|Insufficient privileges", re.IGNORECASE)


def missing_permission(resource_type: str, error: str) -> str:
    """Say which permission to grant, "" where the error is about something else."""
    permission = _NEEDED.get(resource_type)
    if permission is None or not _REFUSED.search(error):
        return ""
    return (
        f"Graph refused: grant the client that signs in the application permission {permission}, with admin consent, "
        "then run again"
    )


def _told(args: pulumi.ErrorHookArgs) -> bool:
    hint = missing_permission(args.type, args.errors[0] if args.errors else "")
    if hint:
        pulumi.log.error(hint)
    return False


def naming_permissions(component: str) -> pulumi.ResourceHookBinding:
    """Return the hook for the azuread resources of a component; it never asks for another try."""
    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"name the missing permission of {component}", _told)])
