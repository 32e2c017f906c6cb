"""What may be chosen about a world's two services: what nobody outside HPE and Microsoft knows, and what tests need."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sandbox.core.json_types import is_list

PROGRAM_PERMISSIONS = (
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "Group.Read.All",
    "User.Read.All",
    "Synchronization.ReadWrite.All",
    "ProvisioningLog.Read.All",
)

TokenShape = Literal[
    "object",
    "token_only",
    "oauth",
    "nested",
    "epoch",
    "epoch_ms",
    "camel",
    "result",
    "json_string",
    "text",
    "list",
    "data_list",
    "digits",
    "side_by_side",
    "unusual",
    "jwt",
    "jwt_text",
]
OldTokenEnds = Literal["use", "delay"]
SecondRotation = Literal["replaces", "adds", "shifts"]
SecondCreate = Literal["conflict", "adds", "replaces"]
Delete = Literal["supported", "refused", "absent"]
EntraReads = Literal["cycle", "request"]
SecretsPut = Literal["replaces", "merges"]

LONGEST_S = 30 * 365 * 24 * 3600


class SettingError(ValueError):
    """A setting is unknown or has a value it cannot take; one line with which and what it may be."""


@dataclass(frozen=True)
class Settings:
    """Every setting of a world. Durations are seconds.

    GreenLake: `old_token_ends` is whether the old token of a rotation with overlap ends by the first use of the new
    one or `old_token_delay_s` after that; `second_rotation` what a rotation does while a new token is unused;
    `second_create` what a create does while a token lives: refuse with 409, add another, or end the others at once;
    `delete` how DELETE proxytoken answers; `scim_proxy_role` false takes the role "SCIM Proxy Token Contributor" away;
    `bearer_claims` names the claims by which a bearer identifies its workspace.
    Entra: `entra_reads` when the engine reads its credentials; `secrets_put` whether a save of them replaces the list
    or keeps the keys that it leaves out; `delete_on_unassign` whether a user that leaves the
    scope of a job without a mapping of `active` is deleted at the target; `permissions` the Graph application roles of
    the program's client; `guest_clients` the clients of other worlds that have the same ones here;
    `escrow_backoff_s` and `quarantine_ladder_s` the growing gaps, of which the last repeats;
    `requests_per_s` how many requests a job sends in a second at most, 0 for as many as it can; `turnover_per_cycle`
    how many people leave the assigned groups by themselves before each cycle, and as many enter; `read_lag_s` how far
    a read through Graph, Test Connection and the engine's reading of credentials and schema may be behind a write: each
    read sees its own state between that long ago and now.
    """

    token_lifetime_s: int = 90 * 24 * 3600
    bearer_lifetime_s: int = 900
    token_shape: TokenShape = "object"
    create_status: int = 201
    old_token_ends: OldTokenEnds = "use"
    old_token_delay_s: int = 60
    second_rotation: SecondRotation = "replaces"
    second_create: SecondCreate = "conflict"
    delete: Delete = "supported"
    scim_proxy_role: bool = True
    iam_scope: str = "hpe-tenant"
    cycle_interval_s: int = 3
    requests_per_s: int = 0
    turnover_per_cycle: int = 0
    read_lag_s: float = 0.0
    entra_reads: EntraReads = "cycle"
    secrets_put: SecretsPut = "replaces"
    delete_on_unassign: bool = True
    escrow_backoff_s: tuple[int, ...] = (3, 6, 12, 24, 48)
    quarantine_ladder_s: tuple[int, ...] = (27, 54, 108)
    permissions: tuple[str, ...] = PROGRAM_PERMISSIONS
    guest_clients: tuple[str, ...] = ()
    bearer_claims: tuple[str, ...] = ("workspace_id",)

    def changed(self, values: Mapping[str, Any]) -> "Settings":
        """Return these settings with some replaced; raises SettingError."""
        return replace(self, **{name: _checked(name, value) for name, value in values.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, by name."""
        return {name: list(value) if name in _LISTS else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Settings":
        """Return the defaults with some replaced; raises SettingError."""
        return cls().changed(values)


_DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(Settings)}
_TYPES = get_type_hints(Settings)
_CHOICES = {name: get_args(kind) for name, kind in _TYPES.items() if get_origin(kind) is Literal}
_LISTS: Mapping[str, type] = {name: get_args(kind)[0] for name, kind in _TYPES.items() if get_origin(kind) is tuple}


def _checked(name: str, value: Any) -> Any:
    """Return the value as the setting holds it."""
    if name not in _DEFAULTS:
        raise SettingError(f"no setting is called {name!r}: there are {', '.join(_DEFAULTS)}")
    if name in _CHOICES:
        return _one_of(name, value, _CHOICES[name])
    default: object = _DEFAULTS[name]
    kind = type(default)
    if name in _LISTS:
        return _listed(name, value, _LISTS[name])
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind or (isinstance(value, int | float) and not 0 <= value <= LONGEST_S):
        raise SettingError(f"{name} must be a {_WORDS[kind]}, not {value!r}")
    return value


_WORDS: Mapping[type, str] = {int: "whole number from 0", float: "number from 0", bool: "boolean", str: "string"}


def _one_of(name: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise SettingError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value


def _listed(name: str, value: Any, kind: type) -> tuple[Any, ...]:
    wrong = not is_list(value) or any(type(item) is not kind for item in value) or (kind is int and not value)
    if wrong or (kind is int and not all(0 <= item <= LONGEST_S for item in value)):
        raise SettingError(f"{name} must be a list, each a {_WORDS[kind]}, not {value!r}")
    return tuple(value)
