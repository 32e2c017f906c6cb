"""Worlds: an Entra tenant and a GreenLake workspace that know each other and share nothing with any other world."""

import copy
import hashlib
import hmac
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid5

from sandbox.core.history import History, Version
from sandbox.core.settings import Settings
from sandbox.core.store import Document, Rows, Store, folded

_NAMESPACE = UUID("6f1c1a55-57a8-4c0e-9d0c-5c1d1b6f2a10")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class WorldNameError(ValueError):
    """A name that no world can have; one line with what it may be."""


class World:
    """One tenant and one workspace: their documents, clock, settings, ids and secrets.

    Ids are UUIDs made from the name, so that a reset keeps them. Secrets are HMAC-SHA256 of the control key over name
    and purpose: the same after a restart, stored nowhere.
    """

    def __init__(self, name: str, store: Store, control_key: bytes) -> None:
        self.name = name
        self._store = store
        self._key = control_key
        self._history = History()
        self._as_of: datetime | None = None
        self._chance = random.Random(name)  # noqa: S311 - a test can be repeated
        self.tenant_id = self.id_of("tenant")
        self.workspace_id = self.id_of("workspace")
        self.client_id = self.id_of("client")
        self.admin_client_id = self.id_of("administrator")
        self.iam_client_id = self.id_of("iam client")
        self.client_secret, self.iam_client_secret = self.secret("client"), self.secret("iam client")
        self.admin_client_secret = self.secret("administrator")
        self.signing_key = self.secret("signing key").encode()  # of its bearer tokens
        self.domain = f"{name}.onmicrosoft.com"
        self._state = self.get("world", "state") or {}
        self.settings = Settings.from_dict(self._state.get("settings", {}))

    @property
    def clock_offset_s(self) -> int:
        """By how many seconds this world is ahead of the machine."""
        return self._state.get("clock_offset_s", 0)

    def id_of(self, purpose: str) -> str:
        """Return the UUID that this world gives to a purpose, always the same."""
        return str(uuid5(_NAMESPACE, f"{self.name}/{purpose}"))

    def secret(self, purpose: str) -> str:
        """Return the secret that this world gives to a purpose: 43 characters, always the same."""
        digest = hmac.new(self._key, f"{self.name}/{purpose}".encode(), hashlib.sha256).hexdigest()
        return f"sbx-{digest[:39]}"

    def now(self) -> datetime:
        """Return this world's time, in UTC."""
        return datetime.now(timezone.utc) + timedelta(seconds=self.clock_offset_s)

    def change(self, values: Mapping[str, Any]) -> None:
        """Replace some settings and keep them; raises SettingError."""
        self.settings = self.settings.changed(values)
        self._keep(settings=self.settings.to_dict())

    def advance(self, seconds: int) -> None:
        """Let time pass, for this world only."""
        self._keep(clock_offset_s=self.clock_offset_s + seconds)

    def as_read(self) -> "World":
        """Return this world as one read sees it: as it was up to `read_lag_s` ago, chosen anew by every call.

        What is written through it is written now.
        """
        lag = self.settings.read_lag_s
        if not lag:
            return self
        seen = copy.copy(self)
        seen._as_of = self.now() - timedelta(seconds=self._chance.uniform(0, lag))  # noqa: SLF001 - a world itself
        return seen

    def get(self, kind: str, key: str) -> Document | None:
        """Return one document, or None."""
        newest = self._store.get(self.name, kind, key)
        if self._as_of is None:
            return newest
        return self._history.at(self._as_of, kind, {key: newest} if newest else {}).get(key)

    def put(self, kind: str, key: str, body: Document) -> None:
        """Insert or replace one document."""
        self._keep_versions(kind, [key])
        self._store.put(self.name, kind, key, body)

    def put_many(self, kind: str, bodies: dict[str, Document]) -> None:
        """Insert or replace many documents at once."""
        self._keep_versions(kind, bodies)
        self._store.put_many(self.name, kind, bodies)

    def delete(self, kind: str, key: str) -> bool:
        """Remove one document; return whether there was one."""
        self._keep_versions(kind, [key])
        return self._store.delete(self.name, kind, key)

    def all(self, kind: str) -> list[Document]:
        """List the documents of a kind, oldest first."""
        return [body for _, body in self.items(kind)]

    def items(self, kind: str) -> list[tuple[str, Document]]:
        """List the documents of a kind with their keys, oldest first."""
        newest = self._store.items(self.name, kind)
        return newest if self._as_of is None else list(self._history.at(self._as_of, kind, dict(newest)).items())

    def where(self, kind: str, name: str, value: str) -> list[tuple[str, Document]]:
        """List the documents of a kind with this value of an indexed property, in any case, with their keys."""
        if self._as_of is None:
            return self._store.where(self.name, kind, name, value)
        return [(key, body) for key, body in self.items(kind) if folded(body.get(name)) == folded(value)]

    def newest(self, kind: str, count: int) -> list[Document]:
        """List the documents of a kind that were first put last, newest first."""
        if self._as_of is None:
            return self._store.newest(self.name, kind, count)
        return self.all(kind)[::-1][:count]

    @property
    def changes(self) -> int:
        """What grows whenever a document of any world changes."""
        return self._store.changes

    def count(self, kind: str) -> int:
        """Count the documents of a kind."""
        return self._store.count(self.name, kind)

    def _keep_versions(self, kind: str, keys: Iterable[str]) -> None:
        """Keep what a write replaces for as long as a read may still see it."""
        lag = self.settings.read_lag_s
        if not lag:
            return
        now = self.now()
        for key in keys:
            before = self._store.get(self.name, kind, key)
            self._history.keep(Version(now, kind, key, before), now - timedelta(seconds=lag))

    def _keep(self, **state: Any) -> None:
        self._state = self._state | state
        self.put("world", "state", self._state)


