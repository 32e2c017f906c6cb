"""Judge what the stack file names in Entra: the application, groups and users. Pure."""

from collections.abc import Sequence

from providers.entra.application.claims import Claim, adopt_command
from providers.entra.graph.fields import Json
from scimctl.commands.doctor.check import Check, ok, problem, warning
from stacks import named
from stacks.named import Resolved
from stacks.sections import AccessEntry, App


def of_entry(entry: AccessEntry, resolved: Resolved, *, is_empty: bool = False) -> Check:
    """Judge a group or user of the section access. Raises ForbiddenError if this client may not look it up."""
    id_ = f"{entry.key}.{entry.label}"
    if entry in resolved.denied:
        raise resolved.denied[entry]
    found = resolved.meant_by(entry)
    if found is None:
        says, _, todo = resolved.problems[entry].rpartition(": ")
        return problem(id_, says, todo)
    names = named.names_of(found)
    now = f'; it is named "{names[0]}" now' if entry.is_renamed(*names) else ""
    if is_empty:
        return warning(id_, f"found, {found['id']}{now}, and nobody is in it", "add its members in Entra")
    return ok(id_, f"found, {found['id']}{now}")


def of_deployed_app(found: Sequence[Json], remedy: str) -> Check:
    """Judge the application that this stack provisions with; `remedy` is what to do if it is gone."""
    if found and found[0].get("accountEnabled") is False:
        says = f"{found[0].get('displayName')} is there, {found[0]['id']}, and nobody may sign in with it"
        return warning("app", says, "if people use it to sign in, enable that in the portal, under Properties")
    if found:
        return ok("app", f"{found[0].get('displayName')} is there, {found[0]['id']}")
    return problem("app", "the application that this stack deployed is gone", remedy)


def of_namesakes(name: str, others: Sequence[str]) -> list[Check]:
    """Judge other applications of the same name, by object id: restored from the recycle bin, or of a copied file."""
    if not others:
        return []
    says = f'another enterprise application is named "{name}" ({", ".join(others)}): this stack does not use it'
    return [warning("app.name", says, "delete it in the portal if nobody uses it, or rename it")]


def of_jobs(ours: str, found: Sequence[Json]) -> Check:
    """Judge the synchronization jobs of the application that this stack provisions with."""
    others = sorted(str(job.get("id")) for job in found if job.get("id") != ours)
    if len(others) == len(found):
        return problem("job", "the synchronization job that this stack deployed is gone", "run `pulumi up --refresh`")
    if others:
        says = (
            f"the application has another job, of somebody else or of a run whose answer was lost: {', '.join(others)}"
        )
        return warning("job", says, "delete it if nobody uses it, in the portal or in Graph")
    return ok("job", f"{ours} is there, and no other")


def of_claims(claims: Sequence[Claim]) -> list[Check]:
    """Judge what somebody has set up on an existing application: `up` stops at each."""
    return [problem("app", claim.what, claim.action) for claim in claims]


def of_adopted_job(adopted: str, found: Sequence[str]) -> Check | None:
    """Judge whether the job that was adopted, and is not in state yet, is there; None if it is."""
    if adopted in found:
        return None
    says = f"the job that was adopted is gone ({adopted}), and `up` makes another"
    return warning("app", says, "to keep a job that is there: `scimctl adopt --undo`, then adopt again")


def of_app(app: App, found: Sequence[Json], *, is_set_up: bool = False) -> Check:
    """Judge the application before anything is deployed; `is_set_up`: one of those provisions already."""
    if app.is_ours:
        return _of_new_app(app.name, found, is_set_up=is_set_up)
    if not found:
        return problem("app", f'no enterprise application is named "{app.name}"', "correct it, or set app.mode: create")
    if len(found) > 1:
        says = f'{len(found)} enterprise applications are named "{app.name}"'
        return problem("app", says, "write the object id of one instead")
    return ok("app", f"{app.name} is there, {found[0]['id']}")


def _of_new_app(name: str, found: Sequence[Json], *, is_set_up: bool) -> Check:
    if not found:
        return ok("app", f"{name} will be made")
    says = f'an enterprise application named "{name}" exists, {found[0]["id"]}, and `up` makes another'
    if is_set_up:
        todo = f"run `{adopt_command(name)}` to take over its provisioning, or choose another app.name"
        return warning("app", f"{says}; its provisioning is set up", todo)
    return warning("app", says, "set app.mode: existing to use it, or choose another app.name")
