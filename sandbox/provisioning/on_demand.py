"""Provision on demand: one user, or one group with up to five members, now and out of turn.

Graph answers 200 for failures too: what happened is in two JSON texts, `key` in short and `value` with the steps.
Source: Microsoft Graph, synchronizationJob: provisionOnDemand.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.core.documents import Document, child, objects
from sandbox.provisioning import moments
from sandbox.provisioning.cycle import entry, logs
from sandbox.provisioning.cycle.cycle import Cycle
from sandbox.provisioning.cycle.outcome import Outcome
from sandbox.provisioning.mapping.rules import Rule

_RESULTS = {"success": "Success", "skipped": "Skipped", "failure": "Failure"}


async def provision(cycle: Cycle, rules: Sequence[Rule], parameters: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Provision the subjects of a request; return Graph's pair of texts for the last of them."""
    began = cycle.world.now()
    outcome = _nothing("User", "", "NoSubject", "The request names no subject.")
    for parameter in parameters:
        for subject in objects(parameter, "subjects"):
            outcome = await _subject(cycle, rules, str(parameter.get("ruleId")), subject)
    return _answer(outcome, began, cycle.world.now())


async def _subject(cycle: Cycle, rules: Sequence[Rule], rule_id: str, subject: Document) -> Outcome:
    kind, source_id = str(subject.get("objectTypeName")), str(subject.get("objectId"))
    rule = next((one for one in rules if one.source == kind and one.rule_id == rule_id), None)
    if rule is None:
        return _nothing(kind, source_id, "RuleNotFound", "No enabled rule of this id is for objects of this type.")
    if source_id not in cycle.work.directory.objects[kind]:
        return _nothing(kind, source_id, "ObjectNotFound", "The directory has no such object.")
    if not entry.subject(cycle.work, rule, source_id).in_scope and source_id not in cycle.work.memory.links:
        return _nothing(kind, source_id, "NotEffectivelyEntitled", "It is not assigned to the application.")
    outcome = await cycle.entry(rule, source_id)
    members = frozenset(str(one.get("objectId")) for one in objects(child(subject, "links"), "members"))
    link = cycle.work.memory.links.get(source_id)
    if members and link:
        outcome = await cycle.members(rule, link, members) or outcome
    return outcome or _nothing(kind, source_id, "RedundantExport", "The target is up to date.", link and link.target_id)


def _nothing(kind: str, source_id: str, code: str, reason: str, target_id: str | None = None) -> Outcome:
    told = Outcome(kind, source_id, "", "", "other", "skipped", target_id=target_id or "")
    return told.skipped(code, reason)


def _answer(outcome: Outcome, began: datetime, ended: datetime) -> dict[str, str]:
    details = {"errorCode": outcome.code, "errorMessage": outcome.reason} if outcome.code else {}
    value = {
        "action": outcome.action.capitalize(),
        "startTime": moments.written(began),
        "endTime": moments.written(ended),
        "modifiedProperties": logs.modified(outcome),
        "provisioningSteps": [
            {"name": one.name, "type": one.type, "status": one.status.capitalize(), "description": one.description}
            for one in outcome.steps
        ],
        "reportableIdentifier": outcome.source_name or outcome.source_id,
        "statusInfo": {"status": _RESULTS[outcome.status], **details},
        "sourceIdentity": {"id": outcome.source_id, "type": outcome.source_type},
        "sourceSystem": {"name": "Microsoft Entra ID"},
        "targetIdentity": {"id": outcome.target_id, "type": outcome.target_type},
        "targetSystem": {"name": "customappsso"},
    }
    key = {"result": _RESULTS[outcome.status], "details": details}
    return {"key": json.dumps(key), "value": json.dumps(value)}
