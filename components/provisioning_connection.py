"""The portal's Admin Credentials and the provisioning job they belong to."""

from functools import partial
from importlib.metadata import version
from typing import TypedDict

import pulumi

from components.creation_hooks import stopping_at_a_second_job
from components.enterprise_app import EnterpriseApp
from components.error_hooks import explaining_errors
from providers.resource_types import JOB, SECRET
from stacks.sections import Provisioning

# The SDK's classes of these two load the types of all of azuread's resources, which takes 0.05 s.
_AZUREAD = version("pulumi-azuread")


class JobAddress(TypedDict):
    """How Microsoft Graph addresses a job: in its tenant, by the object id of its service principal and its bare id."""

    tenant_id: str
    service_principal_id: pulumi.Output[str]
    job_id: pulumi.Output[str]


class ProvisioningConnection(pulumi.ComponentResource):
    """The synchronization secret, which holds exactly `credentials`, and the job of one application."""

    job: JobAddress
    credentials: list[dict[str, pulumi.Input[str]]]

    def __init__(
        self,
        resource_name: str,
        app: EnterpriseApp,
        tenant_url: pulumi.Input[str],
        token: pulumi.Input[str],
        provisioning: Provisioning,
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Connect the application with the token and the settings of a section; a job that is made is made stopped."""
        super().__init__("greenlake-scim:entra:ProvisioningConnection", resource_name, None, opts)
        values: dict[str, pulumi.Input[str]] = {
            "BaseAddress": tenant_url,
            "SecretToken": token,
            **provisioning.secret_settings,
        }
        self.credentials = [{"key": key, "value": value} for key, value in values.items()]
        path = pulumi.Output.concat("/servicePrincipals/", app.service_principal_id)
        of_errors = explaining_errors(resource_name)
        of_job = stopping_at_a_second_job(of_errors, app.tenant_id, app.deployed)
        of_ours = partial(app.deployed.taking_over, parent=self, hooks=of_errors, version=_AZUREAD)
        job = pulumi.CustomResource(
            JOB,
            "job",
            {"servicePrincipalId": path, "templateId": app.imports.template, "enabled": False},
            # The provider's own start and pause fail silently, so ProvisioningStatus does both.
            opts=of_ours(app.imports.job, ignore_changes=["enabled"], hooks=of_job),
        )
        pulumi.CustomResource(
            SECRET,
            "secret",
            {"servicePrincipalId": path, "credentials": self.credentials},
            # The plugin waits 20 s after either and makes one at a time. ProvisioningStatus saves the credentials too,
            # so it needs the job alone and starts provisioning while the plugin waits for the secret.
            # Its own delete saves "" under every key, which Entra refuses for one of them, and is never sent, not even
            # after a replacement: an application of ours takes its credentials along, ProvisioningStatus empties those
            # of one that stays.
            opts=of_ours(app.imports.secret, depends_on=[job], deleted_with=app.made, retain_on_delete=True),
        )
        job_id = job.id.apply(lambda job_path: job_path.rpartition("/")[2])
        self.job = JobAddress(tenant_id=app.tenant_id, service_principal_id=app.service_principal_id, job_id=job_id)
        self.register_outputs({"job_id": job_id})
