"""Call a service of a test's own, and name what it may answer."""

import time
from dataclasses import replace
from typing import Any

import pytest

from providers.errors import ProvisioningError
from providers.http import Answer, Call, send
from providers.http.deadline import Deadline
from tests.providers.tls_service import Service, answer, raw

CANARY = "canary-0123456789-abcdefghijklmnop"
OK = answer(200, {"well": "done"})
CUT_OFF = raw(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
HTML = answer(200, f"<html><body>Sign in, {CANARY}</body></html>".encode(), Content_Type="text/html; charset=utf-8")
EMPTY = answer(200, b"", Content_Type="")


def soon(seconds: float) -> Deadline:
    """Return a deadline that many seconds from now."""
    return Deadline(time.monotonic() + seconds)


def call(service: Service, **changes: Any) -> Call:
    return replace(Call("Service: do it", "POST", f"{service.url}/it"), **changes)


def answered(service: Service, seconds: float = 60, **changes: Any) -> Answer:
    return send(call(service, **changes), soon(seconds))


def refused(service: Service, seconds: float = 5, **changes: Any) -> ProvisioningError:
    """Return the error that a call ends with."""
    with pytest.raises(ProvisioningError) as caught:
        send(call(service, **changes), soon(seconds))
    return caught.value
