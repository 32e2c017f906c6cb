"""What somebody has set up on an existing application, and what to do about each: any of it stops a run."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from providers.entra.application.saved_credentials import is_off
from providers.entra.graph.provisioning import Graph
from providers.errors import NotFoundError

SCIM_TEMPLATES = ("scim", "customappsso")  # of a non-gallery application: now, and in tenants of before 2018
_NOTIFICATIONS = "SyncNotificationSettings"


class Claim(NamedTuple):
    """What was found, and what to do about it."""

    what: str
    action: str

    @property
    def line(self) -> str:
        """Return both in one line."""
        return f"{self.what}: {self.action}"


def read_claims(graph: Graph, name: str, declared_keys: Collection[str], principals: Collection[str]) -> list[Claim]:
    """Read the application and list its claims; `principals` are the object ids that are going to be assigned."""
    return claims(
        name=name,
        jobs=jobs_of(graph),
        keys=[key for key, value in graph.shown_credentials().items() if not is_off(key, value)],
        assignments=graph.assignments(),
        templates=graph.template_ids(),
        declared_keys=declared_keys,
        principals=principals,
    )


def jobs_of(graph: Graph) -> Sequence[Mapping[str, Any]]:
    """List the jobs of an application; Graph may answer 404 for an application without provisioning."""
    try:
        return graph.jobs()
    except NotFoundError:
        return []


def for_scim(jobs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of the jobs that provision over SCIM; pure."""
    return [str(job.get("id")) for job in jobs if job.get("templateId") in SCIM_TEMPLATES]


def claims(
    *,
    name: str,
    jobs: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    assignments: Sequence[Mapping[str, Any]],
    templates: Sequence[str],
    declared_keys: Collection[str],
    principals: Collection[str],
) -> list[Claim]:
    """List what a run would take over, double or wipe; pure. SCIM jobs come alone: an adoption takes care of all."""
    if for_scim(jobs):
        return [_of_scim_jobs(name, for_scim(jobs))]
    found: list[Claim] = []
    if "scim" not in templates:
        what = "it offers no synchronization template `scim`, so it was not made as a non-gallery application"
        found.append(Claim(what, "set app.mode to create, or name another application"))
    for job in jobs:
        what = f"it has a synchronization job that is not for SCIM ({job.get('id')})"
        found.append(Claim(what, "set app.mode to create, or name another application"))
    extra = [key for key in keys if key not in declared_keys]
    if _NOTIFICATIONS in extra:
        action = (
            "set provisioning.notificationEmail or provisioning.deleteThreshold to what they are, so that they are kept"
        )
        found.append(Claim("notification settings were made in the portal", action))
    others = [key for key in extra if key != _NOTIFICATIONS]
    if others:
        what = f"it holds saved credentials that nobody declared ({', '.join(others)})"
        found.append(Claim(what, "clear them in the portal"))
    for each in assignments:
        if each.get("principalId") in principals:
            who = each.get("principalDisplayName") or each.get("principalId")
            what = f"{each.get('principalType') or 'principal'} {who} is assigned already"
            found.append(Claim(what, "remove the assignment in the portal, or take it out of access"))
    return found


def _of_scim_jobs(name: str, jobs: Sequence[str]) -> Claim:
    what, them = (f"{len(jobs)} synchronization jobs", "them") if len(jobs) > 1 else ("a synchronization job", "it")
    action = (
        f"run `{adopt_command(name)}`, which takes over what was set up, or delete {them} in the portal (Provisioning) "
        f"if nobody uses {them}"
    )
    return Claim(f"it has {what} already ({', '.join(jobs)})", action)


def adopt_command(name: str) -> str:
    """Return the command that takes over the provisioning of an application, quoted for a shell."""
    return f"scimctl adopt --app {shlex.quote(name)}"
