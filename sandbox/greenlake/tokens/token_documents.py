"""A workspace's proxy tokens as documents, and the one question asked of them on every SCIM request.

A document holds the token's SHA-256 and its times, never the token. Its key is the fingerprint, which may be shown.
"""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sandbox.core.http.addressing import fingerprint
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.greenlake.tokens.token_life import Token, Tokens, use

KIND = "proxyToken"  # a kind of document


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def load(world: World) -> Tokens:
    """Return every token of the workspace, ended ones included, oldest first."""
    return tuple(_token(document) for document in world.all(KIND))


def save(world: World, before: Tokens, after: Tokens) -> None:
    """Write what changed."""
    world.put_many(KIND, {_key(token.sha256): _document(token) for token in after if token not in before})


def accepted(world: World, value: str) -> bool:
    """Present a token to the workspace's SCIM service; return whether it is live.

    The first use of a token is an event that ends older ones, so it is written down.
    """
    document = world.get(KIND, fingerprint(value))
    token = _token(document) if document else None
    if token is None or token.sha256 != digest(value) or not token.is_live(world.now()):
        return False
    if token.used_at is None:
        before = load(world)
        save(world, before, use(before, token.sha256, world.settings, world.now()))
    return True


def _token(document: Document) -> Token:
    values: dict[str, Any] = {}
    for name in Token.__dataclass_fields__:
        values[name] = _time(document[name]) if name.endswith("_at") else document[name]
    return Token(**values)


def _document(token: Token) -> Document:
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in asdict(token).items()}


def _key(sha256: str) -> str:
    """Return the fingerprint of a token of which the hash is left."""
    return sha256[: len(fingerprint(""))]


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
