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

    skip_out_of_scope_deletions: bool = False
    """`true`: whoever leaves the scope is left alone at HPE GreenLake, neither disabled nor deleted."""

    @property
    def secret_settings(self) -> dict[str, str]:
        """What the synchronization secret holds beside address and token, in the order it is sent; all text.

        Each is always there, because Entra may keep a setting that a save leaves out: what is not set is switched off.
        Keys and casing are the portal's.
        """
        return {
            "SyncAll": "false",  # only assigned users and groups, not the whole directory
            "SyncNotificationSettings": self._notifications(),
            "SkipOutOfScopeDeletions": str(self.skip_out_of_scope_deletions),
        }

    @property
    def chosen_settings(self) -> list[str]:
        """The keys of `secret_settings` that the stack file sets, so that it may replace what was saved by hand."""
        chosen = {
            "SyncNotificationSettings": {"notification_email", "delete_threshold"},
            "SkipOutOfScopeDeletions": {"skip_out_of_scope_deletions"},
        }
        return ["SyncAll", *(key for key, fields in chosen.items() if fields & self.model_fields_set)]

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
