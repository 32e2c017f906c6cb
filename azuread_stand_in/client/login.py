"""Sign in as the real plugin does: the cloud's metadata first, then one token for each plugin process."""

import base64
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from azuread_stand_in.client.exchange import exchange
from azuread_stand_in.client.graph_client import Graph
from azuread_stand_in.errors import StandInError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_OTHER_CREDENTIALS = ("ARM_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE_PATH", "ARM_USE_OIDC", "ARM_USE_MSI")


async def sign_in(environment: Mapping[str, str], tenant_id: str = "") -> Graph:
    """Two requests: GET the metadata, POST for a token, by the ARM_* settings that azuread reads.

    `tenant_id` is the provider's own setting, which wins over ARM_TENANT_ID; "" if it is not set. Whatever the real
    plugin would refuse raises `StandInError`.
    """
    settings = _settings({**environment, **({"ARM_TENANT_ID": tenant_id} if tenant_id else {})})
    host, tls = settings["ARM_METADATA_HOSTNAME"], _trust(environment.get("SSL_CERT_FILE", ""))
    metadata = await _answer(tls, "GET", f"https://{host}/metadata/endpoints?api-version=2022-09-01", {})
    for name in ("name", "resourceManager", "microsoftGraphResourceId", "authentication"):
        if not metadata.get(name):
            raise StandInError(f"the metadata of {host} lacks {name}")
    graph_url = str(metadata["microsoftGraphResourceId"]).removesuffix("/")
    form = {
        "client_id": settings["ARM_CLIENT_ID"],
        "client_secret": settings["ARM_CLIENT_SECRET"],
        "grant_type": "client_credentials",
        "scope": f"{graph_url}/.default",
    }
    token_url = f"{metadata['authentication']['loginEndpoint']}/{settings['ARM_TENANT_ID']}/oauth2/v2.0/token"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await _answer(tls, "POST", token_url, headers, urlencode(form).encode())
    return Graph(graph_url, _with_an_object_id(str(answer.get("access_token", ""))), tls)


def _settings(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the settings, of which each has a value. One that is missing raises `StandInError` and names it."""
    if urlsplit(f"//{environment.get('ARM_METADATA_HOSTNAME', '')}").hostname not in _LOOPBACK:
        raise StandInError(
            "the stand-in for the azuread plugin talks to the sandbox on this machine only: "
            "set ARM_METADATA_HOSTNAME as `./run env` does, or install the real plugin"
        )
    if not environment.get("ARM_CLIENT_SECRET") and any(environment.get(name) for name in _OTHER_CREDENTIALS):
        raise StandInError("the stand-in for the azuread plugin signs in with a client secret only")
    for name in ("ARM_CLIENT_SECRET", "ARM_TENANT_ID", "ARM_CLIENT_ID"):
        if not environment.get(name):
            raise StandInError(f"no Authorizer could be configured: set {name}")
    return environment


def _trust(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise StandInError(f"SSL_CERT_FILE cannot be read: {ca_file}") from error


async def _answer(
    tls: ssl.SSLContext, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
) -> dict[str, Any]:
    answer, path = await exchange(tls, method, url, headers, body), urlsplit(url).path
    if answer.status != 200:
        raise StandInError(f"{path} answered {answer.status} {answer.phrase}: check ARM_TENANT_ID and the client")
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise StandInError(f"{path} answered 200 with a body that is not JSON") from error


def _with_an_object_id(token: str) -> str:
    """The real plugin reads `oid` from the token and cannot go on without it; the signature does not matter to it."""
    try:
        _, payload, _ = token.split(".")
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError as error:
        raise StandInError("the access token is not a JWT of three parts") from error
    if not claims.get("oid"):
        raise StandInError("the access token carries no oid")
    return token
