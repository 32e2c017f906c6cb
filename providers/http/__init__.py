"""The one way to call a service: what a call and its answer are, and how to send one.

What carries it out is in `providers.http.transport`, which is loaded with the first call: most runs of the engine make
none.
"""

from providers.http.call import Answer, Call
from providers.http.deadline import Deadline

__all__ = ["Answer", "Call", "send"]


def send(call: Call, deadline: Deadline) -> Answer:
    """Send a call and return its answer below 300.

    Raises ApiError, UnreachableError or UnexpectedAnswerError, and ConfigurationError for an address or credential that
    cannot be sent; an ApiError has `lost` set if an earlier attempt of this very call got no answer and may have
    been carried out.
    """
    from providers.http.transport import exchange  # noqa: PLC0415 - httpx and tenacity cost a no-op run a tenth of a second

    return exchange(call, deadline)
