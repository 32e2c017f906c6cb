"""Ask whether a bearer may manage SCIM proxy tokens, without touching one.

Assumed: no read-only call is documented. A GET of the tokens' address changes nothing whatever the service makes of it,
and services look at the bearer before the method: 401 and 403 answer the question, most others do not.
"""

from enum import Enum

from providers.errors import ApiError, ForbiddenError, UnauthorizedError, UnexpectedAnswerError
from providers.greenlake.assumptions import PROXY_TOKEN_PATH
from providers.http import Call, send
from providers.http.deadline import Deadline


class Role(Enum):
    """What the answer means for the bearer and for its role."""

    HELD = "held"
    MISSING = "missing"
    BEARER_REFUSED = "bearer refused"
    UNKNOWN = "unknown"


def ask(api_url: str, bearer: str, deadline: Deadline) -> Role:
    """Ask. Raises UnreachableError, and ConfigurationError if the address or bearer cannot be sent."""
    call = Call(
        what="GreenLake: look at the SCIM proxy tokens",
        method="GET",
        url=api_url.rstrip("/") + PROXY_TOKEN_PATH,
        headers={"Authorization": f"Bearer {bearer}", "Accept": "application/json"},
    )
    try:
        send(call, deadline).confirm()
    except UnauthorizedError:
        return Role.BEARER_REFUSED
    except ForbiddenError:
        return Role.MISSING
    except (ApiError, UnexpectedAnswerError):
        return Role.UNKNOWN
    return Role.HELD
