"""The application that this stack made and state lacks: azuread would make a second one in the next run.

The run that made it was killed, as azuread waits 20 s before an application is in state, or its answer was lost. Or it
left state later: azuread takes the tenant of a managed identity or of `az login` as it is, and a refresh in another
tenant reads there that all is gone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from providers.entra.application.claims import jobs_of
from providers.entra.application.deleted_application import without_principal
from providers.entra.graph.directory import Directory
from providers.entra.graph.provisioning import Graph
from providers.errors import NotFoundError, StoppedError

_SPAN = timedelta(minutes=15)  # azuread tries for 5 minutes; the rest is for clocks that differ


@dataclass(frozen=True)
class LostApplication:
    """An application from a template, by object id."""

    template_id: str
    object_id: str
    service_principal_id: str

    @property
    def path(self) -> str:
        """Return the id by which azuread knows it."""
        return f"/applicationTemplates/{self.template_id}/instantiate/{self.object_id}/{self.service_principal_id}"


def lost_application(
    directory: Directory, name: str, template_id: str, around: datetime, known: Collection[str]
) -> LostApplication | None:
    """Find the application of this name that a run made `around` a moment, and nobody has set up since.

    `known` are the azuread ids that state has. Raises StoppedError if several may be meant.
    """
    found = [
        each
        for each in directory.applications(name)
        if was_made_around(each, template_id, around) and not any(str(each["id"]) in one for one in known)
    ]
    left = [one for each in found if (one := _without_job(directory, template_id, each))]
    if len(left) > 1:
        raise StoppedError(
            f'{len(left)} applications named "{name}" were made at the time of the run, and any may be the one that it '
            f"made ({', '.join(one.object_id for one in left)}): delete those that nobody uses, then try again"
        )
    return left[0] if left else None


def exported_application(directory: Directory, template_id: str, object_id: str) -> LostApplication | None:
    """Return the application that the outputs of the stack name, None if it was deleted.

    Raises StoppedError if it was restored from the recycle bin without its service principal.
    """
    try:
        found = directory.application(object_id)
    except NotFoundError:
        return None
    if found.get("applicationTemplateId") != template_id:
        return None
    principals = directory.service_principals_of(str(found["appId"]))
    if not principals:
        raise StoppedError(without_principal(directory, object_id))
    return LostApplication(template_id, object_id, str(principals[0]["id"]))


def was_made_around(application: Mapping[str, Any], template_id: str, around: datetime) -> bool:
    """Return whether an application is from the template and about as old as the run; pure."""
    created = str(application.get("createdDateTime") or "")
    is_from_it = application.get("applicationTemplateId") == template_id
    return is_from_it and created != "" and abs(moment(created) - around) <= _SPAN


def moment(text: str) -> datetime:
    """Read a time as Graph and the engine write it, without the fraction of a second: Go writes nine digits."""
    zone = "+00:00" if text.endswith("Z") else text[-6:]
    return datetime.fromisoformat(text[:19] + zone)


def _without_job(directory: Directory, template_id: str, application: Mapping[str, Any]) -> LostApplication | None:
    """Return an application that has no synchronization job yet, None for one that somebody has set up."""
    principals = directory.service_principals_of(str(application["appId"]))
    if not principals:
        raise StoppedError(
            f"the application {application['id']} was made at the time of the run and Entra does not show its service "
            "principal yet: try again in a minute"
        )
    principal = str(principals[0]["id"])
    jobs = jobs_of(Graph(directory.tenant_id, principal, directory.deadline, directory.environ))
    return None if jobs else LostApplication(template_id, str(application["id"]), principal)
