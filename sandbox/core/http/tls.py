"""A certificate of the sandbox's own, kept over restarts, so that every client verifies certificates as usual.

The authority's key is forgotten as soon as it has signed: nobody can make a second certificate that clients would
trust.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificates:
    """The PEM files: the authority's certificate for clients, the server's key and chain for both ports."""

    ca: Path
    server: Path


def certificates(state: Path) -> Certificates:
    """Return the certificates of a state folder, made if one is missing."""
    found = Certificates(ca=state / "ca.pem", server=state / "server.pem")
    if not (found.ca.exists() and found.server.exists()):
        _make(found)
    return found


def _make(files: Certificates) -> None:
    import trustme  # noqa: PLC0415  # loads slowly, and is needed on the first day only

    authority = trustme.CA(organization_name="greenlake-scim sandbox")
    issued = authority.issue_cert("127.0.0.1", "::1", "localhost")
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    _write(files.server, issued.private_key_pem.bytes() + chain)
    _write(files.ca, authority.cert_pem.bytes())


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)
