"""The key of a stack file that names its Entra tenant: azuread's own, which we read as well."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from providers.entra.sign_in.tenant import GUID, tenant_of_environment

TENANT_KEY = "azuread:tenantId"
PLACEHOLDER = "00000000-0000-0000-0000-000000000000"  # what the shipped dev, staging and prod have


def _tenant_id(text: str) -> str:
    if text == PLACEHOLDER:
        raise ValueError("is the placeholder of the shipped file")
    if not re.fullmatch(GUID, text):
        raise ValueError("is not the id of a tenant, a GUID")
    return text.lower()


TenantId = Annotated[str, AfterValidator(_tenant_id), Field(json_schema_extra={"pattern": f"^{GUID}$"})]


def what_to_write(stack: str, deployed_to: str, environ: Mapping[str, str]) -> str:
    """Say how to name the tenant in a stack file; `deployed_to` is what state knows of it, "" for nothing."""
    command = f"pulumi config set {TENANT_KEY} {{}} --stack {stack}"
    if deployed_to:
        return f"this stack was deployed to {deployed_to}: run `{command.format(deployed_to)}`"
    named = tenant_of_environment(environ)
    if named:
        return f"if the stack belongs to the tenant of ARM_TENANT_ID, run `{command.format(named)}`"
    return (
        f"run `{command.format('ID')}` with the id that the Entra admin center shows under Overview; "
        "for a stack that was deployed, `scimctl doctor` names it"
    )
