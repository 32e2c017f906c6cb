"""What provisioning on demand asks for and what its answer means: Graph answers 200 for a failure too.

Pure. Source: Graph, synchronizationJob: provisionOnDemand.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from providers.entra.graph.fields import entries, object_in, text_in
from providers.errors import StoppedError, UnexpectedAnswerError

Json = dict[str, Any]

MOST_MEMBERS = 5  # of one group in one call
_IN_SYNC = "RedundantExport"  # "skipped" because the target has it all


class Verdict(str, Enum):
    """The outcome of provisioning on demand."""

    DONE = "done"
    IN_SYNC = "in sync"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """One step on the way, in the service's words."""

    name: str
    kind: str
    status: str
    description: str


@dataclass(frozen=True)
class Change:
    """A property of the target that was set."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Outcome:
    """The result of provisioning on demand; `code` and `message` are the reason if it is not done."""

    verdict: Verdict
    action: str
    code: str
    message: str
    target_id: str
    steps: Sequence[Step]
    changes: Sequence[Change]


def rule_id(schema: Mapping[str, Any], object_type: str) -> str:
    """Return the id of the rule that provisions users or groups. Raises StoppedError if none does."""
    for rule in entries(schema, "synchronizationRules"):
        for mapping in entries(rule, "objectMappings"):
            if mapping.get("sourceObjectName") == object_type and mapping.get("enabled"):
                return str(rule.get("id"))
    raise StoppedError(
        f"nothing provisions a {object_type.lower()}: its mapping is switched off in Entra: "
        f"set mappings.{object_type.lower()}s.enabled, then run `up`"
    )


def subject(object_type: str, object_id: str, members: Sequence[str] = ()) -> Json:
    """Return who is asked for; a group names those of its members that are to come along."""
    asked: Json = {"objectId": object_id, "objectTypeName": object_type}
    if object_type == "Group":
        asked["links"] = {"members": [{"objectId": each, "objectTypeName": "User"} for each in members]}
    return asked


def read_outcome(answer: Mapping[str, Any]) -> Outcome:
    """Read Graph's answer. Raises UnexpectedAnswerError if its two texts are not JSON objects."""
    key, value = _parsed(answer, "key"), _parsed(answer, "value")
    details, status = object_in(key, "details"), object_in(value, "statusInfo")
    code = text_in(details, "errorCode") or text_in(status, "errorCode")
    return Outcome(
        verdict=_verdict(text_in(key, "result"), code),
        action=text_in(value, "action"),
        code=code,
        message=text_in(details, "errorMessage") or text_in(status, "errorMessage") or text_in(status, "reason"),
        target_id=text_in(object_in(value, "targetIdentity"), "id"),
        steps=[
            Step(text_in(each, "name"), text_in(each, "type"), text_in(each, "status"), text_in(each, "description"))
            for each in entries(value, "provisioningSteps")
        ],
        changes=[
            Change(text_in(each, "displayName"), text_in(each, "oldValue"), text_in(each, "newValue"))
            for each in entries(value, "modifiedProperties")
        ],
    )


def _verdict(result: str, code: str) -> Verdict:
    if result == "Success":
        return Verdict.DONE
    if result == "Skipped":
        return Verdict.IN_SYNC if code == _IN_SYNC else Verdict.SKIPPED
    return Verdict.FAILED


def _parsed(answer: Mapping[str, Any], name: str) -> Json:
    try:
        found: object = json.loads(str(answer.get(name)))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UnexpectedAnswerError(
            f"Graph: provision on demand: the answer's {name} cannot be read: look into `scimctl logs`, "
            "it may have been done"
        )
    return cast("Json", found)
