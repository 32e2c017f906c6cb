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

    skip_out_of_scope_deletions: bool | None = None
    """`true`: whoever leaves the scope is left alone at HPE GreenLake, neither disabled nor deleted."""

    def secret_settings(self, *, with_notifications: bool = False) -> dict[str, str]:
        """What the synchronization secret holds beside address and token, in the order it is sent; all text.

        `with_notifications`: the notification settings are declared also where none is on. Keys and casing are the
        portal's, and their value is JSON text.
        """
        settings = {"SyncAll": "false"}  # only assigned users and groups, not the whole directory
        if with_notifications or self.notification_email or self.delete_threshold is not None:
            settings["SyncNotificationSettings"] = self._notifications()
        if self.skip_out_of_scope_deletions is not None:
            settings["SkipOutOfScopeDeletions"] = str(self.skip_out_of_scope_deletions)
        return settings

    def _notifications(self) -> str:
        notifications: dict[str, bool | int | str] = {
            "Enabled": bool(self.notification_email),
            "DeleteThresholdEnabled": self.delete_threshold is not None,
        }
        if self.delete_threshold is not None:
            notifications["DeleteThresholdValue"] = self.delete_threshold
        if self.notification_email:
            notifications["Recipients"] = self.notification_email
        return json.dumps(notifications, separators=(",", ":"))
