"""What a job remembers between cycles: which target object belongs to which source object, and what failed.

Kept as documents `link` and `escrow`, keyed by job and source object; nothing is written for a job that was deleted
while its cycle ran.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.world import World


@dataclass(frozen=True)
class Link:
    """A source object's counterpart. `managed` is false once it left the scope; `members` source id to target id."""

    source_id: str
    type: str
    target_id: str
    digest: str
    managed: bool = True
    members: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Escrow:
    """What could not be provisioned, an object or a group's membership; tried again in time or on a change."""

    key: str
    digest: str
    code: str
    attempts: int
    next_attempt: str | None


class Memory:
    """The links and escrows of one job, read once and written through."""

    def __init__(self, world: World, job_id: str) -> None:
        self._world = world
        self._job_id = job_id
        self.links = {link.source_id: link for link in (_link(one) for one in self._documents("link"))}
        self.escrows = {one["key"]: Escrow(**one) for one in self._documents("escrow")}

    def owner(self, target_id: str) -> str | None:
        """Return the source object that a target object is linked to."""
        return next((link.source_id for link in self.links.values() if link.target_id == target_id), None)

    def remember(self, link: Link) -> None:
        """Keep a link."""
        self.links[link.source_id] = link
        document = asdict(link)
        document["targetId"] = document.pop("target_id")
        self._write("link", link.source_id, document)

    def forget(self, source_id: str) -> None:
        """Drop a link."""
        if self.links.pop(source_id, None):
            self._world.delete("link", self._key(source_id))

    def hold(self, escrow: Escrow) -> None:
        """Keep it for later."""
        self.escrows[escrow.key] = escrow
        self._write("escrow", escrow.key, asdict(escrow))

    def release(self, key: str) -> None:
        """Take it out of the escrow."""
        if self.escrows.pop(key, None):
            self._world.delete("escrow", self._key(key))

    def _documents(self, kind: str) -> list[dict[str, Any]]:
        return [body for key, body in self._world.items(kind) if key.startswith(f"{self._job_id}:")]

    def _write(self, kind: str, source_id: str, document: dict[str, Any]) -> None:
        if self._world.get("job", self._job_id):
            self._world.put(kind, self._key(source_id), document)

    def _key(self, source_id: str) -> str:
        return f"{self._job_id}:{source_id}"


def _link(document: dict[str, Any]) -> Link:
    target_id = document.pop("targetId")
    return Link(target_id=target_id, **document)
