"""Every failure this project knows, as one tree, so that each has one sentence and one decided outcome.

    ProvisioningError
    ├── ConfigurationError      the stack file or the environment cannot work
    ├── StoppedError            we stopped on purpose, before changing anything that would not be ours
    │   └── NoUserRoleError     the application has no role for users (providers.entra.application.app_roles)
    ├── UnreachableError        no answer: refused, cut off, too slow
    │   └── UntrustedError      nothing was sent, because the certificate is not trusted
    ├── UnexpectedAnswerError   an answer that cannot be understood
    │   └── UnreadableTokenError  GreenLake's, to a create or a rotation: there may be a token that nobody has
    └── ApiError                an answer with an error status
        ├── UnauthorizedError   401
        ├── ForbiddenError      403
        ├── NotFoundError       404, 410
        ├── ConflictError       409, 412
        ├── ThrottledError      429
        └── UnavailableError    408, 5xx

One more is caught by its callers and never printed as it is: HostError (providers.http.hosts).

An error is one line: what happened, then what to do. It never carries a body, a header, a token or properties: of an
answer only the status, the error code, the ids that support asks for and a short, masked text get in.
"""

from collections.abc import Mapping
from datetime import datetime

from providers.output import spelled


class ProvisioningError(Exception):
    """Base of all: `str()` is one line that ends with what to do, with commands as they work if `./run` is in use."""

    def __str__(self) -> str:
        return spelled(super().__str__())


class ConfigurationError(ProvisioningError):
    """The stack file or the environment cannot work."""


class StoppedError(ProvisioningError):
    """We stopped on purpose: the message has what was found and what to set."""


class UnreachableError(ProvisioningError):
    """No answer came; `sent` is set if the request may have been carried out all the same."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class UntrustedError(UnreachableError):
    """Nothing was sent, because the service's certificate is not trusted, which does not pass by itself."""


class UnexpectedAnswerError(ProvisioningError):
    """The service answered something that cannot be understood."""


class UnreadableTokenError(UnexpectedAnswerError):
    """GreenLake's answer held no new token; `made` is set if the answer is its own, so that there is one."""

    made: bool = False


class ApiError(ProvisioningError):
    """The service answered with an error status.

    `code` is the service's own error code ("" if it gave none), `retry_after` its wish in seconds. `lost` is set
    if an earlier attempt of the same call got no answer, or only a gateway's, and may have been carried out. `shape`
    has the names and kinds of the answer's fields. `refused_with` is the status of a third service in the answer. `at`
    is the service's own clock, None if it sent none.
    """

    def __init__(
        self,
        sentence: str,
        *,
        status: int,
        code: str = "",
        retry_after: float | None = None,
        refused_with: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.refused_with = refused_with
        self.lost = False
        self.shape: Mapping[str, str] = {}
        self.at: datetime | None = None


class UnauthorizedError(ApiError):
    """401: the credential is not accepted (Graph's synchronization API also answers so if a permission is missing)."""


class ForbiddenError(ApiError):
    """403: the credential is known and may not do this."""


class NotFoundError(ApiError):
    """404 or 410: there is no such thing."""


class ConflictError(ApiError):
    """409 or 412: it contradicts what is there."""


class ThrottledError(ApiError):
    """429: too many requests; nothing was done."""


class UnavailableError(ApiError):
    """408 or 5xx: the service failed, and may have done the work all the same."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    408: UnavailableError,
    409: ConflictError,
    410: NotFoundError,
    412: ConflictError,
    429: ThrottledError,
}


def api_error_class(status: int) -> type[ApiError]:
    """Map a status to its class: the only place that does."""
    return _BY_STATUS.get(status) or (UnavailableError if status >= 500 else ApiError)
