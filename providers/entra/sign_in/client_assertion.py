"""The JWT with which an application proves who it is: the OIDC token of its run, or one that its certificate signs.

Source: Microsoft identity platform, certificate credentials: PS256, with the SHA-256 of the certificate as `x5t#S256`.
"""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from providers.entra.sign_in.credentials import SignIn
from providers.errors import ConfigurationError, UnexpectedAnswerError
from providers.http import Call, send
from providers.http.deadline import Deadline
from providers.timestamps import now

ENTRA = "api://AzureADTokenExchange"  # the audience of a token that Entra takes
_GITHUB_HINTS = {
    **dict.fromkeys((401, 403, 404), "the workflow needs the permission `id-token: write`"),
    405: "in Azure Pipelines set ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID to the id of the service connection",
}
_AZURE_HINTS = {
    **dict.fromkeys(
        (401, 403), "set ARM_OIDC_REQUEST_TOKEN to $(System.AccessToken), and name the service connection in a task"
    ),
    404: "compare ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID with the id of the service connection in this project",
}
_SECONDS = 600  # how long an assertion is good, more than one call takes


def oidc_token(chosen: SignIn, within: Deadline) -> str:
    """Return the OIDC token at the moment it is needed: GitHub's lives five minutes."""
    given = chosen.settings
    if "token" in given:
        return given["token"]
    if "token_path" in given:
        return _bytes(given["token_path"], "the file of the OIDC token").decode(errors="replace").strip()
    return identity_token(given["request_url"], given["request_token"], ENTRA, within, given["service_connection"])


def identity_token(
    request_url: str, request_token: str, audience: str, deadline: Deadline, service_connection: str = ""
) -> str:
    """Return a token of this run for an audience.

    The address and its token are what the host hands to a job: GitHub as ACTIONS_ID_TOKEN_REQUEST_URL and
    ACTIONS_ID_TOKEN_REQUEST_TOKEN, Azure DevOps as SYSTEM_OIDCREQUESTURI and System.AccessToken. `service_connection`
    is the id of the one that Azure DevOps issues the token for, "" elsewhere. Sources: docs.github.com, OpenID Connect
    reference; Azure DevOps REST API 7.1, Oidctoken: create.
    """
    query = f"audience={quote(audience, safe='')}"
    if service_connection:
        query = f"api-version=7.1&{query}&serviceConnectionId={quote(service_connection, safe='')}"
    call = Call(
        what="OIDC: fetch the identity token of this run",
        method="POST" if service_connection else "GET",
        url=f"{request_url}{'&' if '?' in request_url else '?'}{query}",
        headers={"Authorization": f"Bearer {request_token}", "Content-Type": "application/json"},
        hints=_AZURE_HINTS if service_connection else _GITHUB_HINTS,
    )
    name = "oidcToken" if service_connection else "value"
    value: object = send(call, deadline).fields().get(name)
    if not isinstance(value, str):
        raise UnexpectedAnswerError(f"{call.what}: no {name} in the answer: check the request address")
    return value


def certificate_assertion(chosen: SignIn, audience: str) -> str:
    """Return a JWT for the token endpoint `audience`. Raises ConfigurationError for a certificate that cannot sign."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - loaded only if used
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    begins = int(now().timestamp())
    claims: dict[str, object] = {"aud": audience, "iss": chosen.client_id, "sub": chosen.client_id, "jti": str(uuid4())}
    claims |= {"nbf": begins, "exp": begins + _SECONDS}
    try:
        key, certificate = _opened(_certificate(chosen), chosen.settings["password"].encode() or None)
        header = {"alg": "PS256", "typ": "JWT", "x5t#S256": _base64(certificate.fingerprint(hashes.SHA256()))}
        signed = ".".join(_base64(json.dumps(each).encode()) for each in (header, claims))
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
        return f"{signed}.{_base64(key.sign(signed.encode(), pss, hashes.SHA256()))}"
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm):  # another key than RSA signs in another way
        raise ConfigurationError(
            "Entra: the settings for a client certificate cannot be used: check that it is whole, has its RSA key and "
            "that the password is the right one"
        ) from None


def _opened(data: bytes, password: bytes | None) -> tuple[Any, Any]:
    """Return key and certificate from PEM or PKCS#12."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    if b"-----BEGIN" in data:
        return load_pem_private_key(data, password), load_pem_x509_certificate(data)
    key, certificate, _ = pkcs12.load_key_and_certificates(data, password)
    return key, certificate


def _certificate(chosen: SignIn) -> bytes:
    given = chosen.settings
    if "data" not in given:
        return _bytes(given["path"], "ARM_CLIENT_CERTIFICATE_PATH")
    try:
        return base64.b64decode(given["data"], validate=True)
    except ValueError:
        raise ConfigurationError("ARM_CLIENT_CERTIFICATE is not base64: encode the PKCS#12 bundle") from None


def _bytes(path: str, name: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read ({error.strerror}): check the path") from None


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
