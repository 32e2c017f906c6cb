"""A stack that a walk runs commands on: in this process, or with the real engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.walks.config import Config


@dataclass(frozen=True)
class Outcome:
    """How a run ended: `error` is its message, "" if it went well; `changes` what a drift run found."""

    error: str = ""
    was_cut: bool = False
    changes: Sequence[str] = ()

    @property
    def is_fine(self) -> bool:
        return not self.error and not self.was_cut


@dataclass(frozen=True)
class Seen:
    """What state holds of the token and of provisioning; tokens by their fingerprints, "?" if they are secret."""

    token: str
    previous: str
    state: str
    adopted: bool
    status_of: str
    overlap: str
    credentials: str
    schedule: str


class Stack(Protocol):
    """`cut` names the resource at which a run is killed, and when: "token lost" is before its outcome is in state."""

    def up(self, config: Config, *, refresh: bool, cut: str) -> Outcome:
        """Bring everything to what the stack file declares."""
        ...

    def refresh(self) -> Outcome:
        """Bring state to what is."""
        ...

    def drift(self, config: Config) -> Outcome:
        """Preview with a refresh."""
        ...

    def destroy(self, cut: str) -> Outcome:
        """Delete everything."""
        ...

    def token(self) -> str:
        """Return the fingerprint of the token in state, "" if there is none."""
        ...

    def has_adopted(self) -> bool:
        """Return whether the token in state was taken over, so that nobody but Entra presents it."""
        ...

    def seen(self) -> Seen | None:
        """Return what state holds, None if it is not whole."""
        ...
