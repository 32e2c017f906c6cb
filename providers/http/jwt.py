"""Read the claims of a JWT that somebody else made and checks: only to know when it ends."""

import base64
import binascii
import json
from datetime import datetime, timezone
from typing import cast


def claims(token: str) -> dict[str, object] | None:
    """Return the payload of a three-part JWT, or None if the text is not one. The signature is not looked at."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return cast("dict[str, object]", payload) if isinstance(payload, dict) else None


def expiry(token: str) -> datetime | None:
    """Return the moment of the `exp` claim (RFC 7519 4.1.4), or None if there is none."""
    exp = (claims(token) or {}).get("exp")
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        return None
    try:
        return datetime.fromtimestamp(exp, tz=timezone.utc)
    except (OverflowError, ValueError, OSError):  # outside of the calendar
        return None