class Worlds:
    """Every world of the store, found by name or by the ids that requests carry."""

    def __init__(self, store: Store, control_key: bytes) -> None:
        self._store = store
        self._key = control_key
        self._by_name: dict[str, World] = {}
        self._saved: dict[str, Rows] = {}
        self._by_id: dict[str, World] = {}
        for name in store.worlds():
            self._register(name)

    def __iter__(self) -> Iterator[World]:
        return iter(list(self._by_name.values()))

    def named(self, name: str) -> World | None:
        """Return the world of that name, or None."""
        return self._by_name.get(name)

    def owning(self, identifier: str) -> World | None:
        """Return the world whose tenant, workspace or client has this id (or whose domain this is), in any case."""
        return self._by_id.get(identifier.lower())

    def holding(self, fingerprint: str) -> World | None:
        """Return the world that issued a proxy token, or None: how an opaque token finds its workspace."""
        name = self._store.world_with_token(fingerprint)
        return self._by_name.get(name) if name else None

    def save(self, world: World) -> None:
        """Remember a world as it is, until this process ends; a later save replaces it."""
        self._saved[world.name] = self._store.dump(world.name)

    def restore(self, world: World) -> World | None:
        """Bring a world back to what was saved, its settings and clock too; None if nothing was."""
        if world.name not in self._saved:
            return None
        self._store.restore(world.name, self._saved[world.name])
        return self._register(world.name)

    def create(self, name: str) -> World:
        """Make an empty world; raises WorldNameError."""
        if not _NAME.fullmatch(name):
            raise WorldNameError(f"{name!r} names no world: up to 40 of a-z, 0-9 and -, the first no -")
        world = self._register(name)
        world.change({})
        return world

    def reset(self, world: World) -> World:
        """Empty a world and return it anew: the same ids and secrets, settings and clock as on the first day."""
        self.remove(world)
        return self.create(world.name)

    def remove(self, world: World) -> None:
        """Forget a world."""
        self._store.clear(world.name)
        self._saved.pop(world.name, None)
        del self._by_name[world.name]
        self._by_id = {identifier: other for identifier, other in self._by_id.items() if other is not world}

    def _register(self, name: str) -> World:
        world = World(name, self._store, self._key)
        self._by_name[name] = world
        ids = (world.tenant_id, world.domain, world.workspace_id, world.client_id, world.admin_client_id)
        self._by_id.update(dict.fromkeys((each.lower() for each in (*ids, world.iam_client_id)), world))
        return world
