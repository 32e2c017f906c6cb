"""What the application has in Entra and state has not, by the ids that azuread imports it with.

That is what was set up before an adoption, what somebody assigned by hand, and what a call made whose answer was lost:
azuread would make a job a second time, and fail on an assignment that exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.principals import Principals
from providers.entra.application.app_roles import NoUserRoleError, user_role
from providers.entra.application.claims import for_scim
from providers.entra.graph.provisioning import Graph
from providers.errors import NotFoundError, ProvisioningError
from providers.http.deadline import Deadline
from providers.output import spelled
from providers.resource_types import assignment_path, job_path, secret_path
from stacks.config import StackConfig
from stacks.sections import Adopted

_TEMPLATE_ID = "scim"  # the current SCIM job; `customappsso` is its unsupported predecessor of 2018


@dataclass(frozen=True)
class Imports:
    """What is imported instead of made, assignments by the principal; the secret only if somebody has it in state."""

    job: str = ""
    secret: str = ""
    template: str = _TEMPLATE_ID
    assignments: Mapping[str, str] = field(default_factory=dict[str, str])


def find_imports(config: StackConfig, service_principal_id: str, role_id: str, people: Principals) -> Imports:
    """Look in Entra for what state lacks; `role_id` "" is unknown. Raises `pulumi.RunError` for several jobs."""
    template = config.adopted.template if config.adopted else _TEMPLATE_ID
    graph = Graph(config.tenant_id, service_principal_id, Deadline())
    try:
        job = "" if people.deployed.has_job else _job(graph, template, config.adopted)
        assignments = _assignments(graph, role_id, people)
    except NotFoundError as error:
        if config.app.is_ours:  # it was deleted, and with it all that it had: a refresh makes it again
            return Imports(template=template)
        raise pulumi.RunError(f"app: {error}") from None
    except ProvisioningError as error:
        raise pulumi.RunError(f"app: {error}") from None
    secret = next((each for each in people.deployed.strays if each == secret_path(service_principal_id)), "")
    return Imports(job_path(service_principal_id, job) if job else "", secret, template, assignments)


def _job(graph: Graph, template: str, adopted: Adopted | None) -> str:
    """Return Graph's id of the job to import: the adopted one, else the one that somebody made since, "" for none."""
    jobs = graph.jobs()
    if adopted and adopted.job in [job.get("id") for job in jobs]:
        return adopted.job
    found = [str(job.get("id")) for job in jobs if job.get("templateId") == template]
    if adopted and not found and (others := for_scim(jobs)):
        raise pulumi.RunError(
            f"adopted: the application has the synchronization job {', '.join(others)}, of another template than "
            f"{template}: write its id and its template, scim or customappsso"
        )
    if len(found) > 1:
        raise pulumi.RunError(
            f"app: the application has {len(found)} synchronization jobs ({', '.join(found)}) and this stack none: "
            + spelled("delete those that are not used in the portal (Provisioning), then run `pulumi up` again")
        )
    return found[0] if found else ""


def _assignments(graph: Graph, role_id: str, people: Principals) -> Mapping[str, str]:
    """Return the assignments that state lacks, with the role that this program gives."""
    if not people.new_ids:
        return {}
    assigned = [each for each in graph.assignments() if each.get("principalId") in people.new_ids]
    role = role_id or (_role(graph, people.deployed.role) if assigned else "")
    ours = [each for each in assigned if each.get("appRoleId") == role]
    return {str(each["principalId"]): assignment_path(graph.service_principal_id, str(each["id"])) for each in ours}


def _role(graph: Graph, given: str) -> str:
    try:
        return user_role(graph.service_principal(), given)
    except NoUserRoleError:  # the look-up of the role reports it
        return ""
