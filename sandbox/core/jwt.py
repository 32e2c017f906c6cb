"""Three-part bearer tokens as both login services issue them: signed with a world's own key, readable by everybody."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from sandbox.core.json_types import decoded, is_object

Claims = dict[str, Any]
_HEADER = {"alg": "HS256", "typ": "JWT"}
_PARTS = 3


def encode(claims: Claims, key: bytes) -> str:
    """Return the claims as a JWT signed with HMAC-SHA256 (RFC 7515)."""
    signed = f"{_pack(json.dumps(_HEADER).encode())}.{_pack(json.dumps(claims).encode())}"
    return f"{signed}.{_pack(_signature(signed, key))}"


def decode(token: str, key: bytes) -> Claims | None:
    """Return the claims of a token that this key signed, else None; expiry is the caller's business."""
    signed, _, signature = token.rpartition(".")
    claims = peek(token)
    return claims if hmac.compare_digest(_pack(_signature(signed, key)).encode(), signature.encode()) else None


def peek(token: str) -> Claims:
    """Return the claims without looking at the signature, empty if this is not a JWT: only to find the right key."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        return {}
    try:
        claims = decoded(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if is_object(claims) else {}


def _pack(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signature(signed: str, key: bytes) -> bytes:
    return hmac.new(key, signed.encode(), hashlib.sha256).digest()
