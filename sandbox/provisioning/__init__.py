"""The provisioning engine: Entra's side of SCIM, which obeys the saved schema, secrets and assignments."""

from sandbox.provisioning.scim.refusals import CredentialsRefused
from sandbox.provisioning.service import Provisioning

__all__ = ["CredentialsRefused", "Provisioning"]
