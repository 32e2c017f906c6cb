"""The report in which CI systems take what a look at many stacks found."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from scimctl.fleet.every import Outcome
from scimctl.terminal.report import FOUND, TROUBLE

_KINDS = {FOUND: "failure", TROUBLE: "error"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2: Char


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
            lines = [_NO_XML.sub(" ", line) for line in each.lines]
            SubElement(case, _KINDS[each.code], message=lines[0]).text = "\n".join(lines)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(suite, encoding='unicode')}\n"
