"""What a failed sign-in becomes: azure-identity calls nearly everything a failed authentication.

Its texts repeat answers and command output, so of them only Microsoft's own error number is taken, and the names that a
federated credential is compared with.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from providers.entra.sign_in.cloud import Cloud
from providers.entra.sign_in.credentials import SignIn, Way
from providers.entra.sign_in.error_numbers import what_to_do
from providers.errors import ProvisioningError, UnauthorizedError, UnexpectedAnswerError, UnreachableError
from providers.http import Answer, Call
from providers.http.failure import refusal, untrusted
from providers.timestamps import http_date

_TELLS_NOTHING = (301, 302, 303, 307, 308, 408, 429)
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RuntimeError)  # what libraries trip over
_ADDRESS = "check the ARM_* settings and that the sign-in address can be reached"
_NOT_SIGNED_IN = "CredentialUnavailableError"  # what azure-identity calls a way that is not there to be used
_WAYS = {
    Way.CLI: {_NOT_SIGNED_IN: "the Azure CLI is not signed in to this tenant: run `az login --tenant TENANT`"},
    Way.MANAGED_IDENTITY: {_NOT_SIGNED_IN: "this machine has no managed identity, or not that of ARM_CLIENT_ID"},
}


class FinalError(ProvisioningError):
    """A failure during a sign-in that the sign-in itself has repeated already, so that nobody repeats it again."""

    def __init__(self, reason: ProvisioningError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def sign_in_call(chosen: SignIn, where: Cloud) -> Call:
    """Return the call that messages and repeats of a sign-in refer to; azure-identity makes its requests itself.

    A managed identity's service answers 404 and 410 for a while (Microsoft Learn, managed identities, error handling).
    """
    passing: tuple[int, ...] = (404, 410) if chosen.way is Way.MANAGED_IDENTITY else ()
    hints: dict[int, str] = dict.fromkeys(passing, "if that stays so, this machine has no such managed identity")
    codes = _WAYS.get(chosen.way, {})
    what = f"Entra: sign in with {chosen.way.value}"
    return Call(what, "POST", where.login, passing=passing, hints=hints, code_hints=codes)


def judge(call: Call, answered: Any) -> None:
    """Raise for an answer that does not judge the credential; azure-core shows every answer to this first."""
    found = answered.http_response
    headers = {name.lower(): value for name, value in found.headers.items()}
    kind, at = headers.get("content-type", ""), http_date(headers.get("date", ""))
    answer = Answer(found.status_code, kind, found.body(), at)
    if answer.status >= 500 or answer.status in _TELLS_NOTHING or answer.status in call.passing:
        raise refusal(call, answer, headers)
    if answer.is_page:
        raise answer.no_json(call.what)


def failure(error: Exception, call: Call, claims: Mapping[str, object] | None = None) -> ProvisioningError:
    """Return our own error for one of azure-identity's; `claims` are of the OIDC token that was presented."""
    import azure.core.exceptions as azure  # noqa: PLC0415 - loaded only if used

    causes = list(_causes(error))
    for each in causes:
        if isinstance(each, ProvisioningError):
            return each
        if isinstance(each, azure.ServiceRequestError | azure.ServiceResponseError | azure.IncompleteReadError):
            sent = not isinstance(each, azure.ServiceRequestError)
            sentence = f"{call.what}: no answer ({type(each).__name__}): check the network and the ARM_* settings"
            return untrusted(call, str(each)) or UnreachableError(f"{sentence}, then run again", sent=sent)
    said = " ".join(str(each) for each in causes)
    found = re.search(r"AADSTS\d+", said)
    if not found and any(isinstance(each, UNREADABLE) for each in causes):
        return UnexpectedAnswerError(f"{call.what}: the answer cannot be understood: {_ADDRESS}")
    code = found[0] if found else type(error).__name__
    why = what_to_do(code, said, claims or {}) if found else call.code_hints.get(code, _ADDRESS)
    return UnauthorizedError(f"{call.what} was refused ({code}): {why}", status=401, code=code)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what was behind it: msal keeps Entra's own words of a wrong tenant there."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
