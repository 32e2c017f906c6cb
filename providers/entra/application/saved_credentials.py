"""Take the saved credentials out of an application that stays; decide which of them carry no information.

Source: Graph, synchronizationSecret, which documents both switches of SyncNotificationSettings as off in its example.
"""

import json
from collections.abc import Mapping
from typing import cast

from providers import run_log
from providers.entra.graph.provisioning import Graph
from providers.errors import ApiError, StoppedError

NOTIFICATIONS_OFF = '{"Enabled":false,"DeleteThresholdEnabled":false}'
_ADDRESS_AND_TOKEN = ({"key": "SecretToken", "value": ""}, {"key": "BaseAddress", "value": ""})
# Entra refuses empty notification settings (400 InvalidNotificationSettings), so they are switched off.
_SETTINGS = {"SyncAll": "", "SkipOutOfScopeDeletions": "", "SyncNotificationSettings": NOTIFICATIONS_OFF}
_REFUSED = 400


def is_off(key: str, value: str) -> bool:
    """Return whether a saved setting is switched off, so that nothing is lost with it; pure."""
    if key == "SkipOutOfScopeDeletions":
        return value.lower() in ("false", "0")
    if key != "SyncNotificationSettings":
        return False
    try:
        saved: object = json.loads(value)
    except ValueError:
        return False
    switches = cast("dict[str, object]", saved) if isinstance(saved, dict) else {"Enabled": "unknown"}
    return all(str(switches.get(name, "")).lower() in ("", "false") for name in ("Enabled", "DeleteThresholdEnabled"))


def settings_left(shown: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what to save so that no setting of ours stays in force; `shown` is what Graph shows. Pure."""
    return [{"key": key, "value": value} for key, value in _SETTINGS.items() if shown.get(key, value) != value]


def check_azuread_can_empty(graph: Graph) -> None:
    """Stop a destroy of a state in which azuread itself still empties every setting, if Entra would refuse that."""
    if "SyncNotificationSettings" in graph.shown_credentials():
        raise StoppedError(
            "provisioning status: nothing was deleted: an older version deployed this stack, and its destroy cannot "
            "end on an application with notification settings: run `pulumi up` once with the stack file unchanged, "
            "then this again"
        )


def take_out(graph: Graph) -> None:
    """Empty address and token, then the settings; a refusal is reported, since it must not stop a destroy."""
    try:
        graph.put_secrets(_ADDRESS_AND_TOKEN)
        left = settings_left(graph.shown_credentials())
        if left:
            graph.put_secrets(left)
    except ApiError as error:
        if error.status != _REFUSED:
            raise
        run_log.warn(
            f"provisioning status: Entra refuses to empty the saved credentials ({error.code or 'no reason given'}): "
            "clear them in the portal (Provisioning, Admin Credentials); their token ends with this destroy"
        )
