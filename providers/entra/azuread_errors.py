"""What to do about an error of the azuread plugin, whose own text ends with an HTTP status or a Go error. Pure.

`up` prints it through an error hook. The engine calls no hooks in a refresh or a destroy: `./run` and `scimctl` read
the engine's events instead, and docs/azuread-errors.md has the same table. Texts are those of azuread 6.11.

    PULUMI_DEBUG_COMMANDS=true pulumi destroy --event-log events.json
    python -m providers.entra.azuread_errors < events.json
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from providers.entra.graph.code_hints import CODE_HINTS
from providers.output import settle_streams, spelled
from providers.resource_types import APPLICATION, ASSIGNMENT, AZUREAD, JOB, SECRET

# Application permissions, as Graph's reference of each call lists them; the synchronization API answers 401 for them.
_PERMISSIONS = {
    APPLICATION: "Application.ReadWrite.All",
    ASSIGNMENT: "AppRoleAssignment.ReadWrite.All",
    SECRET: "Synchronization.ReadWrite.All",
    JOB: "Synchronization.ReadWrite.All",
}


def _on(pattern: str, action: str) -> tuple[re.Pattern[str], str]:
    return re.compile(pattern, re.IGNORECASE), action


ACTIONS = (
    *(_on(pattern, action) for pattern, action in CODE_HINTS.items()),
    _on(
        r"Authorizer|AADSTS|invalid_client|unauthorized_client|access token",
        "signing in to Entra failed: run `scimctl doctor`, which checks the ARM_* settings",
    ),
    _on(
        r"\b(401|403)\b|Authorization_RequestDenied|Insufficient privileges",
        "Graph refused: grant the client that signs in the application permission {permission}, with admin consent, "
        "then run again",
    ),
    _on(
        "InvalidNotificationSettings",
        "an older version deployed this stack, and azuread cannot empty its notification settings: run `pulumi up` "
        "once with the stack file unchanged, then this again",
    ),
    _on(
        r"timeout while waiting|timed out waiting|deadline exceeded",
        "Entra did not show within azuread's time limit what was saved: run the same command again; if it ends so each "
        "time, Entra holds a setting that nobody declared: compare the portal (Provisioning) with the stack file",
    ),
    _on(
        r"already exists|needs to be imported|\bstatus 409\b",
        "Entra has it, and state does not know it, because somebody made it or an answer was lost: run `pulumi up` "
        "once more, which takes it over",
    ),
    _on(
        r"\bstatus (404|410)\b|not ?found|with nil state",
        "it is gone in Entra, or Entra does not show it yet: run the same command again with --refresh",
    ),
    _on(
        r"\bstatus (408|424|429|5(?!01)\d\d)\b",
        "Graph was busy or failed for as long as azuread repeats a call, which takes up to 4 min 8 s: nothing is lost, "
        "run the same command again later",
    ),
    _on(
        r"HTTP response was nil|connection (refused|reset)|\bEOF\b|no such host|i/o timeout|x509|\btls: ",
        "Graph gave no answer: check the network, the proxy and SSL_CERT_FILE, then run the same command again",
    ),
)


def recommended_action(resource_type: str, error: str) -> str:
    """Return what to do, one line; "" if the error is not azuread's or its text is not known."""
    if not resource_type.startswith(("azuread:", AZUREAD)):
        return ""
    found = next((action for pattern, action in ACTIONS if pattern.search(error)), "")
    return found.format(permission=_PERMISSIONS.get(resource_type, "that Graph's reference of the call lists"))


def recommended_actions(events: Iterable[str]) -> list[str]:
    """Return what to do about the errors among the engine's events (JSON lines), unless a hook has printed it."""
    found: dict[str, None] = {}
    printed = ""
    for line in events:
        event: Mapping[str, Any] = json.loads(line) if line.startswith("{") else {}
        diagnostic: Mapping[str, Any] = event.get("diagnosticEvent") or {}
        if diagnostic.get("severity") == "error":
            text = " ".join(str(diagnostic.get("message") or "").split())
            printed += text
            found[recommended_action(type_of(str(diagnostic.get("urn") or "")), text)] = None
    return [action for action in map(spelled, filter(None, found)) if action not in printed]


def type_of(urn: str) -> str:
    """Return the type of a resource from its URN, without those of the components that it is in."""
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 2 else ""


if __name__ == "__main__":
    settle_streams()
    for each in recommended_actions(sys.stdin):
        sys.stdout.write(f"{each}\n")
