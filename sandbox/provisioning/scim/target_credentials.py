"""The saved credentials of a job, read from its keys and values: the target, what to present, and two settings.

Pure. Flags travel in the query of the tenant URL and are not sent to the target. Source: Microsoft, "Known issues and
resolutions with SCIM 2.0 protocol compliance"; keys from Microsoft Graph's synchronizationSecret enumeration.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from sandbox.provisioning.scim.refusals import CredentialsRefused

_COMPLIANT = "aadOptscim062020"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Credentials:
    """What a job presents; `compliant` is the flag for SCIM as the RFC writes it."""

    base_url: str
    token: str = field(repr=False)
    compliant: bool
    sync_all: bool
    keeps_out_of_scope: bool


def read(pairs: Iterable[Mapping[str, str]]) -> Credentials:
    """Return the credentials in a list of keys and values; raises CredentialsRefused if they are unusable."""
    values = {one["key"]: one["value"] for one in pairs}
    missing = [name for name in ("BaseAddress", "SecretToken") if not values.get(name)]
    if missing:
        raise CredentialsRefused("CredentialsMissing", f"The credentials lack {' and '.join(missing)}.")
    try:
        parts = urlsplit(values["BaseAddress"])
        reachable = parts.port != 0
    except ValueError:
        parts, reachable = urlsplit(""), False
    if not reachable or parts.scheme != "https" or parts.hostname not in _LOOPBACK:
        raise CredentialsRefused(
            "CredentialValidationUnavailable",
            "The tenant URL is not reachable: the sandbox calls https on this machine.",
        )
    return Credentials(
        base_url=urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")),
        token=values["SecretToken"],
        compliant=_COMPLIANT.lower() in parts.query.lower(),
        sync_all=values.get("SyncAll", "false").lower() == "true",
        keeps_out_of_scope=values.get("SkipOutOfScopeDeletions", "").lower() in ("true", "1"),
    )
