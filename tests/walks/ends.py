"""Why a proxy token has ended, by its own times, and whether that is a reason for a push to fail.

GreenLake ends tokens at the very moment of another token's issue or first use, so equal times name the cause.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]


@dataclass
class Story:
    """What a walk knows of tokens beyond the sandbox's account: who made them, and how."""

    by_others: set[str] = field(default_factory=set[str])  # made by a person with curl, who uses them
    at_once: set[str] = field(default_factory=set[str])  # made by the program with remove_current
    unanswered: set[str] = field(default_factory=set[str])  # made for the program, which never got them into state
    were_deleted: bool = False  # by a person, or by a destroy
    were_lost: bool = False  # from state, so that a create makes another, which may end the one in use

    @property
    def strangers(self) -> set[str]:
        """Return the tokens that the program never had in state."""
        return self.unanswered | self.by_others


def is_live(token: Json, now: datetime) -> bool:
    return all(now < end for end in (_moment(token["expires_at"]), _moment(token["ended_at"])) if end)


def excuse(fingerprint: str, tokens: list[Json], story: Story, settings: Json, now: datetime) -> str:
    """Return why pushes with this token may fail, "" if nothing in the design allows it."""
    token = next((one for one in tokens if one["fingerprint"] == fingerprint), None)
    if token is None:
        return "it was never issued"
    skew = timedelta(minutes=5)
    if (_moment(token["expires_at"]) or now) - skew <= now:
        return "it has expired, or does within the skew of the clocks"
    cause = _ended_by(token, tokens, settings)
    if cause is None:
        return "tokens were deleted" if story.were_deleted else ""
    if cause["fingerprint"] in story.by_others:
        return "somebody else rotated"
    if story.were_lost and settings["second_create"] != "conflict":
        return "the token was lost from state, and a create made another beside or instead of it"
    # If it ended by the first use of that one, and not by its issue, nothing is an excuse.
    return _excuse_of_rotation(token, cause, tokens, story, settings) if cause["issued_at"] == token["ended_at"] else ""


def _excuse_of_rotation(token: Json, cause: Json, tokens: list[Json], story: Story, settings: Json) -> str:
    """Return why this stack's rotation may have ended a token by itself, "" if it may not."""
    if cause["fingerprint"] in story.at_once:
        return "remove_current was asked for"
    between = [one for one in tokens if token["generation"] < one["generation"] < cause["generation"]]
    if settings["second_rotation"] == "shifts" and any(one["fingerprint"] in story.strangers for one in between):
        return "a rotation whose answer was lost is followed by one that ends the token in use"
    return ""


def _ended_by(token: Json, tokens: list[Json], settings: Json) -> Json | None:
    """Return the token whose issue or first use ended this one, None where neither did."""
    delay = timedelta(seconds=settings["old_token_delay_s"] if settings["old_token_ends"] == "delay" else 0)
    for one in tokens:
        used = _moment(one["used_at"])
        if one["generation"] > token["generation"] and (
            one["issued_at"] == token["ended_at"] or (used and used + delay == _moment(token["ended_at"]))
        ):
            return one
    return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
