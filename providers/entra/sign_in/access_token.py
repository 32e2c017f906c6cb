"""Sign in to Entra: one request to its token endpoint, or to what signs in for us, a managed identity or the Azure CLI.

The token is kept until shortly before its end. Sources: Microsoft identity platform, client credentials flow; managed
identities, how to use an access token; App Service, REST endpoint of managed identities.
"""

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import quote

from providers.entra.sign_in.client_assertion import certificate_assertion, oidc_token
from providers.entra.sign_in.cloud import Cloud, cloud
from providers.entra.sign_in.credentials import SignIn, Way, choose, problems
from providers.entra.sign_in.error_numbers import EXPIRED, what_to_do
from providers.entra.sign_in.tenant import check_token, contradiction, tenant_of_token
from providers.errors import (
    ApiError,
    ConfigurationError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
)
from providers.http import Call, jwt, send
from providers.http.deadline import CALL_SECONDS, Deadline
from providers.timestamps import now


class _Kept:
    """The token of a sign-in, with its lock, so that a slow tenant keeps no other one waiting.

    A refusal is kept, too, for a while: a run tries a wrong secret once, however many look-ups wait for the token.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.token = ""
        self.refusal: tuple[UnauthorizedError, float] | None = None  # and until when it is kept


_kept: dict[tuple[SignIn, Cloud], _Kept] = {}
_EARLY_SECONDS = 600  # a client signs in once, and the longest one reads logs for so long
_MACHINE_SECONDS = 5.0  # a managed identity's service is on the machine, or there is none
_ADDRESS = "check the ARM_* settings and that the sign-in address can be reached"
_NO_IDENTITY = "this machine has no managed identity, or not that of ARM_CLIENT_ID"
_NOT_SIGNED_IN = "the Azure CLI is not signed in to this tenant: run `az login --tenant TENANT`"


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
    missing, chosen = problems(environ), choose(environ, tenant_id)
    if chosen is None or missing:
        raise ConfigurationError("; ".join(missing))
    where = cloud(environ, deadline)
    within, kept = deadline.within(CALL_SECONDS), _kept.setdefault((chosen, where), _Kept())
    with kept.lock:
        ends = jwt.expiry(kept.token)
        if not ends or (ends - now()).total_seconds() <= _EARLY_SECONDS:
            kept.token = _signed_in(kept, chosen, where, within)
        return where.graph, kept.token


def _signed_in(kept: _Kept, chosen: SignIn, where: Cloud, within: Deadline) -> str:
    if kept.refusal and time.monotonic() < kept.refusal[1]:
        raise kept.refusal[0]
    try:
        return _WAYS[chosen.way](chosen, where, within)
    except UnauthorizedError as refusal:
        # What is looked up side by side asks at once; who watches may have signed in again later.
        kept.refusal = refusal, time.monotonic() + 30
        raise


def _as_client(chosen: SignIn, where: Cloud, within: Deadline) -> str:
    """Sign in as an application: with its secret, or with a JWT that proves who it is (RFC 7523)."""
    if not re.fullmatch(r"[\w.-]+", chosen.tenant_id):
        raise ConfigurationError(f"Entra: there can be no tenant {chosen.tenant_id!r}: check azuread:tenantId")
    url = f"{where.login}/{chosen.tenant_id}/oauth2/v2.0/token"
    assertion = ""
    if chosen.way is Way.CERTIFICATE:
        assertion = certificate_assertion(chosen, url)
    elif chosen.way is Way.OIDC:
        assertion = oidc_token(chosen, within)
    proof = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    form = {
        "grant_type": "client_credentials",
        "client_id": chosen.client_id,
        "scope": f"{where.graph}/.default",
        **({"client_secret": chosen.settings["secret"]} if chosen.way is Way.SECRET else proof),
    }
    call = Call(_name(chosen), "POST", url, form=form, hints=_hints(_ADDRESS), secrets=[assertion])
    return _token(call, within, jwt.claims(assertion) or {})


def _with_oidc(chosen: SignIn, where: Cloud, within: Deadline) -> str:
    try:
        return _as_client(chosen, where, within)
    except UnauthorizedError as error:
        if error.code != EXPIRED or "token" in chosen.settings:
            raise
    return _as_client(chosen, where, within)  # the host, or the file, has a new OIDC token by now


def _as_managed_identity(chosen: SignIn, where: Cloud, within: Deadline) -> str:
    """Ask the machine's own service, which answers 404 and 410 for a while (Microsoft Learn, error handling)."""
    given = chosen.settings
    version, headers = "2018-02-01", {"Metadata": "true"}
    if given["header"]:
        version, headers = "2019-08-01", {"X-IDENTITY-HEADER": given["header"]}
    client = f"&client_id={quote(chosen.client_id, safe='')}" if chosen.client_id else ""
    call = Call(
        what=_name(chosen),
        method="GET",
        url=f"{given['endpoint']}?api-version={version}&resource={quote(where.graph, safe='')}{client}",
        headers=headers,
        passing=(404, 410),
        seconds=_MACHINE_SECONDS,
        hints=_hints(_NO_IDENTITY),
        secrets=[given["header"]],
    )
    return _token(call, within, {})


