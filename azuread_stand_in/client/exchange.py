"""One HTTPS exchange, each over its own connection as the real plugin does.

The standard library does it because a plugin starts with every command, and a larger client would double that time.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from azuread_stand_in.errors import StandInError

_TIMEOUT_S = 30
_LARGEST_ANSWER = 16 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back. `retry_after` is the header as sent, or empty."""

    status: int
    phrase: str
    retry_after: str
    body: bytes


async def exchange(
    tls: ssl.SSLContext, method: str, address: str, headers: Mapping[str, str], body: bytes | None = None
) -> Answer:
    """Send and wait at most 30 s a read. A connection that fails raises `StandInError`; it is never tried again."""
    return await asyncio.to_thread(_exchange, tls, method, address, headers, body)


def _exchange(tls: ssl.SSLContext, method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    url = urlsplit(address)
    connection = HTTPSConnection(url.hostname or "", url.port, timeout=_TIMEOUT_S, context=tls)
    target = f"{url.path}?{url.query}" if url.query else url.path
    try:
        connection.request(method, target, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.reason, answer.headers.get("Retry-After", ""), answer.read(_LARGEST_ANSWER))
    except ssl.SSLCertVerificationError as error:
        raise StandInError(
            f"tls: failed to verify certificate of {url.netloc}: point SSL_CERT_FILE at the sandbox's ca.pem"
        ) from error
    except (OSError, HTTPException) as error:
        raise StandInError(
            f"{method} https://{url.netloc}{url.path}: HTTP response was nil: {type(error).__name__}"
        ) from error
    finally:
        connection.close()
