"""The parts of the connection that the azuread provider manages, one component a concern; no HTTP here."""

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
