"""Sign in as the real plugin does: the cloud's metadata first, then one token for each plugin process."""

import base64
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from azuread_stand_in.client.exchange import Request, exchange
from azuread_stand_in.client.graph_client import Graph
from azuread_stand_in.errors import StandInError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_OTHER_CREDENTIALS = ("ARM_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE_PATH", "ARM_USE_OIDC", "ARM_USE_MSI")


@dataclass(frozen=True)
class Login:
    """The address of the sign-in, and who signs in."""

    metadata_host: str
    tenant_id: str
    client_id: str
    client_secret: str
    ca_file: str


def login_from(environment: Mapping[str, str], tenant_id: str = "") -> Login:
    """Read the ARM_* settings that azuread reads. One that is missing raises `StandInError` and names it.

    `tenant_id` is the provider's own setting, which wins over ARM_TENANT_ID; "" if it is not set.
    """
    host = environment.get("ARM_METADATA_HOSTNAME", "")
    if urlsplit(f"//{host}").hostname not in _LOOPBACK:
        raise StandInError(
            "the stand-in for the azuread plugin talks to the sandbox on this machine only: "
            "set ARM_METADATA_HOSTNAME as `./run env` does, or install the real plugin"
        )
    if not environment.get("ARM_CLIENT_SECRET"):
        if any(environment.get(name) for name in _OTHER_CREDENTIALS):
            raise StandInError("the stand-in for the azuread plugin signs in with a client secret only")
        raise StandInError("no Authorizer could be configured: set ARM_CLIENT_SECRET")
    wanted = {
        "ARM_TENANT_ID": tenant_id or environment.get("ARM_TENANT_ID"),
        "ARM_CLIENT_ID": environment.get("ARM_CLIENT_ID"),
    }
    for name, value in wanted.items():
        if not value:
            raise StandInError(f"no Authorizer could be configured: set {name}")
    return Login(
        metadata_host=host,
        tenant_id=tenant_id or environment["ARM_TENANT_ID"],
        client_id=environment["ARM_CLIENT_ID"],
        client_secret=environment["ARM_CLIENT_SECRET"],
        ca_file=environment.get("SSL_CERT_FILE", ""),
    )


async def sign_in(login: Login) -> Graph:
    """Two requests: GET the metadata, POST for a token. Whatever the real plugin would refuse raises `StandInError`."""
    tls = _trust(login.ca_file)
    metadata = await _answer(
        Request("GET", f"https://{login.metadata_host}/metadata/endpoints?api-version=2022-09-01", {}), tls
    )
    for name in ("name", "resourceManager", "microsoftGraphResourceId", "authentication"):
        if not metadata.get(name):
            raise StandInError(f"the metadata of {login.metadata_host} lacks {name}")
    graph_url = str(metadata["microsoftGraphResourceId"]).removesuffix("/")
    form = {
        "client_id": login.client_id,
        "client_secret": login.client_secret,
        "grant_type": "client_credentials",
        "scope": f"{graph_url}/.default",
    }
    token_url = f"{metadata['authentication']['loginEndpoint']}/{login.tenant_id}/oauth2/v2.0/token"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await _answer(Request("POST", token_url, headers, urlencode(form).encode()), tls)
    return Graph(graph_url, _with_an_object_id(str(answer.get("access_token", ""))), tls)


def _trust(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise StandInError(f"SSL_CERT_FILE cannot be read: {ca_file}") from error


async def _answer(request: Request, tls: ssl.SSLContext) -> dict[str, Any]:
    answer = await exchange(request, tls)
    path = urlsplit(request.url).path
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
