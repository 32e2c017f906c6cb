"""The forms in which other systems take what a look at many stacks found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from xml.etree.ElementTree import Element, SubElement, tostring

from scimctl.fleet.every import Outcome
from scimctl.terminal.report import FOUND, TROUBLE

_PREFIX = "greenlake_scim"
_KINDS = {FOUND: "failure", TROUBLE: "error"}
_CONTROL = {code: " " for code in range(32) if chr(code) not in "\t\n"}  # no XML may hold them


def junit(name: str, outcomes: Sequence[Outcome]) -> str:
    """Return a JUnit report: what was found is a failure, a stack that could not be read an error."""
    counts = {kind: str(sum(each.code == code for each in outcomes)) for code, kind in _KINDS.items()}
    suite = Element(
        "testsuite",
        name=f"scimctl fleet {name}",
        tests=str(len(outcomes)),
        failures=counts["failure"],
        errors=counts["error"],
    )
    for each in outcomes:
        case = SubElement(suite, "testcase", classname=f"fleet.{name}.{each.member.ring}", name=each.member.name)
        if each.code in _KINDS:
            lines = [line.translate(_CONTROL) for line in each.lines]
            SubElement(case, _KINDS[each.code], message=lines[0]).text = "\n".join(lines)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(suite, encoding='unicode')}\n"


def prometheus(name: str, outcomes: Sequence[Outcome], now: datetime) -> str:
    """Return gauges in Prometheus' text format 0.0.4; the time lets an alert notice that a look runs no more."""
    labelled = [(f'command="{name}",stack="{each.member.name}",ring="{each.member.ring}"', each) for each in outcomes]
    lines = [
        *_gauge("read", "1 if the stack could be read", [(by, int(each.code != TROUBLE)) for by, each in labelled]),
        *_gauge("found", "1 if something is to be done", [(by, int(each.code == FOUND)) for by, each in labelled]),
        *_gauge(
            "rotation_seconds",
            "seconds until the token is due, negative after that",
            [(by, left) for by, each in labelled if (left := _seconds_left(each)) is not None],
        ),
        *_gauge("looked_at_seconds", "when the look ended", [(f'command="{name}"', int(now.timestamp()))]),
    ]
    return "\n".join(lines) + "\n"


def _gauge(name: str, what: str, values: Sequence[tuple[str, int]]) -> list[str]:
    full = f"{_PREFIX}_{name}"
    return [f"# HELP {full} {what}", f"# TYPE {full} gauge", *(f"{full}{{{by}}} {value}" for by, value in values)]


def _seconds_left(outcome: Outcome) -> int | None:
    data: Mapping[str, Any] = outcome.found.data if outcome.found else {}
    token = cast("Mapping[str, Any]", data.get("token", data))
    return token.get("secondsLeft")
