"""Ask a SCIM service whether it accepts a token, with the query that Entra's own connection test sends."""

import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
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
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/scim+json"}
    try:
        fields = send(_query("probe the token", base_address, headers), deadline).fields()
    except UnauthorizedError:
        return Probe.REFUSED
    except ProvisioningError:
        return Probe.UNKNOWN
    return Probe.ACCEPTED if _is_list(fields) else Probe.UNKNOWN


def probe_twice(base_address: str, token: str, deadline: Deadline) -> Probe:
    """Probe; a refusal counts only if it is repeated 5 s later."""
    first = probe(base_address, token, deadline)
    if first is not Probe.REFUSED:
        return first
    time.sleep(REPEATED_AFTER_SECONDS)
    return probe(base_address, token, deadline)


def clock(base_address: str, deadline: Deadline) -> datetime | None:
    """Return the service's time, which every answer has, also one to a request without a token; None for no answer."""
    try:
        return send(_query("ask for the time", base_address, {}), deadline).at
    except ApiError as error:
        return error.at
    except ProvisioningError:
        return None


def address(base_address: str, endpoint: str, query: str) -> str:
    """Return the address of a query; what the base address asks for, such as a flag for Entra, stays in it."""
    parts = urlsplit(base_address)
    both = "&".join(part for part in (parts.query, query) if part)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{endpoint}", query=both))


def _query(what: str, base_address: str, headers: Mapping[str, str]) -> Call:
    url = address(base_address, "Users", f'filter=userName+eq+"{uuid.uuid4()}"')
    return Call(f"SCIM: {what}", "GET", url, headers)


def _is_list(body: Mapping[str, object]) -> bool:
    """Return whether it is a ListResponse, an empty one in any form; its names have no case (RFC 7643 2.1)."""
    fields = {name.lower(): value for name, value in body.items()}
    return (
        isinstance(fields.get("totalresults"), int | float | str)
        or isinstance(fields.get("resources"), list)
        or "ListResponse" in str(fields.get("schemas"))
    )
