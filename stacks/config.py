"""The whole of a stack file, the tenant that it names, and the rules that no section can check alone."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, cast

from pydantic import AfterValidator, Field, JsonValue

from providers.entra.sign_in.tenant import GUID, tenant_of_environment
from providers.greenlake.token_properties import TokenInputs
from stacks.fields import Section
from stacks.mappings import Mappings
from stacks.sections import Access, Adopted, App, GreenLake, Provisioning, Token

_BOOLEANS: list[JsonValue] = [True, False, "true", "false"]
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
    """Return how to name the tenant in a stack file; `deployed_to` is what state knows of it, "" for nothing."""
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


class StackConfig(Section):
    """Everything in a stack file, with defaults filled in."""

    tenant_id: TenantId = Field(alias=TENANT_KEY)
    """The id of the Entra tenant that this stack belongs to. It also pins the azuread provider, so that no command
    reaches another tenant, whatever credentials the environment holds."""

    greenlake: GreenLake = Field(default_factory=GreenLake)
    """Where HPE GreenLake is."""

    token: Token = Field(default_factory=Token)
    """When the SCIM proxy token is rotated, and how."""

    app: App = Field(default_factory=App)
    """The enterprise application that provisions."""

    adopted: Adopted | None = None
    """What was set up by hand before, and is imported."""

    provisioning: Provisioning = Field(default_factory=Provisioning)
    """Whether Entra provisions, and whom it notifies."""

    mappings: Mappings = Field(default_factory=Mappings)
    """Which attributes reach HPE GreenLake; as in the blog post unless set."""

    access: Access
    """Who is provisioned."""

    # `pulumi config set` writes the boolean of a single key as text.
    protect: bool = Field(default=False, json_schema_extra={"type": ["boolean", "string"], "enum": _BOOLEANS})
    """`true`: a destroy is refused, and no resource of this stack can be deleted but the assignment of a group or user
    that `access` does not name any more. The stack `prod` requires it."""

    def token_inputs(self) -> TokenInputs:
        """The inputs of the token resource, which are the keys of two sections."""
        return cast("TokenInputs", {**self.greenlake.model_dump(), **self.token.model_dump()})


def broken_rules(stack: str, document: Mapping[str, Any]) -> Iterator[str]:
    """The rules between sections and the stack's name that a document as written breaks, one line each."""
    if "every" not in _section(document, "token") and "expiryField" not in _section(document, "greenlake"):
        yield (
            "token.every: is not set and greenlake.expiryField neither, so nothing decides when to rotate: "
            "set every, such as 60d"
        )
    if stack == "prod" and not document.get("protect"):
        yield "protect: must be true in the stack prod: a half-done destroy there is worse than none"
    if document.get("adopted"):
        if _section(document, "app").get("mode") != "existing":
            yield "app.mode: must be existing beside adopted: the application was there before this stack"
        if not document.get("protect"):
            yield "protect: must be true beside adopted: a destroy would end what was there before this stack"


def _section(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
