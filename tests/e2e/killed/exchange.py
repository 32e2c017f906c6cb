"""One HTTP exchange of an operation, found in the request log of an undisturbed run and met again in another run."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.sandbox.driver import World

NO_WORLD = "-"  # where the log keeps requests that name no tenant, such as for the metadata document
_ID = re.compile(r"(?=.*\d)[\w.-]{20,}")


@dataclass(frozen=True)
class Exchange:
    """The `skip`-th of the requests alike, counted from 0; ids in `path` are those of any run."""

    world: str
    service: str
    method: str
    path: str
    skip: int

    def __str__(self) -> str:
        return f"{self.method} {self.path.replace('[^/]+', '*').replace(chr(92), '')} #{self.skip + 1}"

    def fault(self, **what: Any) -> dict[str, Any]:
        """Return a fault that happens to this exchange alone."""
        return {
            "service": self.service,
            "method": self.method,
            "path": f"^{self.path}$",
            "skip": self.skip,
            "client": "program",
            **what,
        }

    @property
    def changes_nothing(self) -> bool:
        """Return whether the services are the same after it as before."""
        return self.method == "GET" or self.service in ("login", "iam")

    def matches(self, entry: Mapping[str, Any]) -> bool:
        """Return whether an entry of the log is a request like this one."""
        alike = (entry["service"], entry["method"]) == (self.service, self.method)
        return alike and not entry["client"] and re.fullmatch(self.path, entry["path"]) is not None


def log_of(world: World, name: str, since: int = 0) -> list[dict[str, Any]]:
    """Return the requests of a world, or of no world."""
    answer = world.sandbox.control("GET", f"/worlds/{name}/requests?since={since}")
    return answer.raise_for_status().json()["requests"]


def exchanges_since(world: World, since: int) -> list[Exchange]:
    """List the program's exchanges since a moment, those of the provisioning engine apart."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found: list[Exchange] = []
    entries = [(entry, name) for name in (world.name, NO_WORLD) for entry in log_of(world, name, since)]
    for entry, name in sorted(entries, key=lambda each: each[0]["seq"]):
        if not entry["client"]:
            key = entry["service"], entry["method"], shape(entry["path"])
            found.append(Exchange(name, *key, seen[key]))
            seen[key] += 1
    return found


def shape(path: str) -> str:
    """Return a regular expression for a path whose ids may be others."""
    return "/".join("[^/]+" if _ID.fullmatch(part) else re.escape(part) for part in path.split("/"))


def first(world: World, service: str, method: str, ending: str) -> Exchange:
    """Return the first exchange of a method whose path ends so, without having seen it."""
    return Exchange(world.name, service, method, f".*{re.escape(ending)}", skip=0)
