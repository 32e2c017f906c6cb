"""Synchronization jobs as Graph writes them, as far as anybody looks at them."""

from typing import Any

BEGAN = "2026-11-01T10:00:00.1234567Z"
ENDED = "2026-11-01T10:00:09.7654321Z"


def job_body(
    state: str = "Active",
    code: str = "Active",
    *,
    interval: str = "PT40M",
    execution: dict[str, Any] | None = None,
    quarantine: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#jobs/$entity",
        "id": "scim.aaaabbbb",
        "templateId": "scim",
        "schedule": {"expiration": None, "interval": interval, "state": state},
        "status": {
            "countSuccessiveCompleteFailures": 0,
            "escrowsPruned": False,
            "code": code,
            "lastExecution": execution,
            "lastSuccessfulExecution": None,
            "quarantine": quarantine,
            "steadyStateFirstAchievedTime": "0001-01-01T00:00:00Z",
            "troubleshootingUrl": "",
            "progress": [],
        },
        "synchronizationJobSettings": [{"name": "AzureIngestionAttributeOptimization", "value": "False"}],
    }


def execution(began: str | None = BEGAN, ended: str | None = ENDED) -> dict[str, Any]:
    return {
        "activityIdentifier": "a1",
        "countExported": 3,
        "state": "Succeeded",
        "timeBegan": began,
        "timeEnded": ended,
    }


def quarantine(**fields: Any) -> dict[str, Any]:
    return {
        "currentBegan": "2026-11-02T10:00:01.0000000Z",
        "nextAttempt": "2026-11-02T10:05:01.0000000Z",
        "reason": "EncounteredQuarantineException",
        "seriesBegan": "2026-11-02T10:00:01.0000000Z",
        "seriesCount": 1,
        "error": {"code": "CredentialValidationFailure", "message": "not shown", "tenantActionable": True},
        **fields,
    }
