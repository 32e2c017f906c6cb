"""Counts of HTTP exchanges by host and service, from the sandbox's request log."""

from collections import Counter
from collections.abc import Iterable
from typing import TypedDict

SERVICES = {
    "login": "Entra",
    "metadata": "Entra",
    "graph": "Entra",
    "iam": "GreenLake",
    "proxytoken": "GreenLake",
    "scim": "GreenLake",
}
PUSHES = "pushes"


class Request(TypedDict):
    """What of an entry of the request log is counted; `client` is "engine" for Entra's provisioning engine."""

    seq: int
    service: str
    client: str


def counted(requests: Iterable[Request]) -> dict[str, int]:
    """Count requests by service; those of Entra's provisioning engine are pushes, whatever they ask for."""
    found = Counter(PUSHES if request["client"] == "engine" else request["service"] for request in requests)
    return {name: found[name] for name in (*SERVICES, PUSHES)}
