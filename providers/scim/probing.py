"""Ask a SCIM service whether it accepts a token, with the query that Entra's own connection test sends."""

import time
import uuid
from datetime import datetime
from enum import Enum
from typing import cast
from urllib.parse import urlsplit, urlunsplit

from providers.errors import ApiError, ProvisioningError, UnauthorizedError
from providers.http import Call, send
from providers.http.deadline import Deadline

REPEATED_AFTER_SECONDS = 5.0  # long enough for a service that is just restarting, short enough for a person who waits


class Probe(str, Enum):
    """A service's answer about a token; `UNKNOWN` is any answer that is neither yes nor no."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def probe(base_address: str, token: str, deadline: Deadline) -> Probe:
    """Present a token once: this *uses* it, which may end the token before it.

    Only 401 counts as refused (RFC 6750 3.1), and as accepted only a list (RFC 7644 3.4.2): whatever else answers may
    stand before the service. The query is that of Test Connection: a user that cannot be.
    """
    call = Call(
        what="SCIM: probe the token",
        method="GET",
        url=_users(base_address, f'userName eq "{uuid.uuid4()}"'),
        headers={"Authorization": f"Bearer {token}", "Accept": "application/scim+json"},
    )
    try:
        body: object = send(call, deadline).json(call.what)
    except UnauthorizedError:
        return Probe.REFUSED
    except ProvisioningError:
        return Probe.UNKNOWN
    return Probe.ACCEPTED if _is_list(body) else Probe.UNKNOWN


def probe_twice(base_address: str, token: str, deadline: Deadline) -> Probe:
    """Probe; a refusal counts only if it is repeated 5 s later."""
    first = probe(base_address, token, deadline)
    if first is not Probe.REFUSED:
        return first
    time.sleep(REPEATED_AFTER_SECONDS)
    return probe(base_address, token, deadline)


def clock(base_address: str, deadline: Deadline) -> datetime | None:
    """Return the service's time, which every answer has, also one to a request without a token; None for no answer."""
    call = Call(what="SCIM: ask for the time", method="GET", url=_users(base_address, f'userName eq "{uuid.uuid4()}"'))
    try:
        return send(call, deadline).at
    except ApiError as error:
        return error.at
    except ProvisioningError:
        return None


def _is_list(body: object) -> bool:
    """Return whether it is a ListResponse, an empty one in any form; its names have no case (RFC 7643 2.1)."""
    fields = (
        {name.lower(): value for name, value in cast("dict[str, object]", body).items()}
        if isinstance(body, dict)
        else {}
    )
    return (
        isinstance(fields.get("totalresults"), int | float | str)
        or isinstance(fields.get("resources"), list)
        or "ListResponse" in str(fields.get("schemas"))
    )


def _users(base_address: str, scim_filter: str) -> str:
    parts = urlsplit(base_address)
    query = "&".join(part for part in (parts.query, f"filter={scim_filter.replace(' ', '+')}") if part)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/Users", query=query))
