"""The report in which CI systems take what a look at many stacks found."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from scimctl.fleet.every import Outcome
from scimctl.fleet.shared import Shared
from scimctl.terminal.report import FOUND, TROUBLE

_KINDS = {FOUND: "failure", TROUBLE: "error"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2: Char


def junit(name: str, outcomes: Sequence[Outcome], common: Sequence[Shared] = ()) -> str:
    """Return a JUnit report: what was found is a failure, a stack that could not be read an error."""
    cases = [(each.member.ring, each.member.name, _KINDS.get(each.code), each.lines) for each in outcomes]
    cases += [("shared", " ".join(each.stacks), "failure", [each.line]) for each in common if each.is_wrong]
    counts = {kind: str(sum(found == kind for _, _, found, _ in cases)) for kind in _KINDS.values()}
    suite = Element(
        "testsuite",
        name=f"scimctl fleet {name}",
        tests=str(len(cases)),
        failures=counts["failure"],
        errors=counts["error"],
    )
    for group, title, kind, lines in cases:
        case = SubElement(suite, "testcase", classname=f"fleet.{name}.{group}", name=title)
        if kind:
            shown = [_NO_XML.sub(" ", line) for line in lines]
            SubElement(case, kind, message=shown[0]).text = "\n".join(shown)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(suite, encoding='unicode')}\n"
