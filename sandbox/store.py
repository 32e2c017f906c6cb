"""One SQLite file that holds everything the sandbox knows, as JSON documents, so that a killed sandbox comes back as it was."""

import json
import sqlite3
from pathlib import Path
from typing import Any

Document = dict[str, Any]


class CorruptStoreError(Exception):
    """The file is no store of this sandbox; the message says what to do."""


class Store:
    """Documents by world, kind and key, listed in the order they were first put.

    Every call is one small transaction on the event loop's thread. `synchronous=OFF` survives the death of the process,
    which is what happens to a sandbox, and not the loss of power, which does not matter to it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=OFF"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS documents (world TEXT, kind TEXT, key TEXT, body TEXT NOT NULL, "
                "seq INTEGER PRIMARY KEY AUTOINCREMENT, UNIQUE (world, kind, key))"
            )
            problem = self._db.execute("PRAGMA quick_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            problem = str(error)
        if problem != "ok":
            raise CorruptStoreError(f"{path} cannot be read ({problem}): `./run sandbox reset` makes a new one")

    def get(self, world: str, kind: str, key: str) -> Document | None:
        """Return one document, or None."""
        row = self._db.execute(
            "SELECT body FROM documents WHERE world=? AND kind=? AND key=?", (world, kind, key)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, world: str, kind: str, key: str, body: Document) -> None:
        """Insert or replace one document; a replaced one keeps its place in the order."""
        self._db.execute(
            "INSERT INTO documents (world, kind, key, body) VALUES (?,?,?,?) "
            "ON CONFLICT (world, kind, key) DO UPDATE SET body=excluded.body",
            (world, kind, key, json.dumps(body)),
        )

    def put_many(self, world: str, kind: str, bodies: dict[str, Document]) -> None:
        """Insert or replace many documents in one transaction."""
        self._db.execute("BEGIN")
        for key, body in bodies.items():
            self.put(world, kind, key, body)
        self._db.execute("COMMIT")

    def delete(self, world: str, kind: str, key: str) -> bool:
        """Remove one document; tell whether there was one."""
        done = self._db.execute("DELETE FROM documents WHERE world=? AND kind=? AND key=?", (world, kind, key))
        return done.rowcount > 0

    def all(self, world: str, kind: str) -> list[Document]:
        """List the documents of a kind."""
        rows = self._db.execute("SELECT body FROM documents WHERE world=? AND kind=? ORDER BY seq", (world, kind))
        return [json.loads(row[0]) for row in rows]

    def worlds(self) -> list[str]:
        """List the worlds that hold anything."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT world FROM documents ORDER BY world")]

    def clear(self, world: str) -> None:
        """Forget a world."""
        self._db.execute("DELETE FROM documents WHERE world=?", (world,))

    def close(self) -> None:
        """Release the file."""
        self._db.close()