def _token(call: Call, within: Deadline, claims: Mapping[str, object]) -> str:
    """Send the call; `claims` are those of the JWT that was presented.

    Raises UnauthorizedError for any refusal, so that no caller takes a 404 of a sign-in for an answer of Graph's.
    """
    try:
        return _text(send(call, within).fields(), "access_token", call.what)
    except (ThrottledError, UnavailableError):
        raise
    except ApiError as error:
        if error.code.startswith("AADSTS"):
            raise _refused(call.what, error.code, str(error), claims) from None
        raise UnauthorizedError(str(error), status=401, code=error.code) from None


def _with_cli(chosen: SignIn, where: Cloud, within: Deadline) -> str:
    what = _name(chosen)
    tenant = ["--tenant", chosen.tenant_id] if chosen.tenant_id else []
    command = [chosen.settings["path"], "account", "get-access-token", "--output", "json", "--resource", where.graph]
    environ = {**os.environ, "AZURE_CORE_NO_COLOR": "true"}
    try:
        done = subprocess.run(
            [*command, *tenant], capture_output=True, text=True, env=environ, timeout=within.remaining(), check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"{what}: no answer in time: check the network, then run again", sent=False) from None
    except OSError as error:
        raise ConfigurationError(f"{what}: az cannot be started ({error.strerror}): install it again") from None
    if done.returncode:
        code = re.search(r"AADSTS\d+", done.stderr)
        if code:
            raise _refused(what, code[0], done.stderr, {})
        code = f"az ended with {done.returncode}"
        raise UnauthorizedError(f"{what} was refused ({code}): {_NOT_SIGNED_IN}", status=401, code=code)
    try:
        return _text(json.loads(done.stdout), "accessToken", what)
    except ValueError:
        raise _unreadable(what) from None


def _refused(what: str, code: str, said: str, claims: Mapping[str, object]) -> UnauthorizedError:
    return UnauthorizedError(f"{what} was refused ({code}): {what_to_do(code, said, claims)}", status=401, code=code)


def _text(body: object, name: str, what: str) -> str:
    found = cast("dict[str, object]", body).get(name) if isinstance(body, dict) else None
    if not isinstance(found, str) or not found:
        raise _unreadable(what)
    return found


def _unreadable(what: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(f"{what}: the answer cannot be understood: {_ADDRESS}")


def _hints(action: str) -> Mapping[int, str]:
    return dict.fromkeys((400, 401, 403, 404, 410), action)


def _name(chosen: SignIn) -> str:
    return f"Entra: sign in with {chosen.way.value}"


_WAYS: Mapping[Way, Callable[[SignIn, Cloud, Deadline], str]] = {
    Way.CERTIFICATE: _as_client,
    Way.SECRET: _as_client,
    Way.OIDC: _with_oidc,
    Way.MANAGED_IDENTITY: _as_managed_identity,
    Way.CLI: _with_cli,
}
