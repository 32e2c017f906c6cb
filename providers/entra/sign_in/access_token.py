"""Sign in to Entra with azure-identity, loaded only when a verb really calls Graph: it costs a fifth of a second."""

import functools
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Expired
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from providers.entra.sign_in.cloud import Cloud, cloud
from providers.entra.sign_in.credentials import SignIn, Way, choose, problems
from providers.entra.sign_in.error_numbers import EXPIRED
from providers.entra.sign_in.identity_token import ENTRA, identity_token
from providers.entra.sign_in.refusal import UNREADABLE, FinalError, failure, judge, sign_in_call
from providers.entra.sign_in.tenant import check_token, contradiction, tenant_of_token
from providers.errors import ConfigurationError, ProvisioningError, UnexpectedAnswerError, UnreachableError
from providers.http import Call, jwt
from providers.http.deadline import ATTEMPT_SECONDS, CALL_SECONDS, Deadline
from providers.timestamps import now

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

# Their warnings repeat answers and command output, and without a handler Python writes them to standard error.
for _library in ("azure", "msal"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

_T = TypeVar("_T")
_Key = tuple[SignIn, Cloud, str]
_locks: dict[_Key, threading.Lock] = {}  # one for each, so that a slow tenant keeps no other one waiting
_tokens: dict[_Key, "AccessToken"] = {}  # a credential is made anew for each: what it remembers takes memory
_presented: dict[SignIn, Mapping[str, object]] = {}  # the claims of the OIDC token that was last presented
_READ_SECONDS = 10
_EARLY_SECONDS = 600  # a client signs in once, and the longest one reads logs for so long


def graph_bearer(environ: Mapping[str, str], deadline: Deadline, tenant_id: str) -> tuple[str, str]:
    """Return Graph's address and a bearer for it that is of this tenant and of no other.

    Raises ConfigurationError if the environment allows no way to sign in or signs in to another tenant,
    UnauthorizedError if Entra refuses, and the errors of `providers.http.send` for any other answer or none.
    """
    other = contradiction(tenant_id, environ)
    if other:
        raise ConfigurationError(other)
    address, bearer = _bearer(environ, deadline, tenant_id)
    check_token(bearer, tenant_id)
    return address, bearer


def tenant_of_sign_in(environ: Mapping[str, str], deadline: Deadline) -> str:
    """Return the tenant that the environment signs in to; raises as `graph_bearer` does."""
    chosen, named = choose(environ), environ.get("ARM_TENANT_ID", "")
    if chosen and not named and not chosen.way.has_a_home:
        raise ConfigurationError(f"ARM_TENANT_ID is not set: it is needed to sign in with {chosen.way.value}")
    found = tenant_of_token(_bearer(environ, deadline, named)[1])
    if not found:
        raise UnexpectedAnswerError("Entra: the access token names no tenant: write azuread:tenantId in the stack file")
    return found


def _bearer(environ: Mapping[str, str], deadline: Deadline, tenant_id: str) -> tuple[str, str]:
    missing = problems(environ)
    chosen = choose(environ, tenant_id)
    if chosen is None or missing:
        raise ConfigurationError("; ".join(missing))
    where = cloud(environ, deadline)
    ca_file = environ.get("SSL_CERT_FILE", "")
    within = deadline.within(CALL_SECONDS)
    return where.graph, in_time(lambda: _signed_in(chosen, where, ca_file, within), within, "Entra: sign in")


def in_time(work: Callable[[], _T], deadline: Deadline, what: str) -> _T:
    """Do work that changes nothing, and leave it to itself with an UnreachableError if it does not end in time."""
    outcome: Future[_T] = Future()

    def do() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - the thread that waits raises it again
            outcome.set_exception(error)

    threading.Thread(target=do, daemon=True).start()
    try:
        return outcome.result(deadline.within(CALL_SECONDS).remaining())
    except Expired:
        if outcome.done():
            raise
        raise UnreachableError(f"{what}: no answer in time: check the network, then run again", sent=False) from None


def _signed_in(chosen: SignIn, where: Cloud, ca_file: str, within: Deadline) -> str:
    from providers.http.transport import repeated  # noqa: PLC0415 - loaded only if used

    key = (chosen, where, ca_file)
    with _locks.setdefault(key, threading.Lock()):
        known = _tokens.get(key)
        if not known or known.expires_on - _EARLY_SECONDS <= now().timestamp():
            try:
                credential = _credential(chosen, where, ca_file)
            except ValueError:
                raise ConfigurationError(
                    f"Entra: the settings for {chosen.way.value} cannot be used: check that "
                    "certificate and password, or the secret, are whole"
                ) from None
            call = sign_in_call(chosen, where)
            try:
                known = repeated(lambda: _token(credential, chosen, call, f"{where.graph}/.default"), call, within)
            except FinalError as error:
                raise error.reason from None
            _tokens[key] = known
        return known.token


def _token(credential: "TokenCredential", chosen: SignIn, call: Call, scope: str) -> "AccessToken":
    from azure.core.exceptions import AzureError  # noqa: PLC0415 - loaded only if used

    def once() -> "AccessToken | ProvisioningError":
        try:
            return credential.get_token(scope)
        except (AzureError, FinalError, *UNREADABLE) as error:
            return failure(error, call, _presented.get(chosen))

    found = once()
    if getattr(found, "code", "") == EXPIRED and "token" not in chosen.settings:
        found = once()  # the host, or the file, has a new OIDC token by now
    if isinstance(found, Exception):
        raise found from None
    return found


def _credential(chosen: SignIn, where: Cloud, ca_file: str) -> "TokenCredential":
    """Return the explicit credential of the chosen way."""
    import azure.identity as ai  # noqa: PLC0415 - loaded only if used

    # The transport of all calls decides what is repeated; azure-core would wait as long as a service wishes.
    transport: dict[str, Any] = {
        "retry_total": 0,
        "connection_timeout": 10,
        "read_timeout": _READ_SECONDS,
        "raw_response_hook": functools.partial(judge, sign_in_call(chosen, where)),
    }
    if ca_file:
        transport["connection_verify"] = ca_file
    authority: dict[str, Any] = {"authority": where.login, "disable_instance_discovery": not where.known}
    tenant, client, given = chosen.tenant_id, chosen.client_id, chosen.settings
    if chosen.way is Way.SECRET:
        return ai.ClientSecretCredential(tenant, client, given["secret"], **authority, **transport)
    if chosen.way is Way.CERTIFICATE:
        password = given["password"] or None
        return ai.CertificateCredential(
            tenant, client, certificate_data=_certificate(given), password=password, **authority, **transport
        )
    if chosen.way is Way.OIDC:
        return ai.ClientAssertionCredential(tenant, client, _assertion(chosen), **authority, **transport)
    if chosen.way is Way.MANAGED_IDENTITY:
        transport["connection_timeout"] = 2  # its service is on the machine, or there is none
        return ai.ManagedIdentityCredential(client_id=client or None, **transport)
    return ai.AzureCliCredential(tenant_id=tenant, process_timeout=int(ATTEMPT_SECONDS))


def _certificate(given: Mapping[str, str]) -> bytes:
    if "data" not in given:
        return _bytes(given["path"], "ARM_CLIENT_CERTIFICATE_PATH")
    import base64  # noqa: PLC0415 - loaded only if used

    try:
        return base64.b64decode(given["data"], validate=True)
    except ValueError:
        raise ConfigurationError("ARM_CLIENT_CERTIFICATE is not base64: encode the PKCS#12 bundle") from None


def _assertion(chosen: SignIn) -> Callable[[], str]:
    """Return a function that gets the OIDC token at the moment it is needed: GitHub's lives five minutes."""
    given = chosen.settings

    def token() -> str:
        found = fetched()
        _presented[chosen] = jwt.claims(found) or {}
        return found

    def fetched() -> str:
        if "token" in given:
            return given["token"]
        if "token_path" in given:
            return _bytes(given["token_path"], "the file of the OIDC token").decode(errors="replace").strip()
        try:
            connection = given["service_connection"]
            return identity_token(given["request_url"], given["request_token"], ENTRA, Deadline(), connection)
        except ProvisioningError as error:
            raise FinalError(error) from None

    return token


def _bytes(path: str, name: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read ({error.strerror}): check the path") from None
