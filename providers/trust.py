"""A certificate that is not trusted: of all that keeps an answer away, the one thing that does not pass by itself."""

import re
from urllib.parse import urlsplit

from providers.errors import UntrustedError
from providers.http import Call
from providers.masking import brief

_REASON = re.compile(r"certificate verify failed(?:: (.+?))?(?: \(_ssl|$)")  # OpenSSL's words, which clients pass on


def untrusted(call: Call, said: str) -> UntrustedError | None:
    """Return the error for what a client said of a connection that failed, or None where it failed otherwise."""
    found = _REASON.search(said)
    if not found:
        return None
    whose = f"the certificate of {urlsplit(call.url).netloc}"
    reason = f" ({brief(found[1])})" if found[1] else ""
    what_to_do = "where the address is right, whoever signs it belongs into SSL_CERT_FILE"
    return UntrustedError(f"{call.what}: {whose} is not trusted{reason}: {what_to_do}", sent=False)
