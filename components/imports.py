"""What an adopted application had before, by the ids that azuread imports it with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from providers.deadline import Deadline
from providers.entra.graph import Graph
from providers.errors import ProvisioningError
from stacks.adopted import Adopted

_TEMPLATE_ID = "scim"  # the current SCIM job; `customappsso` is its unsupported predecessor of 2018


@dataclass(frozen=True)
class Imports:
    """What is imported instead of made; empty where nothing is.

    What is in state already is not imported again: the engine compares the ids. What is there no more is made anew.
    """

    service_principal_id: str = ""
    job: str = ""
    template: str = _TEMPLATE_ID
    assignments: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def job_path(self) -> str:
        """Return the id by which azuread knows the job, "" where it is made."""
        return f"/servicePrincipals/{self.service_principal_id}/synchronization/jobs/{self.job}" if self.job else ""

    def assignment_path(self, principal_id: str) -> str:
        """Return the id by which azuread knows the assignment of a principal, "" where it is made."""
        found = self.assignments.get(principal_id)
        return f"/servicePrincipals/{self.service_principal_id}/appRoleAssignedTo/{found}" if found else ""


def find_imports(tenant_id: str, service_principal_id: str, adopted: Adopted, role_id: str) -> Imports:
    """Look whether the job is still there, and who is assigned with the role. Raises `pulumi.RunError`."""
    graph = Graph(tenant_id, service_principal_id, Deadline())
    try:
        jobs = {str(job.get("id")) for job in graph.jobs()}
        assignments = graph.assignments()
    except ProvisioningError as error:
        raise pulumi.RunError(f"adopted: {error}") from None
    return Imports(
        service_principal_id=service_principal_id,
        job=adopted.job if adopted.job in jobs else "",
        template=adopted.template,
        assignments={
            str(each["principalId"]): str(each["id"]) for each in assignments if each.get("appRoleId") == role_id
        },
    )
