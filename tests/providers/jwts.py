"""Unsigned JWTs for tests: three parts, of which only the payload is ever looked at."""

import base64
import json


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned_jwt(payload: object) -> str:
    header = {"alg": "none", "typ": "JWT"}
    return ".".join((encoded(json.dumps(header).encode()), encoded(json.dumps(payload).encode()), "signature"))
