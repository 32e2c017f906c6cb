"""Look once more before azuread makes what state had as the run began: a refresh may have found it gone since then.

Somebody may have made another one by hand. The program cannot see that: it reads the state before the refresh.
"""

from collections.abc import Callable

import pulumi

from components.deployed import Deployed
from providers import run_log
from providers.entra.application import same_target
from providers.entra.application.claims import adopt_command, jobs_of
from providers.entra.graph.directory import Directory
from providers.entra.graph.provisioning import Graph
from providers.errors import ProvisioningError, StoppedError
from providers.http.deadline import Deadline
from stacks.config import StackConfig


def warn_of_namesakes(config: StackConfig) -> None:
    """Warn if an application to be made has a namesake, as of a copied stack file; note one that may do its work."""
    name, directory = config.app.name, Directory(config.tenant_id, Deadline())
    try:
        taken = [str(each["id"]) for each in directory.service_principals(name)]
    except ProvisioningError:  # azuread reports it
        return
    if taken:
        run_log.warn(
            f'app: Entra has an enterprise application named "{name}" already ({", ".join(taken)}), and this stack '
            "makes another: if the stack file is a copy, give app.name another name, and use another workspace of HPE "
            "GreenLake, which has one token each; to take over what is there, run "
            f"`{adopt_command(name)}`"
        )
        return
    for each in same_target.provisioning_to(directory, config.greenlake.tenant_url):
        run_log.note("app: {}: {}".format(*same_target.in_words(each)))


def stopping_at_a_second_job(
    hooks: pulumi.ResourceHookBinding, tenant_id: str, deployed: Deployed
) -> pulumi.ResourceHookBinding:
    """Add the hook that fails the creation of a job beside one of the same template, if state had a job."""

    def look(args: pulumi.ResourceHookArgs) -> None:
        inputs = args.new_inputs or {}
        principal = str(inputs.get("servicePrincipalId")).rpartition("/")[2]
        try:
            jobs = jobs_of(Graph(tenant_id, principal, Deadline()))
        except ProvisioningError:  # azuread reports it
            return
        found = [str(job.get("id")) for job in jobs if job.get("templateId") == inputs.get("templateId")]
        if found:
            raise StoppedError(
                f"the synchronization job of this stack is gone, and somebody has made another ({', '.join(found)}): "
                "none was made beside it: run `pulumi up` again, which takes it over"
            )

    return _before("look for another job", look, hooks) if deployed.has_job else hooks


def warning_of_namesakes(
    hooks: pulumi.ResourceHookBinding, config: StackConfig, deployed: Deployed
) -> pulumi.ResourceHookBinding:
    """Add the hook that warns of an application with the same name, if state had an application."""

    def look(_args: pulumi.ResourceHookArgs) -> None:
        warn_of_namesakes(config)

    return _before("look for another application", look, hooks) if deployed.service_principal_id else hooks


def _before(
    name: str, look: Callable[[pulumi.ResourceHookArgs], None], hooks: pulumi.ResourceHookBinding
) -> pulumi.ResourceHookBinding:
    return pulumi.ResourceHookBinding(before_create=[pulumi.ResourceHook(name, look)], on_error=hooks.on_error)
