"""The mark that lets the next `up` take over a token that a killed run made and nobody has."""

from collections.abc import Mapping
from pathlib import Path

from launcher.paths import STATE

ADOPT_ONCE = {"GREENLAKE_ADOPT_ONCE": "true"}  # read by the program when GreenLake says that a token exists
MARK = STATE / "adopt-once"


def allow(mark: Path = MARK) -> None:
    """Allow it until an `up` has succeeded."""
    mark.touch(mode=0o600)


def environment(mark: Path = MARK) -> Mapping[str, str]:
    """Return the variables for the engine."""
    return ADOPT_ONCE if mark.exists() else {}


def used(mark: Path = MARK) -> None:
    """Take the permission back: an `up` has succeeded."""
    mark.unlink(missing_ok=True)
