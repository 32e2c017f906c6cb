"""The sections of a stack file but for the attribute mappings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, cast

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from providers.errors import ConfigurationError
from providers.timestamps import duration
from stacks.fields import (
    AnyScalar,
    Duration,
    Email,
    FieldName,
    Groups,
    HttpsUrl,
    Name,
    Pinned,
    Section,
    Switch,
    Text,
    Users,
    WorkspaceId,
    is_object_id,
    split_https_url,
)

SCIM_PATH = "/v1alpha1/scimproxy"
ADDRESS = "GREENLAKE_API_URL"
_SHORTEST = timedelta(minutes=15)  # what a bearer lives: below it every scheduled run would rotate


class GreenLake(Section):
    """The addresses of HPE GreenLake, and what differs in its token answer from what is assumed."""

    api_url: HttpsUrl = "https://sps.us1.greenlake-hpe.com"
    """The service that makes SCIM proxy tokens, without `/v1alpha1/proxytoken`; the environment variable
    `GREENLAKE_API_URL` unless set, else the default."""

    tenant_url: HttpsUrl = Field(default_factory=lambda read: read["api_url"] + SCIM_PATH)
    """Entra's Tenant URL, to which users and groups are pushed; `apiUrl` with `/v1alpha1/scimproxy` unless set.
    It must be under `apiUrl`, since the token is sent there; a query such as `?aadOptscim062020` may follow."""

    token_field: FieldName = ""
    """The field of the answer that holds the token, if the usual names do not find it: its name, or a path such as
    `result.token` or `data.1.token` (the second of a list)."""

    expiry_field: FieldName = ""
    """The field of the answer with the end of the token, if the usual names do not find it: its name or a path."""

    workspace: WorkspaceId = ""
    """The id of the workspace that the token is of, as `scimctl doctor --all` shows it of the bearer; the workspace of
    the first call, which state records, unless set. With the bearer of another one no token is made, rotated or
    deleted."""

    @field_validator("api_url")
    @classmethod
    def _has_no_query(cls, url: str) -> str:
        if "?" in url:
            raise ValueError("must not have a query (?): only tenantUrl may")
        return url

    @field_validator("tenant_url")
    @classmethod
    def _is_under_the_api(cls, url: str, info: ValidationInfo) -> str:
        if "api_url" in info.data and not _is_under(url, info.data["api_url"]):
            raise ValueError("must be under apiUrl (same host and port, its path below): the token is sent there")
        return url


def with_address(document: Mapping[str, Any], environ: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the document with the environment's address if it has none. Raises ConfigurationError."""
    address = environ.get(ADDRESS)
    section: object = document.get("greenlake") or {}
    if not address or not isinstance(section, dict) or "apiUrl" in section:
        return document
    try:
        GreenLake.model_validate({"apiUrl": address})
    except ValidationError as error:
        why = error.errors()[0].get("ctx", {})
        raise ConfigurationError(f"{ADDRESS}: {why.get('error')}") from None
    return {**document, "greenlake": {"apiUrl": address, **cast("dict[str, Any]", section)}}


def _is_under(url: str, api_url: str) -> bool:
    inner, outer = split_https_url(url), split_https_url(api_url)
    same_host = (inner.hostname, inner.port or 443) == (outer.hostname, outer.port or 443)
    return same_host and f"{inner.path}/".startswith(f"{outer.path}/")


class Token(Section):
    """The life of the SCIM proxy token: when it is rotated, and what happens to the old one."""

    every: Duration = ""
    """Rotate this long after the token was issued: a number and s, m, h or d, such as `60d`, at least `15m`.
    Required unless `greenlake.expiryField` is set, because the documentation of HPE GreenLake names no expiry."""

    renew_before: Duration = ""
    """Rotate this long before the token expires, if the expiry is known; after two thirds of its life unless set.
    With `every`, whichever comes first. Must be shorter than the token lives."""

    remove_current: bool = False
    """`false`: the old token works until the new one is first used, so no push fails. `true`: it ends at once, for a
    token that has leaked; pushes may fail until Entra has the new one."""

    rotate_when_changed: dict[str, AnyScalar] = Field(default_factory=dict)
    """Any map: a change of it rotates at the next `pulumi up`, such as `{audit: 2027-Q1}`."""

    adopt_existing: bool = False
    """Take over a token that this stack did not make, by rotating it. Any other user of that token loses it."""

    @model_validator(mode="after")
    def _does_not_rotate_on_every_run(self) -> "Token":
        if self.every and duration(self.every) < _SHORTEST:
            raise ValueError(f"every ({self.every}) must be at least 15m: a shorter one would rotate on every run")
        return self


