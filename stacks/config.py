"""The whole of a stack file, and the rules that no section can check alone."""

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict, cast

from pydantic import Field, JsonValue

from stacks.access import Access
from stacks.adopted import Adopted
from stacks.app import App
from stacks.greenlake import GreenLake
from stacks.mappings import Mappings
from stacks.provisioning import Provisioning
from stacks.section import Section
from stacks.tenant import TENANT_KEY, TenantId
from stacks.token import Token

_BOOLEANS: list[JsonValue] = [True, False, "true", "false"]


class TokenInputs(TypedDict):
    """What the token resource is declared with."""

    api_url: str
    tenant_url: str
    token_field: str
    expiry_field: str
    workspace: str
    policy: dict[str, str | bool]
    rotate_when_changed: dict[str, str]
    adopt_existing: bool


class StackConfig(Section):
    """Everything a stack file says, with defaults filled in."""

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
    """Whether Entra provisions, and whom it tells."""

    mappings: Mappings = Field(default_factory=Mappings)
    """Which attributes reach HPE GreenLake; as in the blog post unless set."""

    access: Access
    """Who is provisioned."""

    # `pulumi config set` writes the boolean of a single key as text.
    protect: bool = Field(default=False, json_schema_extra={"type": ["boolean", "string"], "enum": _BOOLEANS})
    """`true`: a destroy is refused, and no resource of this stack can be deleted but the assignment of a group or user
    that `access` does not name any more. The stack `prod` requires it."""

    @property
    def secret_settings(self) -> dict[str, str]:
        """What the synchronization secret holds beside the tenant URL and the token, in the order it is sent."""
        return self.provisioning.secret_settings

    def token_inputs(self) -> TokenInputs:
        """The inputs of the token resource, which come from two sections."""
        return TokenInputs(
            api_url=self.greenlake.api_url,
            tenant_url=self.greenlake.tenant_url,
            token_field=self.greenlake.token_field,
            expiry_field=self.greenlake.expiry_field,
            workspace=self.greenlake.workspace,
            policy=self.token.policy(),
            rotate_when_changed=self.token.rotate_when_changed,
            adopt_existing=self.token.adopt_existing,
        )


def broken_rules(stack: str, document: Mapping[str, Any]) -> Iterator[str]:
    """The rules between sections and the stack's name that a document breaks, one line each.

    Takes the document as written, so that these are told together with whatever else is wrong with it.
    """
    if "every" not in _keys(document, "token") and "expiryField" not in _keys(document, "greenlake"):
        yield (
            "token.every: is not set and greenlake.expiryField neither, so nothing says when to rotate: "
            "set every, such as 60d"
        )
    if stack == "prod" and not document.get("protect"):
        yield "protect: must be true in the stack prod: a half-done destroy there is worse than none"
    if document.get("adopted"):
        if _text(document, "app", "mode") != "existing":
            yield "app.mode: must be existing beside adopted: the application was there before this stack"
        if not document.get("protect"):
            yield "protect: must be true beside adopted: a destroy would end what was there before this stack"


def _text(document: Mapping[str, Any], section: str, key: str) -> str:
    value = document.get(section)
    return str(cast("dict[str, Any]", value).get(key)) if isinstance(value, dict) else ""


def _keys(document: Mapping[str, Any], section: str) -> set[str]:
    value = document.get(section)
    return set(cast("dict[str, Any]", value)) if isinstance(value, dict) else set()
