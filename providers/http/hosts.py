"""Look at a service from outside, without a credential: its certificate, and how far its clock is off."""

import ssl
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timezone
from http.client import HTTPException, HTTPSConnection
from typing import cast
from urllib.parse import urlsplit

from providers.errors import ProvisioningError
from providers.http import http_date
from providers.masking import brief
from providers.timestamps import now

_SECONDS = 10.0


@dataclass(frozen=True)
class Host:
    """A service's certificate, which `ends`, and clock: `ahead` by so many seconds, None without a time."""

    name: str
    ends: datetime
    ahead: float | None


class HostError(ProvisioningError):
    """It was not reached over TLS; `str()` is the reason. `proxied`: calls use a proxy, and nothing was seen there."""

    def __init__(self, why: str, *, proxied: bool = False) -> None:
        super().__init__(why)
        self.proxied = proxied


def look(url: str) -> Host:
    """Connect over TLS, trusting whom the clients trust, and ask for the time. Raises HostError."""
    parts = urlsplit(url)
    host, name = parts.hostname or "", parts.netloc
    if "https" in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
        raise HostError("calls go through a proxy", proxied=True)
    from providers.http.transport import trusted  # noqa: PLC0415 - scimctl starts without httpx

    try:
        connection = HTTPSConnection(host, parts.port, timeout=_SECONDS, context=trusted())
    except OSError as error:
        raise HostError(f"SSL_CERT_FILE cannot be read ({error.strerror}): check it") from None
    try:
        connection.connect()
        certificate = cast("ssl.SSLSocket", connection.sock).getpeercert() or {}
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), tz=timezone.utc)
        return Host(name, ends, _ahead(connection))
    except ssl.SSLCertVerificationError as error:
        raise HostError(f"its certificate is not trusted ({brief(error.verify_message)})") from None
    except OSError as error:
        raise HostError(f"it is not reached ({brief(error.strerror or str(error))})") from None
    finally:
        connection.close()


def _ahead(connection: HTTPSConnection) -> float | None:
    """Ask for nothing but the time; half of the wait counts as the way back."""
    sent = now()
    try:
        connection.request("HEAD", "/")
        date = http_date(connection.getresponse().getheader("Date", ""))
    except (HTTPException, OSError):
        return None
    return date and (date - (sent + (now() - sent) / 2)).total_seconds()
