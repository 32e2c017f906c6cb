"""What a job remembers between cycles: which target object belongs to which source object, and what failed.

Kept as documents `link`, `linkedMember` and `escrow`, keyed by job and source object; nothing is written for a job that
was deleted while its cycle ran.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.core.world import World


@dataclass(frozen=True)
class Link:
    """A source object's counterpart. `managed` is false once it left the scope."""

    source_id: str
    type: str
    target_id: str
    digest: str
    managed: bool = True


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
        self.links = {one["source_id"]: Link(**one) for one in self._documents("link")}
        self.escrows = {one["key"]: Escrow(**one) for one in self._documents("escrow")}
        self._members: dict[str, dict[str, str]] = {}
        for one in self._documents("linkedMember"):
            self._members.setdefault(one["group"], {})[one["user"]] = one["target_id"]
        self._owners = {link.target_id: link.source_id for link in self.links.values()}

    def owner(self, target_id: str) -> str | None:
        """Return the source object that a target object is linked to."""
        return self._owners.get(target_id)

    def remember(self, link: Link) -> None:
        """Keep a link."""
        self.links[link.source_id] = link
        self._owners[link.target_id] = link.source_id
        self._write("link", link.source_id, asdict(link))

    def forget(self, source_id: str) -> None:
        """Drop a link, and who was in that group."""
        link = self.links.pop(source_id, None)
        if link is None:
            return
        self._owners.pop(link.target_id, None)
        self._world.delete("link", self._key(source_id))
        for user in list(self.members(source_id)):
            self.forget_member(source_id, user)

    def members(self, group: str) -> Mapping[str, str]:
        """Return who was put into a group at the target, source id to target id."""
        return self._members.get(group, {})

    def remember_member(self, group: str, user: str, target_id: str) -> None:
        """Keep a membership, at once, so that a killed sandbox continues from there."""
        self._members.setdefault(group, {})[user] = target_id
        self._write("linkedMember", f"{group}/{user}", {"group": group, "user": user, "target_id": target_id})

    def forget_member(self, group: str, user: str) -> None:
        """Drop a membership."""
        if self._members.get(group, {}).pop(user, None):
            self._world.delete("linkedMember", self._key(f"{group}/{user}"))

    def hold(self, escrow: Escrow) -> None:
        """Keep it for later."""
        self.escrows[escrow.key] = escrow
        self._write("escrow", escrow.key, asdict(escrow))

    def release(self, key: str) -> None:
        """Take it out of the escrow."""
        if self.escrows.pop(key, None):
            self._world.delete("escrow", self._key(key))

    def _documents(self, kind: str) -> list[dict[str, Any]]:
        found = self._world.where(kind, "job", self._job_id)
        return [{name: value for name, value in body.items() if name != "job"} for _, body in found]

    def _write(self, kind: str, key: str, document: dict[str, Any]) -> None:
        if self._world.get("job", self._job_id):
            self._world.put(kind, self._key(key), {"job": self._job_id, **document})

    def _key(self, key: str) -> str:
        return f"{self._job_id}:{key}"
