"""The types under which Pulumi's state holds what this program declares, and the ids that azuread gives it there."""

TOKEN = "pulumi-python:dynamic/greenlake:ScimProxyToken"
MAPPINGS = "pulumi-python:dynamic/entra:SynchronizationSchema"
STATUS = "pulumi-python:dynamic/entra:ProvisioningStatus"
UNCLAIMED = "pulumi-python:dynamic/entra:UnclaimedApplication"

APPLICATION = "azuread:index/applicationFromTemplate:ApplicationFromTemplate"
JOB = "azuread:index/synchronizationJob:SynchronizationJob"
SECRET = "azuread:index/synchronizationSecret:SynchronizationSecret"
ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment"
AZUREAD = "pulumi:providers:azuread"

ASSIGNMENTS = "greenlake-scim:entra:GroupAssignments"
STACK = "pulumi:pulumi:Stack"


def job_path(service_principal_id: str, job_id: str) -> str:
    """Return azuread's id of a synchronization job."""
    return f"/servicePrincipals/{service_principal_id}/synchronization/jobs/{job_id}"


def secret_path(service_principal_id: str) -> str:
    """Return azuread's id of the saved credentials of an application."""
    return f"/servicePrincipals/{service_principal_id}"


def assignment_path(service_principal_id: str, assignment_id: str) -> str:
    """Return azuread's id of an assignment of the application."""
    return f"/servicePrincipals/{service_principal_id}/appRoleAssignedTo/{assignment_id}"
