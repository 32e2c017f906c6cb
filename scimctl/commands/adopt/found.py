"""What a tenant has: the application, its jobs and the chosen one, credentials without secrets, and assignments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from providers.entra.application.claims import SCIM_TEMPLATES
from providers.entra.graph.directory import Directory
from providers.entra.graph.fields import read_as
from providers.entra.graph.provisioning import Graph
from providers.entra.job.job import Job
from providers.errors import ConfigurationError, StoppedError
from providers.http.deadline import Deadline
from providers.masking import printable
from scimctl.terminal.console import Tell

Json = dict[str, Any]


class FoundJob(Job, frozen=True):
    """A synchronization job with the template that it was made from."""

    template_id: str = ""

    @property
    def state(self) -> str:
        """Return how it is, in the portal's words."""
        if self.quarantined:
            return f"in quarantine ({self.quarantine_reason})"
        return "on" if self.active else "off"


@dataclass(frozen=True)
class Application:
    """The enterprise application of a tenant; `same_name` is how many are named so."""

    tenant_id: str
    name: str
    service_principal: Json
    same_name: int

    @property
    def service_principal_id(self) -> str:
        """Return its object id."""
        return str(self.service_principal["id"])

    @property
    def graph(self) -> Graph:
        """Return calls about it, with their own time limit."""
        return Graph(self.tenant_id, self.service_principal_id, Deadline())


@dataclass(frozen=True)
class Assigned:
    """One assignment of a group or user. `name` is how a stack file names them, "" if it cannot."""

    kind: str
    display_name: str
    role_id: str
    name: str


@dataclass(frozen=True)
class Found:
    """All of it; `credentials` by key with "*" for what is secret or masked."""

    application: Application
    jobs: Sequence[FoundJob]
    credentials: Mapping[str, str]
    assigned: Sequence[Assigned]


def find_application(tenant_id: str, name: str) -> Application:
    """Find the application of a tenant by display name or by the object id of its service principal.

    Raises ConfigurationError if it is not exactly one.
    """
    directory = Directory(tenant_id, Deadline())
    found = directory.service_principals(name)
    if not found:
        raise ConfigurationError(f'no enterprise application is named "{name}": check the spelling, or give its id')
    if len(found) > 1:
        ids = ", ".join(str(each.get("id")) for each in found)
        raise ConfigurationError(f'{len(found)} enterprise applications are named "{name}": give one by its id: {ids}')
    principal = Graph(tenant_id, str(found[0]["id"]), Deadline()).service_principal()
    display_name = str(principal.get("displayName") or "")
    same_name = len(directory.service_principals(display_name))
    return Application(tenant_id, printable(display_name), principal, same_name)


def read_found(application: Application, tell: Tell) -> Found:
    """Read everything but the mappings, which belong to the job that is chosen."""
    graph = application.graph
    jobs = [read_as(FoundJob, each, "read the synchronization job") for each in graph.jobs()]
    credentials = graph.shown_credentials()
    assignments = [each for each in graph.assignments() if each.get("principalType") in ("Group", "User")]
    assigned: list[Assigned] = []
    for done, each in enumerate(assignments):
        tell(done, len(assignments))
        assigned.append(_assigned(application.tenant_id, each))
    return Found(application, jobs, credentials, assigned)


def _assigned(tenant_id: str, assignment: Json) -> Assigned:
    kind, object_id = str(assignment["principalType"]), str(assignment["principalId"])
    name = (_group if kind == "Group" else _user)(tenant_id, object_id)
    shown = printable(str(assignment.get("principalDisplayName") or object_id))
    return Assigned(kind, shown, str(assignment.get("appRoleId") or ""), name)


def _group(tenant_id: str, object_id: str) -> str:
    """Return the display name if it finds only this group, as `pulumi up` looks it up; else the id."""
    directory = Directory(tenant_id, Deadline())
    found = directory.security_groups(object_id)
    if not found:
        return ""
    name = str(found[0].get("displayName") or "")
    plain = bool(name) and name == name.strip() and "::" not in name
    return name if plain and len(directory.security_groups(name)) == 1 else object_id


def _user(tenant_id: str, object_id: str) -> str:
    found = Directory(tenant_id, Deadline()).users(object_id)
    return str(found[0].get("userPrincipalName") or object_id) if found else ""


def choose_job(jobs: Sequence[FoundJob], wanted: str) -> FoundJob:
    """Return the job `wanted` by id, or the only one that runs, or the only one.

    Raises StoppedError if that is not decided, or if another job runs beside it: both present one set of
    credentials, so a test of the new token would cut off a cycle of the other job.
    """
    ours = [each for each in jobs if each.template_id in SCIM_TEMPLATES]
    if not ours and jobs:
        raise StoppedError(f"the application has no job for SCIM, only {_ids(jobs)}: is it the right application?")
    if not ours:
        raise StoppedError(
            "the application has no provisioning job, so there is nothing to take over: set app.mode to existing in "
            "the stack file and run `pulumi up`"
        )
    running = [each for each in ours if each.active]
    chosen = [each for each in ours if each.id == wanted] if wanted else running or ours
    if wanted and not chosen:
        raise StoppedError(f"the application has no job {wanted}: it has {_ids(ours)}")
    if len(chosen) > 1:
        stop = ", once the others are stopped in the portal" if len(running) > 1 else ""
        raise StoppedError(f"the application has {len(chosen)} jobs ({_ids(chosen)}): name one with --job{stop}")
    others = [each for each in jobs if each.active and each is not chosen[0]]
    if others:
        raise StoppedError(
            f"another job runs as well ({_ids(others)}) and presents the same credentials, so that pushes could be "
            "lost: stop one of them in the portal"
        )
    return chosen[0]


def _ids(jobs: Sequence[FoundJob]) -> str:
    return ", ".join(each.id for each in jobs)
