"""What to do about an application that Entra does not show any more.

A deleted application waits in the recycle bin for 30 days with its service principal, and either can be restored or
deleted for itself. Source: Graph v1.0, directory: deletedItems, and azuread 6.11.1, which reads the application alone.
"""

from providers.entra.graph.directory import Directory
from providers.errors import NotFoundError

RESTORE = "restore it in Entra's portal within 30 days of its deletion (App registrations, Deleted applications)"
MAKE_AGAIN = "`pulumi up --refresh` makes it again"


def remedy(directory: Directory, application_id: str, service_principal_id: str) -> str:
    """Return what to do if the service principal of an application of ours is gone, both by object id.

    While the application is there, azuread finds nothing amiss, so that no run makes another.
    """
    try:
        directory.application(application_id)
    except NotFoundError:
        return MAKE_AGAIN
    restore = f"{directory.address}/directory/deletedItems/{service_principal_id}/restore"
    return (
        "its registration is there, its service principal is not: restore that within 30 days of its deletion with "
        f"`az rest --method post --url {restore}`, or delete the registration too (App registrations), then run "
        "`pulumi up --refresh`"
    )


def without_principal(directory: Directory, application_id: str) -> str:
    """Return why no application is made beside one of ours, by object id, that was restored alone and is not in state.

    Nobody knows the object id of its service principal then.
    """
    deleted = f"{directory.address}/directory/deletedItems/microsoft.graph.servicePrincipal"
    return (
        f"the registration {application_id} of this stack is there, its service principal is not: restore that within "
        f"30 days of its deletion (`az rest --url {deleted}` lists it), or delete the registration too (App "
        "registrations), then run `pulumi up` again"
    )
