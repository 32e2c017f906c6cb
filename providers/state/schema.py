"""The schema of what each dynamic resource keeps in state: its version, and the type of every key.

State outlives the code that wrote it, and people edit it. Every verb first passes the properties that the engine hands
it through `upgraded`; the stored inputs of an older version lack the same keys, and a refresh compares with those.
A new input or output of a resource is appended to both of its tables here, with its type and the value that means "not
known" to the code that reads it. No row ever leaves a table. Pure.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from providers import resource_types
from providers.state.types import (
    ADDRESS,
    ANYTHING,
    COUNT,
    DATE,
    FLAG,
    FOREIGN_DATE,
    ID,
    SECRET,
    SPAN,
    TEXT,
    VERSION,
    Properties,
    StateSchema,
    Type,
    any_of,
    encrypted,
    list_of,
    map_of,
    matching,
    one_of,
    optional,
    record,
)

__all__ = ["APPLICATION", "MAPPINGS", "STATUS", "TOKEN", "VERSION", "Properties", "StateSchema", "outputs_of"]


def _typed(names: Mapping[Type, str]) -> Mapping[str, Type]:
    """Return the type of each name from names by type."""
    return MappingProxyType({name: kind for kind, row in names.items() for name in row.split()})


_TENANT = optional(matching("the id of a tenant", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
_CREDENTIALS = encrypted(list_of(record({"key": TEXT, "value": encrypted(TEXT)})))
_OBSERVATION = record(
    {"status": COUNT, "bearer": TEXT, "fields": map_of(TEXT)}, {"code": TEXT, "end": FLAG, "old_token": TEXT}
)
TOKEN = StateSchema(
    "ScimProxyToken",
    _typed(
        {
            ADDRESS: "api_url tenant_url",
            TEXT: "token_field expiry_field workspace fingerprint",
            FLAG: "remove_current adopt_existing adopted",
            optional(SPAN): "every renew_before",
            map_of(TEXT): "rotate_when_changed rotated_for workspace_claims",
            SECRET: "token",
            optional(SECRET): "previous_token",
            DATE: "issued_at",
            optional(DATE): "unknown_newer_since",
            FOREIGN_DATE: "rotate_after",
            optional(FOREIGN_DATE): "expires_at previous_expires_at",
            COUNT: "generation",
            one_of("accepted", "refused", "overlap", "unknown"): "state",
            map_of(_OBSERVATION): "observed",
        }
    ),
    MappingProxyType(
        {
            "workspace": "",
            "workspace_claims": {},
            "unknown_newer_since": "",
            "previous_expires_at": "",
            "observed": {},
        }
    ),
)
APPLICATION = StateSchema(
    "UnclaimedApplication",
    _typed(
        {
            _TENANT: "tenant_id",
            ID: "service_principal_id",
            TEXT: "application_name",
            list_of(TEXT): "principals credential_keys",
        }
    ),
    MappingProxyType({"tenant_id": ""}),
)
MAPPINGS = StateSchema(
    "SynchronizationSchema",
    _typed(
        {
            _TENANT: "tenant_id",
            ID: "service_principal_id job_id",
            TEXT: "fingerprint replaced_version",
            list_of(TEXT): "drift",
            map_of(map_of(ANYTHING)): "mappings",
        }
    ),
    MappingProxyType({"tenant_id": "", "replaced_version": ""}),
)
STATUS = StateSchema(
    "ProvisioningStatus",
    _typed(
        {
            _TENANT: "tenant_id",
            ID: "service_principal_id job_id",
            TEXT: "token_fingerprint mappings_fingerprint tested_fingerprint saved_fingerprint credentials_digest "
            "schedule_state status_code quarantine_reason tried_series",
            list_of(TEXT): "principals undeclared_principals undeclared_jobs",
            optional(DATE): "token_issued_at tested_at saved_at",
            FLAG: "adopted",
            optional(SECRET): "previous_token",
            optional(ADDRESS): "base_address",
            _CREDENTIALS: "credentials",
            one_of("on", "off"): "status",
            one_of("open", "closed"): "overlap",
            one_of("accepted", "refused", "untested"): "credentials_state",
            one_of("deleted", "kept", ""): "application_on_destroy",
        }
    ),
    MappingProxyType(
        {
            "tenant_id": "",
            "application_on_destroy": "",
            "undeclared_jobs": [],
            "adopted": False,
            "saved_fingerprint": "",
            "saved_at": "",
        }
    ),
)
_OF_OTHERS = {  # what is read of azuread's resources, and of a component
    resource_types.APPLICATION: {ID: "servicePrincipalObjectId applicationObjectId"},
    resource_types.ASSIGNMENT: {ID: "principalObjectId appRoleId"},
    resource_types.SECRET: {_CREDENTIALS: "credentials"},
    resource_types.ASSIGNMENTS: {any_of(map_of(TEXT), list_of(TEXT)): "principals"},  # a list in an older version
}
_SCHEMAS: Mapping[str, StateSchema] = MappingProxyType(
    {
        resource_types.TOKEN: TOKEN,
        resource_types.UNCLAIMED: APPLICATION,
        resource_types.MAPPINGS: MAPPINGS,
        resource_types.STATUS: STATUS,
        **{kind: StateSchema(kind.rpartition(":")[2], _typed(names), {}) for kind, names in _OF_OTHERS.items()},
    }
)


def outputs_of(kind: str, outputs: Mapping[str, Any] | None) -> Properties:
    """Return the outputs of a resource of any type of `providers.resource_types`; raises as `upgraded` does."""
    return _SCHEMAS[kind].upgraded(outputs or {}) if kind in _SCHEMAS else dict(outputs or {})
