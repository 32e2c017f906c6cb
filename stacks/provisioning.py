"""Whether Entra provisions, and whom it tells."""

import json
from typing import Annotated

from pydantic import Field

from stacks.fields import Email, Switch
from stacks.section import Section


class Provisioning(Section):
    """The provisioning status and its notifications."""

    status: Switch = "on"
    """`on`: Start Provisioning. `off`: Stop Provisioning; everything else stays in place."""

    notification_email: Email = ""
    """Entra writes here when provisioning fails or is quarantined."""

    delete_threshold: Annotated[int, Field(ge=1)] | None = None
    """Entra stops before a cycle that would delete this many users or more (accidental deletions prevention), and
    writes to `notificationEmail` if that is set."""

    @property
    def notification_settings(self) -> str:
        """The value of the secret key SyncNotificationSettings, or empty text where nothing is set.

        Keys and casing as the portal saves them; all values of a synchronization secret are text, so this is JSON text.
        """
        if not self.notification_email and self.delete_threshold is None:
            return ""
        settings: dict[str, bool | int | str] = {
            "Enabled": bool(self.notification_email),
            "DeleteThresholdEnabled": self.delete_threshold is not None,
        }
        if self.delete_threshold is not None:
            settings["DeleteThresholdValue"] = self.delete_threshold
        if self.notification_email:
            settings["Recipients"] = self.notification_email
        return json.dumps(settings, separators=(",", ":"))

    @property
    def credential_keys(self) -> tuple[str, ...]:
        """The keys this stack declares in the application's synchronization secrets, in the order they are sent."""
        keys = ("BaseAddress", "SecretToken", "SyncAll")
        return (*keys, "SyncNotificationSettings") if self.notification_settings else keys
