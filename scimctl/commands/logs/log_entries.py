"""The entries of the provisioning logs, and their errors counted; pure.

Source: Graph, provisioningObjectSummary. Entra's own advice comes before ours, which is there if Entra has none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from providers.entra.graph.fields import entries, object_in, text_in
from providers.http.error_body import read_error
from providers.masking import masked
from scimctl.job.advice import advice

Json = dict[str, Any]

_NO_CODE = "no code given"
_OWN = re.compile(r"'[^']*'|\"[^\"]*\"|\S*@\S*|\S*[0-9]\S*")


@dataclass(frozen=True)
class LogEntry:
    """Something that Entra did, or did not do, about one user or group; `at` as Graph writes it, in whole seconds.

    `login` is a user's user principal name, "" if Graph gives none. `refusal` is GreenLake's answer about it, without
    what is this object's alone, "" if there is none.
    """

    at: str
    status: str
    action: str
    kind: str
    source_id: str
    who: str
    target_id: str
    code: str
    reason: str
    advice: str
    step: str
    change_id: str
    cycle_id: str
    refusal: str = ""
    login: str = ""

    @property
    def label(self) -> str:
        """Return the display name with what is unique beside it: user principal name, or object id of a group."""
        unique = self.login or (self.source_id if self.kind.lower() == "group" else "")
        return self.who if unique in ("", self.who) else f"{self.who} ({unique})"

    @property
    def failed(self) -> bool:
        """Return whether it is a failure; a skipped object is not, such as somebody who is out of scope."""
        return self.status == "failure"

    def data(self) -> Json:
        """Return it for scripts."""
        return {
            "time": self.at,
            "status": self.status,
            "action": self.action,
            "type": self.kind,
            "id": self.source_id,
            "name": self.who,
            "userPrincipalName": self.login or None,
            "targetId": self.target_id or None,
            "code": self.code or None,
            "reason": self.reason or None,
            "advice": self.advice or None,
            "step": self.step or None,
            "changeId": self.change_id,
            "cycleId": self.cycle_id,
        }


@dataclass(frozen=True)
class ErrorGroup:
    """Entries of one status, error code and refusal; `last` is the newest of them, `people` whom they are about."""

    status: str
    code: str
    count: int
    people: Sequence[str]
    last: LogEntry

    def data(self) -> Json:
        """Return it for scripts."""
        return {
            "status": self.status,
            "code": self.code,
            "count": self.count,
            "names": list(self.people),
            "lastTime": self.last.at,
            "lastReason": self.last.reason or None,
            "advice": self.last.advice or None,
        }


def read_entry(summary: Mapping[str, Any]) -> LogEntry:
    """Read an entry; what is absent is ""."""
    info = object_in(summary, "provisioningStatusInfo")
    error, source = object_in(info, "errorInformation"), object_in(summary, "sourceIdentity")
    code, status = text_in(error, "errorCode"), text_in(info, "status").lower()
    login = _login(source)
    reason = text_in(error, "reason") or text_in(error, "additionalDetails") or text_in(_failed(summary), "description")
    who = masked(text_in(source, "displayName")) or login
    said = read_error(reason)
    own = masked(text_in(error, "recommendedAction"))
    return LogEntry(
        at=text_in(summary, "activityDateTime")[:19] + "Z",
        status=status,
        action=text_in(summary, "provisioningAction").lower(),
        kind=text_in(source, "identityType"),
        source_id=text_in(source, "id"),
        who=who or text_in(source, "id") or "unknown",
        target_id=text_in(object_in(summary, "targetIdentity"), "id"),
        code=masked(code),
        reason=masked(reason),
        advice="" if status == "success" else own or advice(code, said.refused_with),
        step=text_in(_failed(summary), "name"),
        change_id=text_in(summary, "changeId"),
        cycle_id=text_in(summary, "cycleId"),
        refusal="" if said.refused_with is None else _of_anybody(said.text, who),
        login=login,
    )


def by_error(found: Iterable[LogEntry]) -> list[ErrorGroup]:
    """Count entries by what is wrong, the most frequent first; those without a code are left out unless they failed.

    Every refusal of GreenLake comes with one code, so its own words, or what to do, distinguish one from another.
    """
    groups: dict[tuple[str, str, str], list[LogEntry]] = {}
    for each in found:
        if each.code or each.failed:
            key = (each.status, each.code or _NO_CODE, each.refusal or each.advice)
            groups.setdefault(key, []).append(each)
    counted = [
        ErrorGroup(status, code, len(of), sorted({each.label for each in of}), max(of, key=lambda each: each.at))
        for (status, code, _), of in groups.items()
    ]
    return sorted(counted, key=lambda group: (group.status != "failure", -group.count, group.code))


def _of_anybody(said: str, who: str) -> str:
    """Return a text without the names, values and numbers that are one object's."""
    return _OWN.sub("*", said.replace(who, "*") if who else said)


def _login(source: Mapping[str, Any]) -> str:
    """Return the user principal name of an identity; the details are written in either case."""
    details = {key.lower(): value for key, value in object_in(source, "details").items()}
    return masked(text_in(details, "userprincipalname"))


def _failed(summary: Mapping[str, Any]) -> Json:
    """Return the step that failed, an empty one if none did."""
    failed = [each for each in entries(summary, "provisioningSteps") if text_in(each, "status").lower() == "failure"]
    return failed[-1] if failed else {}
