"""What a check found."""

from dataclasses import dataclass
from enum import Enum


class Verdict(str, Enum):
    """`UNKNOWN` is what cannot be known from here; it is neither good nor bad."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, what was found, what to do about it ("" if nothing is to be done)."""

    id: str
    verdict: Verdict
    says: str
    todo: str = ""


def ok(id_: str, says: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(id_, Verdict.OK, says)


def warning(id_: str, says: str, todo: str) -> Check:
    """Return a check that found what may become, or may be, a problem."""
    return Check(id_, Verdict.WARNING, says, todo)


def problem(id_: str, says: str, todo: str) -> Check:
    """Return a check that found what `up` would stop at."""
    return Check(id_, Verdict.PROBLEM, says, todo)


def unknown(id_: str, says: str, todo: str = "") -> Check:
    """Return a check that could not be made."""
    return Check(id_, Verdict.UNKNOWN, says, todo)
