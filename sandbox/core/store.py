"""One SQLite file with everything the sandbox knows, as JSON documents: a killed sandbox comes back as it was."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Document = dict[str, Any]
Rows = list[tuple[str, str, str]]

_VERSION = 1  # of the documents: a sandbox does not read those of another version
_TABLE = """
CREATE TABLE IF NOT EXISTS documents (
  world TEXT, kind TEXT, key TEXT, body TEXT NOT NULL, seq INTEGER PRIMARY KEY AUTOINCREMENT, UNIQUE (world, kind, key))
"""
_INDEXED = {
    "user": ("userPrincipalName",),
    "scimUser": ("userName", "externalId"),
    "scimGroup": ("displayName", "externalId"),
    **dict.fromkeys(("members", "owners", "scimMember"), ("holder", "member")),
    **dict.fromkeys(("link", "linkedMember", "escrow"), ("job",)),
}
_VALUE = "folded(json_extract(body, '$.{1}'))"
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS tokens ON documents (key) WHERE kind='proxyToken'",
    "CREATE INDEX IF NOT EXISTS in_order ON documents (world, kind)",
    *(
        f"CREATE INDEX IF NOT EXISTS {{0}}_by_{{1}} ON documents (world, {_VALUE}) WHERE kind='{{0}}'".format(
            kind, name
        )
        for kind, names in _INDEXED.items()
        for name in names
    ),
)
_WHERE = f"SELECT key, body FROM documents WHERE world=? AND kind='{{0}}' AND {_VALUE}=? ORDER BY seq"  # noqa: S608 - our own names
_PUT = """
INSERT INTO documents (world, kind, key, body) VALUES (?,?,?,?)
ON CONFLICT (world, kind, key) DO UPDATE SET body=excluded.body
"""


def reference(holder: str, member: str) -> dict[str, Document]:
    """Return the document of one membership or ownership, by its key: a large group costs as much to change as any."""
    return {f"{holder}/{member}": {"holder": holder, "member": member}}


def references(members: Mapping[str, Iterable[str]]) -> dict[str, Document]:
    """Return the documents of the members of several groups, by group."""
    return {key: body for group, ids in members.items() for one in ids for key, body in reference(group, one).items()}


def folded(value: Any) -> Any:
    """Return a value as it is compared: texts without regard to case."""
    return value.lower() if isinstance(value, str) else value


class CorruptStoreError(Exception):
    """The file is not a store of this sandbox; the message has what to do."""


class Store:
    """Documents by world, kind and key, listed in the order they were first put.

    Every call is one small transaction on the event loop's thread. `synchronous=OFF` survives the death of the process,
    which is what happens to a sandbox, and not the loss of power, which does not matter to it.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.create_function("folded", 1, folded, deterministic=True)
            for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", _TABLE, *_INDEXES):
                self._db.execute(statement)
            problem = self._problem()
        except sqlite3.DatabaseError as error:
            problem = str(error)
        if problem != "ok":
            raise CorruptStoreError(f"{path} cannot be read ({problem}): `./run sandbox reset` makes a new one")

    def _problem(self) -> str:
        """Return why the file cannot be used, "ok" if it can; a new file gets this version."""
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version != _VERSION and self.worlds():
            return "another version of the sandbox wrote it"
        self._db.execute(f"PRAGMA user_version={_VERSION}")
        return self._db.execute("PRAGMA quick_check").fetchone()[0]

    def get(self, world: str, kind: str, key: str) -> Document | None:
        """Return one document, or None."""
        row = self._db.execute(
            "SELECT body FROM documents WHERE world=? AND kind=? AND key=?", (world, kind, key)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, world: str, kind: str, key: str, body: Document) -> None:
        """Insert or replace one document; a replaced one keeps its place in the order."""
        self._db.execute(_PUT, (world, kind, key, json.dumps(body)))

    def put_many(self, world: str, kind: str, bodies: dict[str, Document]) -> None:
        """Insert or replace many documents in one transaction."""
        self._db.execute("BEGIN")
        self._db.executemany(_PUT, ((world, kind, key, json.dumps(body)) for key, body in bodies.items()))
        self._db.execute("COMMIT")

    def delete(self, world: str, kind: str, key: str) -> bool:
        """Remove one document; return whether there was one."""
        done = self._db.execute("DELETE FROM documents WHERE world=? AND kind=? AND key=?", (world, kind, key))
        return done.rowcount > 0

    def items(self, world: str, kind: str) -> list[tuple[str, Document]]:
        """List the documents of a kind with their keys."""
        rows = self._db.execute("SELECT key, body FROM documents WHERE world=? AND kind=? ORDER BY seq", (world, kind))
        return [(key, json.loads(body)) for key, body in rows]

    def where(self, world: str, kind: str, name: str, value: str) -> list[tuple[str, Document]]:
        """List the documents of a kind with this value of a property of `_INDEXED`, in any case, with their keys."""
        rows = self._db.execute(_WHERE.format(kind, name), (world, folded(value)))
        return [(key, json.loads(body)) for key, body in rows]

    def newest(self, world: str, kind: str, count: int) -> list[Document]:
        """List the documents of a kind that were first put last, newest first."""
        rows = self._db.execute(
            "SELECT body FROM documents WHERE world=? AND kind=? ORDER BY seq DESC LIMIT ?", (world, kind, count)
        )
        return [json.loads(row[0]) for row in rows]

    @property
    def changes(self) -> int:
        """How many documents were written or removed since the file was opened, of every world."""
        return self._db.total_changes

    def count(self, world: str, kind: str) -> int:
        """Count the documents of a kind."""
        return self._db.execute("SELECT count(*) FROM documents WHERE world=? AND kind=?", (world, kind)).fetchone()[0]

    def world_with_token(self, key: str) -> str | None:
        """Name the world that has a proxy token."""
        row = self._db.execute("SELECT world FROM documents WHERE kind='proxyToken' AND key=?", (key,)).fetchone()
        return row[0] if row else None

    def worlds(self) -> list[str]:
        """List the worlds that hold anything."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT world FROM documents ORDER BY world")]

    def dump(self, world: str) -> Rows:
        """Return everything of a world, in order."""
        return self._db.execute("SELECT kind, key, body FROM documents WHERE world=? ORDER BY seq", (world,)).fetchall()

    def restore(self, world: str, rows: Rows) -> None:
        """Put everything of a world back as it was dumped, in one transaction."""
        self._db.execute("BEGIN")
        self.clear(world)
        self._db.executemany(_PUT, ((world, *row) for row in rows))
        self._db.execute("COMMIT")

    def clear(self, world: str) -> None:
        """Forget a world."""
        self._db.execute("DELETE FROM documents WHERE world=?", (world,))

    def close(self) -> None:
        """Release the file."""
        self._db.close()
