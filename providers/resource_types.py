"""The types under which Pulumi's state holds what this program declares."""

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
