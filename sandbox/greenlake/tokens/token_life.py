"""The life of SCIM proxy tokens: nobody outside HPE knows all the rules, so the open ones are values here.

Pure: tokens in, tokens out, with `now`. A token that ended stays in the list with its `ends_at`, so that its
history stays known. Assumed throughout; the public description has one sentence on it (HPE Developer, "Configuring
Azure AD with long-term token for SCIM provisioning").
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.core.settings import Settings

Tokens = tuple["Token", ...]


@dataclass(frozen=True)
class Token:
    """One issued token; its value is known only to the client that asked for it."""

    sha256: str
    generation: int
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    ends_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Return whether GreenLake accepts it."""
        return now < self.expires_at and (self.ends_at is None or now < self.ends_at)

    def ended(self, at: datetime) -> "Token":
        """Return it as ending then, or earlier if that was decided before."""
        return replace(self, ends_at=at if self.ends_at is None else min(at, self.ends_at))


class TokenExistsError(Exception):
    """A token is live, and here create runs once, rotate afterwards."""


class NoTokenError(Exception):
    """No token is live, so there is nothing to rotate or delete."""


class TokenRefusedError(Exception):
    """The token is unknown, has ended, or has expired."""


def live(tokens: Tokens, now: datetime) -> Tokens:
    """List the tokens that are accepted now."""
    return tuple(token for token in tokens if token.is_live(now))


def issue(tokens: Tokens, sha256: str, rules: Settings, now: datetime) -> Tokens:
    """Create the first token, or the first after all others ended; while one is live, `second_create` decides.

    Raises TokenExistsError if that is a conflict.
    """
    alive = live(tokens, now)
    if alive and rules.second_create == "conflict":
        raise TokenExistsError
    gone = alive if rules.second_create == "replaces" else ()
    return (*_end(tokens, gone, now), _new(tokens, sha256, rules, now))


def rotate(tokens: Tokens, sha256: str, rules: Settings, now: datetime, *, remove_current: bool) -> Tokens:
    """Add a new token; NoTokenError if there is no live token.

    The others end at once with `remove_current`, else by the rules.
    """
    alive = live(tokens, now)
    if not alive:
        raise NoTokenError
    gone = alive if remove_current else _pushed_out(alive, rules)
    return (*_end(tokens, gone, now), _new(tokens, sha256, rules, now))


def use(tokens: Tokens, sha256: str, rules: Settings, now: datetime) -> Tokens:
    """Present a token; its first use decides when older ones end. TokenRefusedError when it is not live."""
    token = next((one for one in live(tokens, now) if one.sha256 == sha256), None)
    if token is None:
        raise TokenRefusedError
    if token.used_at is not None:
        return tokens
    older = tuple(one for one in live(tokens, now) if one.generation < token.generation)
    end = now if rules.old_token_ends == "use" else now + timedelta(seconds=rules.old_token_delay_s)
    return tuple(replace(one, used_at=now) if one is token else one for one in _end(tokens, older, end))


def delete(tokens: Tokens, now: datetime) -> Tokens:
    """End every token; NoTokenError if there is no live token."""
    alive = live(tokens, now)
    if not alive:
        raise NoTokenError
    return _end(tokens, alive, now)


def _new(tokens: Tokens, sha256: str, rules: Settings, now: datetime) -> Token:
    generation = 1 + max((token.generation for token in tokens), default=0)
    return Token(sha256, generation, issued_at=now, expires_at=now + timedelta(seconds=rules.token_lifetime_s))


def _end(tokens: Tokens, gone: Tokens, at: datetime) -> Tokens:
    return tuple(token.ended(at) if token in gone else token for token in tokens)


def _pushed_out(alive: Tokens, rules: Settings) -> Tokens:
    """Choose what a rotation with overlap ends; the token in use, or the oldest if none is, counts as current."""
    match rules.second_rotation:
        case "adds":
            return ()
        case "shifts":
            newest = max(token.generation for token in alive)
            return tuple(token for token in alive if token.generation < newest)
        case "replaces":
            used = [token.generation for token in alive if token.used_at is not None]
            current = max(used) if used else min(token.generation for token in alive)
            return tuple(token for token in alive if token.generation > current)
