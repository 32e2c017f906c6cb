"""The parts of the connection that the azuread provider manages, one component a concern; no HTTP here."""

from components.sdk import without_package

with without_package("pulumi_azuread"):
    from components.deployed import read_deployed
    from components.enterprise_app import EnterpriseApp
    from components.group_assignments import GroupAssignments
    from components.principals import find_principals
    from components.provisioning_connection import ProvisioningConnection

__all__ = [
    "EnterpriseApp",
    "GroupAssignments",
    "ProvisioningConnection",
    "find_principals",
    "read_deployed",
]
