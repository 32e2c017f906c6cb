"""How provisioning's status is laid down in state: plain JSON, every key always present, no credential but one.

Outputs repeat the inputs, because the engine hands the verbs the old outputs and never the old inputs.
Of the credentials only a digest is kept; the previous token stays, because a refresh must be able to probe it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from providers.entra.job.health import Observed
from providers.state.schema import Properties
from providers.timestamps import from_optional

if TYPE_CHECKING:
    from providers.entra.job.job import Job

PLACE = ("service_principal_id", "job_id")
COMPUTED = (
    "schedule_state", "status_code", "quarantine_reason", "tried_series", "overlap", "credentials_state",
    "tested_fingerprint", "tested_at", "saved_fingerprint", "saved_at", "undeclared_principals", "undeclared_jobs",
    "base_address", "credentials_digest",
)  # fmt: skip
_REPEATED = (
    "tenant_id", *PLACE, "application_on_destroy", "status", "previous_token", "adopted", "token_fingerprint",
    "token_issued_at", "mappings_fingerprint",
)  # fmt: skip
_COMPARED = ("status", "token_fingerprint", "mappings_fingerprint")


def inputs_of(props: Properties) -> Properties:
    """Return what the outputs repeat of the inputs."""
    credentials: list[Properties] = props["credentials"]
    base = next((one["value"] for one in credentials if one["key"] == "BaseAddress"), "")
    return {
        **{name: props[name] for name in _REPEATED},
        "principals": _listed(props["principals"]),
        "base_address": base,
        "credentials_digest": _digest(credentials),
    }


def differing(olds: Properties, news: Properties) -> list[str]:
    """Name the inputs that differ, as an unknown one does; the previous token calls for nothing when it goes."""
    names = [name for name in _COMPARED if olds.get(name) != news[name]]
    if _listed(news["principals"]) != olds.get("principals"):
        names.append("principals")
    if _digest(news["credentials"]) != olds.get("credentials_digest"):
        names.append("credentials")
    return names


def unrecorded(olds: Properties, news: Properties) -> bool:
    """Return whether an input has to be written down that asks for nothing to be done now; older inputs lack it."""
    return news["application_on_destroy"] not in ("", olds["application_on_destroy"])


def seen_of(job: "Job") -> Properties:
    """Return what is kept of a job."""
    return {
        "schedule_state": job.schedule.state,
        "status_code": job.status.code,
        "quarantine_reason": job.quarantine_reason,
    }


def is_tested(outs: Properties) -> bool:
    """Return whether Entra has used the present token: a test belongs to a token, not to this resource."""
    return bool(outs["tested_fingerprint"] == outs["token_fingerprint"])


def first_saved_at(outs: Properties) -> datetime | None:
    """Return when the present token was first saved in Entra, as far as a finished run knows."""
    return from_optional(outs["saved_at"]) if outs["saved_fingerprint"] == outs["token_fingerprint"] else None


def observed(outs: Properties) -> Observed:
    """Return what health is judged by."""
    return Observed(
        schedule_state=outs["schedule_state"],
        status_code=outs["status_code"],
        quarantine_reason=outs["quarantine_reason"],
        credentials=outs["credentials_state"],
        tested=is_tested(outs),
        token_issued_at=from_optional(outs["token_issued_at"]),
    )


def undeclared(assignments: Iterable[Mapping[str, Any]], principals: Sequence[str]) -> list[str]:
    """Name the assigned principals that are not among the declared ones."""
    return sorted(
        f"{each.get('principalType') or 'principal'} {each.get('principalDisplayName') or each.get('principalId')}"
        for each in assignments
        if each.get("principalId") not in principals
    )


def _listed(principals: object) -> list[str]:
    """Return the principals in their own order; an unknown principal is a new one."""
    found = cast("list[object]", principals) if isinstance(principals, list) else [principals]
    return sorted(principal if isinstance(principal, str) else "" for principal in found)


def _digest(credentials: object) -> str:
    """Return what distinguishes two sets of credentials, whatever order their fields come in."""
    # In a preview a value may not be known yet.
    text = json.dumps(credentials, sort_keys=True, default=lambda _unknown: None)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
