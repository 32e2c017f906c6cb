"""Return whether two texts are the same https address: case, port 443, a dot or slash at the end make no other one.

Nor does a name of other letters than ASCII that is written as DNS has it (xn--).
"""

from urllib.parse import urlsplit


def same_address(one: str, other: str) -> bool:
    """Compare as clients do (RFC 3986 6.2.2 and 6.2.3); a path has its case, and a query counts."""
    return one == other or (_parts(one) is not None and _parts(one) == _parts(other))


def _parts(url: str) -> tuple[str, str, int, str, str] | None:
    """Return scheme, host, port, path and query, None for what is not an address."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 443
        host = (parts.hostname or "").removesuffix(".").encode("idna").decode()
    except ValueError:  # so is a name that cannot be encoded
        return None
    return (parts.scheme, host, port, parts.path.rstrip("/"), parts.query) if host else None
