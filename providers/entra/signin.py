"""Sign in to Entra with azure-identity, loaded only when a verb really calls Graph: it costs a fifth of a second."""

import functools
import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from providers.deadline import ATTEMPT_SECONDS, Deadline
from providers.entra.cloud import Cloud, cloud
from providers.entra.credentials import SignIn, Way, choose, problems
from providers.entra.patience import in_time
from providers.errors import ConfigurationError, UnauthorizedError, UnexpectedAnswerError
from providers.http import Call, send
from providers.moments import now

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

# Their warnings repeat answers and command output, and without a handler Python writes them to standard error.
for _library in ("azure", "msal"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

_lock = threading.Lock()
_tokens: dict["TokenCredential", "AccessToken"] = {}
_EARLY_SECONDS = 300  # as azure-identity itself does: a token must outlive the verb that fetches it
_WHAT_TO_DO = {
    "AADSTS90002": "there is no such tenant: check ARM_TENANT_ID",
    "AADSTS900023": "ARM_TENANT_ID is no tenant id",
    "AADSTS700016": "the application is not in this tenant: check ARM_CLIENT_ID and ARM_TENANT_ID",
    "AADSTS7000215": "the client secret is wrong: check ARM_CLIENT_SECRET (its value, not its id)",
    "AADSTS7000222": "the client secret has expired: make a new one and set ARM_CLIENT_SECRET",
    "AADSTS700024": "the OIDC token has expired: it must be fetched right before the run",
    "AADSTS70021": "no federated credential of the application matches this OIDC token: compare issuer and subject",
}


def graph_bearer(environ: Mapping[str, str], deadline: Deadline) -> tuple[str, str]:
    """Return Graph's address and a bearer for it.

    Raises ConfigurationError where the environment allows no way to sign in, UnauthorizedError where Entra refuses, and
    UnreachableError where nothing comes of it in time.
    """
    missing = problems(environ)
    chosen = choose(environ)
    if chosen is None or missing:
        raise ConfigurationError("; ".join(missing))
    where = cloud(environ, deadline)
    ca_file = environ.get("SSL_CERT_FILE", "")
    return where.graph, in_time(lambda: _signed_in(chosen, where, ca_file), deadline, "Entra: sign in")


def _signed_in(chosen: SignIn, where: Cloud, ca_file: str) -> str:
    with _lock:
        try:
            credential = _credential(chosen, where, ca_file)
        except ValueError:
            raise ConfigurationError(
                f"Entra: the settings for {chosen.way.value} cannot be used: check ARM_TENANT_ID, "
                "and that certificate and password, or the secret, are whole"
            ) from None
        return _token(credential, f"{where.graph}/.default", chosen)


def _token(credential: "TokenCredential", scope: str, chosen: SignIn) -> str:
    """Return a token that is good for some minutes; not every credential remembers its own (Azure CLI does not)."""
    from azure.core.exceptions import AzureError  # noqa: PLC0415 - loaded only where used

    known = _tokens.get(credential)
    if known and known.expires_on - _EARLY_SECONDS > now().timestamp():
        return known.token
    try:
        _tokens[credential] = credential.get_token(scope)
        return _tokens[credential].token
    except AzureError as error:
        # The text of azure-identity repeats answers and command output; only Microsoft's own error number is taken.
        found = re.search(r"AADSTS\d+", " ".join(_texts(error)))
        code = found[0] if found else type(error).__name__
        hint = _WHAT_TO_DO.get(code, "check the ARM_* settings and that the sign-in address can be reached")
        raise UnauthorizedError(
            f"Entra: sign in with {chosen.way.value} was refused ({code}): {hint}", status=401, code=code
        ) from None


def _texts(error: BaseException | None) -> Iterator[str]:
    """Yield what an error says and what was behind it: msal keeps Entra's own words of a wrong tenant there."""
    while error is not None:
        yield str(error)
        error = error.__cause__ or error.__context__


@functools.lru_cache(maxsize=8)
def _credential(chosen: SignIn, where: Cloud, ca_file: str) -> "TokenCredential":
    """Return the explicit credential of the chosen way; one for all calls of a process."""
    import azure.identity as ai  # noqa: PLC0415 - loaded only where used

    # One retry and short timeouts: azure-core's own default is minutes, and the next sign-in would wait for this one.
    transport: dict[str, Any] = {"retry_total": 1, "connection_timeout": 10, "read_timeout": 10}
    if ca_file:
        transport["connection_verify"] = ca_file
    authority: dict[str, Any] = {"authority": where.login, "disable_instance_discovery": not where.known}
    tenant, client, given = chosen.tenant_id, chosen.client_id, chosen.settings
    if chosen.way is Way.SECRET:
        secret = given.get("secret") or _file(given["secret_path"], "ARM_CLIENT_SECRET_FILE_PATH")
        return ai.ClientSecretCredential(tenant, client, secret, **authority, **transport)
    if chosen.way is Way.CERTIFICATE:
        password = given["password"] or None
        return ai.CertificateCredential(
            tenant, client, certificate_data=_certificate(given), password=password, **authority, **transport
        )
    if chosen.way is Way.OIDC:
        return ai.ClientAssertionCredential(tenant, client, _assertion(given), **authority, **transport)
    if chosen.way is Way.MANAGED_IDENTITY:
        return ai.ManagedIdentityCredential(client_id=client or None, **transport)
    return ai.AzureCliCredential(tenant_id=tenant, process_timeout=int(ATTEMPT_SECONDS))


def _certificate(given: Mapping[str, str]) -> bytes:
    if "data" not in given:
        return _bytes(given["path"], "ARM_CLIENT_CERTIFICATE_PATH")
    import base64  # noqa: PLC0415 - loaded only where used

    try:
        return base64.b64decode(given["data"], validate=True)
    except ValueError:
        raise ConfigurationError("ARM_CLIENT_CERTIFICATE is no base64: encode the PKCS#12 bundle") from None


def _assertion(given: Mapping[str, str]) -> Callable[[], str]:
    """Return a function that gets the OIDC token at the moment it is needed: GitHub's lives five minutes."""

    def token() -> str:
        if "token" in given:
            return given["token"]
        if "token_path" in given:
            return _file(given["token_path"], "the file of the OIDC token")
        url = given["request_url"]
        call = Call(
            what="OIDC: fetch the identity token of this run",
            method="GET",
            url=f"{url}{'&' if '?' in url else '?'}audience=api%3A%2F%2FAzureADTokenExchange",
            headers={"Authorization": f"Bearer {given['request_token']}"},
            hints=dict.fromkeys((401, 403, 404), "the workflow needs the permission `id-token: write`"),
        )
        body: object = send(call, Deadline()).json(call.what)
        value = cast("dict[str, object]", body).get("value") if isinstance(body, dict) else None
        if not isinstance(value, str):
            raise UnexpectedAnswerError(f"{call.what}: no value in the answer: check the request address")
        return value

    return token


def _file(path: str, name: str) -> str:
    return _bytes(path, name).decode(errors="replace").strip()


def _bytes(path: str, name: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read ({error.strerror}): check the path") from None