class App(Section):
    """The enterprise application that provisions."""

    name: Name = "HPE GreenLake SCIM"
    """Its display name. With `mode: existing` the object id of its service principal will do as well."""

    mode: Literal["create", "existing"] = "create"
    """`create`: this stack makes the application and owns it. `existing`: it exists, perhaps for single sign-on, has no
    provisioning yet or was taken over with `scimctl adopt`, and stays when the stack is destroyed."""

    @property
    def is_ours(self) -> bool:
        """True if this stack makes the application, so that nobody else changes it."""
        return self.mode == "create"

    @property
    def on_destroy(self) -> Literal["deleted", "kept"]:
        """What becomes of the application when the stack is destroyed."""
        return "deleted" if self.is_ours else "kept"


class Adopted(Section):
    """What was set up by hand on the application: `up` imports its job, and the assignments of whom `access` names.

    `scimctl adopt` writes this section.
    """

    job: Text
    """The id of the synchronization job."""

    template: Text = "scim"
    """The template that the job was made from: `scim`, or `customappsso` for an older one."""


class Provisioning(Section):
    """The provisioning status and its notifications."""

    status: Switch = "on"
    """`on`: Start Provisioning. `off`: Stop Provisioning; everything else stays in place."""

    notification_email: Email = ""
    """Entra writes here when provisioning fails or is quarantined."""

    delete_threshold: Annotated[int, Field(ge=1)] | None = None
    """Entra stops before a cycle that would delete this many users or more (accidental deletions prevention), and
    writes to `notificationEmail` if that is set."""

    skip_out_of_scope_deletions: bool = False
    """`true`: people who leave the scope stay unchanged at HPE GreenLake, neither disabled nor deleted."""

    @property
    def secret_settings(self) -> dict[str, str]:
        """What the synchronization secret holds beside address and token, in the order it is sent; all text.

        Each is always there, because Entra may keep a setting that a save leaves out: what is not set is switched off.
        Keys and casing are the portal's.
        """
        return {
            "SyncAll": "false",  # only assigned users and groups, not the whole directory
            "SyncNotificationSettings": self._notifications(),
            "SkipOutOfScopeDeletions": str(self.skip_out_of_scope_deletions),
        }

    @property
    def chosen_settings(self) -> list[str]:
        """The keys of `secret_settings` that the stack file sets, so that it may replace what was saved by hand."""
        chosen = {
            "SyncNotificationSettings": {"notification_email", "delete_threshold"},
            "SkipOutOfScopeDeletions": {"skip_out_of_scope_deletions"},
        }
        return ["SyncAll", *(key for key, fields in chosen.items() if fields & self.model_fields_set)]

    def _notifications(self) -> str:
        given = {"DeleteThresholdValue": self.delete_threshold, "Recipients": self.notification_email}
        notifications = {
            "Enabled": bool(self.notification_email),
            "DeleteThresholdEnabled": self.delete_threshold is not None,
            **{name: value for name, value in given.items() if value},
        }
        return json.dumps(notifications, separators=(",", ":"))


@dataclass(frozen=True)
class AccessEntry:
    """One group or user of the section; `object_id` is "" if only its name is given, `name` if only its id is."""

    kind: Literal["group", "user"]
    name: str
    object_id: str

    @property
    def key(self) -> str:
        """Return where the stack file has it."""
        return f"access.{self.kind}s"

    @property
    def label(self) -> str:
        """Return what the stack file calls it."""
        return self.name or self.object_id

    @property
    def sought(self) -> str:
        """Return what was looked for, for a person."""
        return f"{self.name} ({self.object_id})" if self.name and self.object_id else self.label

    def is_renamed(self, *names_now: str) -> bool:
        """Return whether Entra has none of its names for it; upper and lower case are one to Entra."""
        known = {name.casefold() for name in names_now}
        return bool(self.object_id and self.name) and self.name.casefold() not in known


class Access(Section):
    """The groups and users assigned to the application: they, and the direct members of the groups, are provisioned."""

    groups: Groups = ()
    """Security groups by display name or object id, or `{id: ..., name: ...}`, of which the id counts and the name is
    for readers (`scimctl scope --pin` writes them). Entra provisions direct members only, not nested groups."""

    users: Users = ()
    """Single users by user principal name or object id, or `{id: ..., name: ...}`."""

    @model_validator(mode="after")
    def _is_not_empty(self) -> "Access":
        if not self.groups and not self.users:
            raise ValueError("names no group and no user, so nobody would be provisioned: set groups, users or both")
        return self

    @property
    def entries(self) -> tuple[AccessEntry, ...]:
        """All of them, groups first."""
        return (*(_entry("group", one) for one in self.groups), *(_entry("user", one) for one in self.users))


def _entry(kind: Literal["group", "user"], written: str | Pinned) -> AccessEntry:
    if isinstance(written, Pinned):
        return AccessEntry(kind, written.name, written.id.lower())
    return AccessEntry(kind, "", written.lower()) if is_object_id(written) else AccessEntry(kind, written, "")
