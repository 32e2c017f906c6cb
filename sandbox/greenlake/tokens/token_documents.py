"""A workspace's proxy tokens as documents, and the one question asked of them on every SCIM request.

A document holds the token's SHA-256 and its times, never the token. Its key is the fingerprint, which may be shown.
"""

import hashlib
from datetime import datetime

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
    return Token(
        sha256=document["sha256"],
        generation=document["generation"],
        issued_at=datetime.fromisoformat(document["issued_at"]),
        expires_at=datetime.fromisoformat(document["expires_at"]),
        used_at=_time(document["used_at"]),
        ends_at=_time(document["ends_at"]),
    )


def _document(token: Token) -> Document:
    return {
        "fingerprint": _key(token.sha256),
        "sha256": token.sha256,
        "generation": token.generation,
        "issued_at": token.issued_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "used_at": token.used_at and token.used_at.isoformat(),
        "ends_at": token.ends_at and token.ends_at.isoformat(),
    }


def _key(sha256: str) -> str:
    """Return the fingerprint of a token of which the hash is left."""
    return sha256[: len(fingerprint(""))]


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
