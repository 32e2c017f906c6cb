"""Microsoft Entra ID pushes users and groups to HPE GreenLake: the six steps of HPE's blog post as a program.

Steps 1 and 2 happen elsewhere: the role "SCIM Proxy Token Contributor" is assigned in the HPE GreenLake portal, and the
API token comes from the environment. If either is missing, the run reports it. Steps 3 to 6 follow.
"""

import pulumi

from components import EnterpriseApp, GroupAssignments, ProvisioningConnection, find_principals, read_deployed
from providers.entra.provisioning_status import ProvisioningStatus
from providers.entra.synchronization_schema import SynchronizationSchema
from providers.greenlake.scim_proxy_token import ScimProxyToken
from stacks.load import deployed_commit, load

config = load()
people = find_principals(config, read_deployed(config.tenant_id))
kept = pulumi.ResourceOptions(protect=config.protect)

# The enterprise application of step 4 is looked at first: a run that has to stop there stops before a token is made
app = EnterpriseApp("app", config, people, opts=kept)
after_app = pulumi.ResourceOptions(protect=config.protect, depends_on=[app])

# Step 3: create a SCIM proxy token
token = ScimProxyToken("token", **config.token_inputs(), opts=after_app)

# Step 4: update the SCIM proxy token and the tenant URL in the enterprise application
link = ProvisioningConnection("link", app, token.tenant_url, token.token, config.provisioning, opts=kept)

# Step 5: update the attribute mappings of users and groups, and assign the groups to the enterprise application
mappings = SynchronizationSchema("mappings", **link.job, mappings=config.mappings.as_schema(), opts=kept)
access = GroupAssignments("access", people, app, opts=kept)

# Step 6: start provisioning
status = ProvisioningStatus(
    "status",
    **link.job,
    status=config.provisioning.status,
    credentials=link.credentials,
    previous_token=token.previous_token,
    adopted=token.adopted,
    token_fingerprint=token.fingerprint,
    token_issued_at=token.issued_at,
    mappings_fingerprint=mappings.fingerprint,
    principals=access.principals,
    application_on_destroy=config.app.on_destroy,
    opts=kept,
)

pulumi.export("app", config.app.name)
pulumi.export("application_object_id", app.application_object_id)
pulumi.export("service_principal_id", app.service_principal_id)
pulumi.export("job_id", link.job["job_id"])
pulumi.export("tenant_url", token.tenant_url)
pulumi.export("token_fingerprint", status.holding(token.fingerprint))
pulumi.export("token_issued_at", token.issued_at)
pulumi.export("token_expires_at", token.expires_at)
pulumi.export("token_rotates_after", token.rotate_after)
pulumi.export("token_generation", token.generation)
pulumi.export("status", status.status)
pulumi.export("deployed_commit", deployed_commit())  # by CI, whose nightly rotation runs this commit and no other
people.stop_if_unresolved()  # last, so that a name that Entra does not know keeps nothing else from being done
