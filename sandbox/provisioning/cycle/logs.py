"""The provisioning log: one entry an object that something was done about, as Graph's provisioningObjectSummary.

Source: Microsoft Graph, /auditLogs/provisioning. Advice per error code is in Microsoft's documentation and not
repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sandbox.core.world import World
from sandbox.provisioning.cycle.outcome import Outcome, Step

Summary = dict[str, Any]
_KIND = "provisioningLog"


@dataclass(frozen=True)
class Log:
    """The store of the entries of one cycle of one job."""

    world: World
    job_id: str
    cycle_id: str
    service_principal: Mapping[str, Any]

    def write(self, outcome: Outcome, began: datetime) -> Summary:
        """Append an entry and return it."""
        ended = self.world.now()
        target = {
            "ServicePrincipalId": self._principal["id"],
            "ServicePrincipalDisplayName": self._principal["displayName"],
        }
        entry: Summary = {
            "id": str(uuid4()),
            "activityDateTime": ended.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "tenantId": self.world.tenant_id,
            "jobId": self.job_id,
            "cycleId": self.cycle_id,
            "changeId": str(uuid4()),
            "provisioningAction": outcome.action,
            "durationInMilliseconds": int((ended - began).total_seconds() * 1000),
            "provisioningStatusInfo": {"status": outcome.status, "errorInformation": _error(outcome)},
            "provisioningSteps": [step(one) for one in outcome.steps],
            "modifiedProperties": modified(outcome),
            "servicePrincipal": self._principal,
            "sourceSystem": {"id": str(self.world.tenant_id), "displayName": "Microsoft Entra ID", "details": {}},
            "targetSystem": {"id": self._principal["id"], "displayName": "customappsso", "details": target},
            "sourceIdentity": {
                **identity(outcome.source_id, outcome.source_name, outcome.source_type),
                "details": {"userPrincipalName": outcome.source_login} if outcome.source_login else {},
            },
            "targetIdentity": identity(outcome.target_id, "", outcome.target_type),
            "initiatedBy": {"id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system"},
        }
        self.world.put(_KIND, entry["id"], entry)
        return entry

    @property
    def _principal(self) -> dict[str, Any]:
        return {name: self.service_principal.get(name) for name in ("id", "displayName")}


def step(one: Step) -> dict[str, Any]:
    """Return a step as the log shows it."""
    return {
        "name": one.name,
        "provisioningStepType": one.type,
        "status": one.status,
        "description": one.description,
        "details": dict(one.details),
    }


def modified(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the changed properties as the log shows them."""
    return [
        {"displayName": name, "oldValue": _text(old), "newValue": _text(new)} for name, old, new in outcome.modified
    ]


def identity(identifier: str, name: str, kind: str) -> dict[str, Any]:
    """Return the identity of an object at the source or the target."""
    return {"id": identifier, "displayName": name, "identityType": kind, "details": {}}


def _error(outcome: Outcome) -> dict[str, Any] | None:
    if not outcome.code:
        return None
    return {
        "errorCode": outcome.code,
        "reason": outcome.reason,
        "additionalDetails": None,
        "errorCategory": "nonServiceFailure",
        "recommendedAction": None,
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
