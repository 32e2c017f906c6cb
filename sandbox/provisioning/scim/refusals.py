"""What can go wrong at the target, in the codes that Entra uses: for the whole job, or for one entry.

Source: Microsoft, "How to analyze the provisioning logs", and staff answers on expired tokens.
"""

INVALID_CREDENTIALS = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"
UNAVAILABLE = "CredentialValidationUnavailable"


class CredentialsRefused(Exception):  # noqa: N818 - what Graph calls it
    """The target did not pass the test of the connection; `code` is Entra's, the text names no secret."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class EntryError(Exception):
    """One object could not be provisioned; it is tried again in a later cycle."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


_CODES = {
    400: "SystemForCrossDomainIdentityManagementBadRequest",
    401: "Unauthorized",
    403: "InsufficientRights",
    404: "InvalidAnchor",
    405: "MethodNotAllowed",
    409: "EntryConflict",
    422: "UnprocessableEntity",
    429: "TooManyRequests",
    501: "NotImplemented",
}


def code_of(status: int) -> str:
    """Return the error code of an entry for a status of the target."""
    return _CODES.get(status, "InternalServerError" if status >= 500 else "WebExceptionProtocolError")
