"""What became of one object in one cycle, in the words of the provisioning log.

Pure values. Step names and types are those of documented log entries if there are any.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Action = Literal["create", "update", "delete", "disable", "other"]
Status = Literal["success", "failure", "skipped"]


@dataclass(frozen=True)
class Step:
    """One step of the engine with one object."""

    name: str
    type: Literal["import", "scoping", "matching", "processing", "referenceResolution", "export"]
    status: Status
    description: str
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Outcome:
    """An entry of the log; code and reason are empty on success, `source_login` is a user's principal name."""

    source_type: str
    source_id: str
    source_name: str
    target_type: str
    action: Action
    status: Status
    target_id: str = ""
    code: str = ""
    reason: str = ""
    modified: tuple[tuple[str, Any, Any], ...] = ()
    steps: tuple[Step, ...] = ()
    source_login: str = ""

    def then(self, step: Step, **changes: Any) -> "Outcome":
        """Return it with one more step, and whatever that step decided."""
        return replace(self, steps=(*self.steps, step), **changes)

    def failed(self, code: str, reason: str) -> "Outcome":
        """Return it as a failure."""
        step = Step(f"EntryExport{_EXPORTS[self.action]}", "export", "failure", reason, {"ErrorCode": code})
        return self.then(step, status="failure", code=code, reason=reason)

    def skipped(self, code: str, reason: str) -> "Outcome":
        """Return it as skipped."""
        step = Step("EntrySynchronizationSkip", "processing", "skipped", reason, {"SkipReason": code})
        return self.then(step, status="skipped", code=code, reason=reason)

    def exported(self, description: str, target_id: str) -> "Outcome":
        """Return it as done at the target."""
        step = Step(f"EntryExport{_EXPORTS[self.action]}", "export", "success", description, {})
        return self.then(step, status="success", target_id=target_id)


_EXPORTS: Mapping[str, str] = {
    "create": "Add",
    "update": "Update",
    "disable": "Update",
    "delete": "Delete",
    "other": "Update",
}
