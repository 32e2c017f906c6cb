"""Choose how to sign in to Entra from the same ARM_* settings that the azuread provider reads, in the same order.

Pure: it reads a mapping of environment variables and returns the chosen way, or what is missing. The order is
azuread's: client certificate, client secret, OIDC, managed identity, Azure CLI.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

Environ = Mapping[str, str]

_MACHINE_IDENTITY = "http://169.254.169.254/metadata/identity/oauth2/token"
_NONE = (
    "no credential for Entra: set ARM_TENANT_ID and ARM_CLIENT_ID with ARM_CLIENT_SECRET, "
    "ARM_CLIENT_CERTIFICATE_PATH or ARM_USE_OIDC=true; or ARM_USE_MSI=true; or sign in with `az login`"
)
_NO_OIDC_TOKEN = (
    "ARM_USE_OIDC is set, but there is no OIDC token: in GitHub Actions give the job the permission `id-token: write`; "
    "elsewhere set ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH"
)
_NO_REQUEST = (
    "ARM_USE_OIDC is set, but there is no OIDC token: in Azure Pipelines set ARM_OIDC_REQUEST_URL to "
    "$SYSTEM_OIDCREQUESTURI, ARM_OIDC_REQUEST_TOKEN to $(System.AccessToken) and "
    "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID to the id of the service connection"
)
# Tried with the azuread plugin 6.11.1: "failed to load Azure credentials".
_NOT_TAKEN_BY_AZUREAD = {
    "ARM_CLIENT_SECRET_FILE_PATH": "set ARM_CLIENT_SECRET to what the file holds",
    "ARM_USE_AKS_WORKLOAD_IDENTITY": "set ARM_USE_OIDC=true, ARM_OIDC_TOKEN_FILE_PATH to $AZURE_FEDERATED_TOKEN_FILE "
    "and ARM_CLIENT_ID to $AZURE_CLIENT_ID",
}


class Way(Enum):
    """A way to sign in."""

    CERTIFICATE = "a client certificate"
    SECRET = "a client secret"
    OIDC = "OpenID Connect"
    MANAGED_IDENTITY = "a managed identity"
    CLI = "the Azure CLI"

    @property
    def has_a_home(self) -> bool:
        """Return whether it can sign in without being given a client and a tenant: it belongs to one of each."""
        return self in (Way.MANAGED_IDENTITY, Way.CLI)


@dataclass(frozen=True)
class SignIn:
    """Who signs in to which tenant, and in which way; `settings` are the values of that way, by their short names."""

    way: Way
    tenant_id: str
    client_id: str
    settings: Mapping[str, str] = field(repr=False)

    def __hash__(self) -> int:
        return hash((self.way, self.tenant_id, self.client_id, tuple(sorted(self.settings.items()))))


def problems(environ: Environ) -> list[str]:
    """Return what is missing to sign in, beside the tenant, one line each; an empty list if nothing is."""
    chosen = choose(environ)
    if chosen is None or chosen.way.has_a_home:
        for name, instead in _NOT_TAKEN_BY_AZUREAD.items():
            if environ.get(name, "").lower() not in ("", "false", "0"):
                return [f"{name} is not taken by the azuread plugin: {instead}"]
    if chosen is None:
        return [_lacking(environ)]
    if not chosen.client_id and not chosen.way.has_a_home:
        return [f"ARM_CLIENT_ID is not set: it is needed to sign in with {chosen.way.value}"]
    return []


def _lacking(environ: Environ) -> str:
    """Return what the form lacks that is set in part, or every form if none is."""
    is_on = _is_on(environ, "ARM_USE_OIDC")
    given = [
        f"ARM_OIDC_{part}" for part in ("TOKEN", "TOKEN_FILE_PATH", "REQUEST_URL") if environ.get(f"ARM_OIDC_{part}")
    ]
    if given and not is_on:
        return f"{given[0]} is set without ARM_USE_OIDC=true: set both"
    if is_on and environ.get("SYSTEM_OIDCREQUESTURI"):
        return _NO_REQUEST
    if environ.get("AZURE_FEDERATED_TOKEN_FILE"):
        instead = _NOT_TAKEN_BY_AZUREAD["ARM_USE_AKS_WORKLOAD_IDENTITY"]
        return f"AZURE_FEDERATED_TOKEN_FILE is not taken by the azuread plugin: {instead}"
    return _NO_OIDC_TOKEN if is_on else _NONE


def choose(environ: Environ, tenant_id: str = "") -> SignIn | None:
    """Return the first way that the environment allows to sign in to a tenant, None if it allows none."""
    for way, settings in (
        (Way.CERTIFICATE, _certificate(environ)),
        (Way.SECRET, _named(environ, secret="ARM_CLIENT_SECRET")),
        (Way.OIDC, _oidc(environ)),
        (Way.MANAGED_IDENTITY, _managed_identity(environ)),
        (Way.CLI, _cli(environ)),
    ):
        if settings:
            return SignIn(way, tenant_id, environ.get("ARM_CLIENT_ID", ""), settings)
    return None


def _certificate(environ: Environ) -> dict[str, str]:
    found = _named(environ, data="ARM_CLIENT_CERTIFICATE", path="ARM_CLIENT_CERTIFICATE_PATH")
    password = environ.get("ARM_CLIENT_CERTIFICATE_PASSWORD", "")
    return {**found, "password": password} if found else {}


def _oidc(environ: Environ) -> dict[str, str]:
    if not _is_on(environ, "ARM_USE_OIDC"):
        return {}
    token = _named(environ, token="ARM_OIDC_TOKEN", token_path="ARM_OIDC_TOKEN_FILE_PATH")
    request = {
        "request_url": environ.get("ARM_OIDC_REQUEST_URL") or environ.get("ACTIONS_ID_TOKEN_REQUEST_URL", ""),
        "request_token": environ.get("ARM_OIDC_REQUEST_TOKEN") or environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", ""),
    }
    connection = {
        "service_connection": environ.get("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID")
        or environ.get("ARM_OIDC_AZURE_SERVICE_CONNECTION_ID", "")
    }
    return token or ({**request, **connection} if all(request.values()) else {})


def _managed_identity(environ: Environ) -> dict[str, str]:
    """Return the address that App Service and Container Apps name with a header, or the one of a virtual machine."""
    if not _is_on(environ, "ARM_USE_MSI"):
        return {}
    of_app = environ.get("IDENTITY_ENDPOINT", ""), environ.get("IDENTITY_HEADER", "")
    endpoint, header = of_app if all(of_app) else (environ.get("ARM_MSI_ENDPOINT") or _MACHINE_IDENTITY, "")
    return {"endpoint": endpoint, "header": header}


def _cli(environ: Environ) -> dict[str, str]:
    wanted = environ.get("ARM_USE_CLI", "true").lower() in ("true", "1")
    found = shutil.which("az", path=environ.get("PATH", "")) if wanted else None
    return {"path": found} if found else {}


def _is_on(environ: Environ, name: str) -> bool:
    return environ.get(name, "").lower() in ("true", "1")


def _named(environ: Environ, **names: str) -> dict[str, str]:
    return {short: environ[name] for short, name in names.items() if environ.get(name)}
