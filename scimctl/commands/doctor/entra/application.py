"""Look at the application as the next `up` would: ours, an existing one, or one taken over."""

from collections.abc import Sequence

from providers.entra.application import same_target
from providers.entra.application.claims import Claim, for_scim, jobs_of, read_claims
from providers.entra.graph.directory import Directory
from providers.entra.graph.fields import Json
from providers.entra.graph.provisioning import Graph
from providers.http.deadline import Deadline
from scimctl.commands.doctor.check import Check, unknown
from scimctl.commands.doctor.entra import names
from scimctl.stack.deployed import remedy_of_deletion
from scimctl.stack.stack import Stack
from stacks.named import find


def of_application(stack: Stack) -> Sequence[Check]:
    """Look the application up, and what somebody else has set up on it; raises ProvisioningError."""
    ours = stack.service_principal_id if stack.is_deployed else stack.claimed_application
    app, directory = stack.config.app, Directory(stack.tenant_id, Deadline())
    if ours:
        there = directory.service_principals(ours)
        check = names.of_deployed_app(there, "" if there else remedy_of_deletion(stack))
        named = {str(each["id"]) for each in directory.service_principals(app.name)} if app.is_ours else set[str]()
        return [check, *names.of_namesakes(app.name, sorted(named - {ours}))]
    found = directory.service_principals(app.name)
    jobs = [job for each in found for job in for_scim(jobs_of(_graph(stack, each)))]
    check = names.of_app(app, found, is_set_up=bool(jobs))
    if app.is_ours or len(found) != 1:
        elsewhere = [] if jobs else same_target.provisioning_to(directory, stack.config.greenlake.tenant_url)
        return [check, *(unknown("app", *same_target.in_words(each)) for each in elsewhere)]
    if stack.config.adopted:
        return [names.of_adopted_job(stack.config.adopted.job, jobs) or check]
    return names.of_claims(_claims(stack, found[0])) or [check]


def _claims(stack: Stack, principal: Json) -> list[Claim]:
    named = [find(stack.tenant_id, entry) for entry in stack.config.access.entries]
    ids = [str(entry[0]["id"]) for entry in named if len(entry) == 1]
    keys = ["BaseAddress", "SecretToken", *stack.config.provisioning.chosen_settings]
    return read_claims(_graph(stack, principal), str(principal.get("displayName") or ""), keys, ids)


def _graph(stack: Stack, principal: Json) -> Graph:
    return Graph(stack.tenant_id, str(principal["id"]), Deadline())
