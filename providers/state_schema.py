"""The schema of what each dynamic resource keeps in state: its version, and what properties of an older version lack.

State outlives the code that wrote it. Every verb first passes the properties that the engine hands it through
`upgraded`; the stored inputs of an older version lack the same keys, and a refresh compares with those.
A new input or output of a resource is appended to its table here, with the value that means "not known" to the
code that reads it. No row ever leaves a table. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from providers.errors import StoppedError

Properties = dict[str, Any]

VERSION = "schema_version"


class _State(Properties):
    """Properties of which a key that every version has is missing only if somebody has edited state."""

    def __missing__(self, key: str) -> Any:
        raise StoppedError(
            f"state lacks {key} of this resource, which every version of this program writes: import an export of the "
            "stack from before it was edited (`pulumi stack import --file FILE`), then run `pulumi up --refresh`"
        )


@dataclass(frozen=True)
class StateSchema:
    """What one kind of resource keeps in state; `added` holds each key that came later and its value in older state."""

    resource: str
    added: Mapping[str, Any]

    @property
    def version(self) -> int:
        """Return the version that this code writes; state without one was written before versions were."""
        return 1 + len(self.added)

    def stamped(self, outs: Properties) -> Properties:
        """Return outputs with the version that they are written in."""
        return {**outs, VERSION: self.version}

    def upgraded(self, props: Properties) -> Properties:
        """Return inputs or outputs of an earlier version as of this one. Raises StoppedError for a later one."""
        written = int(props.get(VERSION) or 0)
        if written > self.version:
            raise StoppedError(
                f"state of {self.resource}: a newer commit of this program wrote it (schema {written}, this one knows "
                f"{self.version}): run the commit that was deployed last, or a later one"
            )
        return _State(self.stamped({**self.added, **props}))

    def is_current(self, outs: Properties) -> bool:
        """Return whether outputs are laid down as this version writes them."""
        return outs.get(VERSION) == self.version and self.added.keys() <= outs.keys()


TOKEN = StateSchema(
    "ScimProxyToken",
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
APPLICATION = StateSchema("UnclaimedApplication", MappingProxyType({"tenant_id": ""}))
MAPPINGS = StateSchema("SynchronizationSchema", MappingProxyType({"tenant_id": "", "replaced_version": ""}))
STATUS = StateSchema(
    "ProvisioningStatus",
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
