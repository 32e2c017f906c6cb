"""What may come to harm: a request of the program, by a name for it, and what the network or the service does to it."""

from collections.abc import Mapping
from typing import Any

TARGETS: Mapping[str, tuple[str, str, str]] = {
    "create": ("proxytoken", "POST", "/proxytoken$"),
    "rotate": ("proxytoken", "POST", "/rotate$"),
    "delete": ("proxytoken", "DELETE", ""),
    "log in": ("iam", "POST", ""),
    "probe": ("scim", "GET", ""),
    "save secrets": ("graph", "PUT", "^/v1.0/.*/secrets$"),
    "read job": ("graph", "GET", "^/v1.0/.*/jobs/[^/]+$"),
    "read schema": ("graph", "GET", "^/v1.0/.*/schema$"),
    "save schema": ("graph", "PUT", "^/v1.0/.*/schema$"),
    "test": ("graph", "POST", "^/v1.0/.*/validateCredentials$"),
    "start": ("graph", "POST", "^/v1.0/.*/start$"),
    "pause": ("graph", "POST", "^/v1.0/.*/pause$"),
    "list assignments": ("graph", "GET", "^/v1.0/.*/appRoleAssignedTo$"),
}
HARMS: Mapping[str, dict[str, Any]] = {
    "never arrives": {"action": "reset"},
    "answer lost": {"when": "after", "action": "reset"},
    "answer cut": {"when": "after", "action": "truncate"},
    "done, then 502": {"when": "after", "status": 502},
    "503": {"status": 503},
    "429": {"status": 429},
    "403": {"status": 403},
    "done, then a page": {"when": "after", "action": "html"},
}


def fault(what: str, harm: str, skip: int, times: int) -> dict[str, Any]:
    """Return it as the sandbox takes it; Entra's own pushes are spared."""
    service, method, path = TARGETS[what]
    where = {"service": service, "method": method, "path": path, "client": "program"}
    return {**where, "skip": skip, "times": times, **HARMS[harm]}
