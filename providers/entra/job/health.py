"""Decides from observed values what is wrong with provisioning; pure, and the only place that calls something drift."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from providers.timestamps import in_words

# In a code of Test Connection: GreenLake was not reached, or failed itself.
_ON_THE_WAY = re.compile(
    r"Unavailable|Time(d)?Out|InternalServerError|InternalError|TooManyRequests|BadGateway|HttpRequestException"
    r"|WebException|NameResolution|ConnectFailure|SecureChannel|TrustFailure|status (429|5\d\d)$",
    re.IGNORECASE,
)
_ANY_ANSWER = "ServiceIncompatible"  # Entra's code for whatever it did not expect
REFUSED = "the credentials saved in Entra are refused by GreenLake"
_HEALED = ("refused", "accepted")
_UNTESTED_FOR = timedelta(hours=1)  # a real cycle comes every 40 minutes and closes the overlap by itself


@dataclass(frozen=True)
class Observed:
    """What was last seen of the job and its credentials; `credentials` is accepted, refused or untested."""

    schedule_state: str
    status_code: str
    quarantine_reason: str
    credentials: str
    tested: bool
    token_issued_at: datetime | None


def provisioning_drift(seen: Observed, *, wanted_on: bool, now: datetime) -> list[str]:
    """List what an `up` would repair, in the portal's words.

    A service that merely keeps an old token alive after the new one was tested is not drift; nor is a test that was not
    permitted. An overlap that stays open forbids the test, and is drift once an hour has passed.
    """
    return [
        line
        for line, found in (
            (
                f"provisioning is stopped (schedule {seen.schedule_state})",
                wanted_on and seen.schedule_state != "Active",
            ),
            ("provisioning is running, and status is off", not wanted_on and seen.schedule_state == "Active"),
            (f"the job is in quarantine ({seen.quarantine_reason})", wanted_on and seen.status_code == "Quarantine"),
            (REFUSED, seen.credentials == "refused"),
            (_untested(seen, now), bool(_untested(seen, now))),
        )
        if found
    ]


def repaired(before: Observed, after: Observed) -> list[str]:
    """List what a run has put right, in the portal's words."""
    return [
        line
        for line, done in (
            ("the credentials are saved again and accepted", (before.credentials, after.credentials) == _HEALED),
            ("the token is tested", after.tested and not before.tested),
            ("provisioning is started", before.schedule_state != "Active" == after.schedule_state),
            ("provisioning is stopped", before.schedule_state == "Active" != after.schedule_state),
            ("the quarantine is over", before.status_code == "Quarantine" != after.status_code),
        )
        if done
    ]


def is_unreached(code: str) -> bool:
    """Return whether Test Connection failed on the way: then nothing is known of the credentials."""
    return _ON_THE_WAY.search(code) is not None


def reason(code: str, refused_with: int | None) -> str:
    """Return why Test Connection failed: Entra's code, with GreenLake's status if the code stands for any answer."""
    return f"{code}, status {refused_with}" if refused_with and code.endswith(_ANY_ANSWER) else code


def _untested(seen: Observed, now: datetime) -> str:
    if seen.tested or seen.token_issued_at is None or now - seen.token_issued_at <= _UNTESTED_FOR:
        return ""
    return f"the token issued {in_words(now - seen.token_issued_at)} ago has not been tested"
