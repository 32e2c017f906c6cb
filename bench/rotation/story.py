"""What happened in one case, read from the sandbox's request log and its list of tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from launcher.deployment.sandbox_control import Json

Kind = Literal["push", "rotate", "save", "test", "other"]

_REFUSED = (401, 403)


@dataclass(frozen=True)
class Exchange:
    """A request: when it came and was answered, in seconds since 1970; `token` is what a push presented."""

    seq: int
    kind: Kind
    came: float
    left: float
    status: int
    token: str

    @property
    def succeeded(self) -> bool:
        """Return whether it was answered, and not with a refusal of its credentials."""
        return self.status not in (0, *_REFUSED)


@dataclass(frozen=True)
class TokenLife:
    """A token's issue, first use and end, in seconds since 1970; None if it was never used, or has not ended."""

    fingerprint: str
    issued: float
    used: float | None
    ended: float | None


@dataclass(frozen=True)
class Story:
    """One case: all exchanges in the order in which they came, every token, and the last request of each `up`."""

    exchanges: Sequence[Exchange]
    tokens: Sequence[TokenLife]
    run_ends: Sequence[int]

    def of(self, kind: Kind) -> list[Exchange]:
        """List the exchanges of a kind."""
        return [one for one in self.exchanges if one.kind == kind]


def told(entries: Iterable[Json], tokens: Iterable[Json], run_ends: Sequence[int]) -> Story:
    """Read a story from what the control API lists.

    A request has `seq`, `at`, `method`, `path`, `status` (0 for no answer), `duration_ms`, `client` ("engine" for
    Entra's provisioning engine) and `token` (a fingerprint); a token has a fingerprint and when it was issued, used and
    ended.
    """
    exchanges = sorted((_exchange(entry) for entry in entries), key=lambda one: one.came)
    return Story(exchanges, [_life(token) for token in tokens], run_ends)


def _exchange(entry: Json) -> Exchange:
    came = _seconds(entry["at"])
    left = came + entry["duration_ms"] / 1000
    return Exchange(entry["seq"], _kind(entry), came, left, entry["status"], entry["token"])


def _kind(entry: Json) -> Kind:
    if entry["client"] == "engine":
        return "push"
    match entry["method"], entry["path"].rpartition("/")[2]:
        case "POST", "rotate":
            return "rotate"
        case "PUT", "secrets":
            return "save"
        case "POST", "validateCredentials":
            return "test"
        case _:
            return "other"


def _life(token: Json) -> TokenLife:
    used, ended = token["used_at"], token["ended_at"]
    return TokenLife(
        token["fingerprint"],
        _seconds(token["issued_at"]),
        _seconds(used) if used else None,
        _seconds(ended) if ended else None,
    )


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()
