"""Show a comparison: counts first, then what differs, then notes; the same as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from scimctl.commands.verify.comparison import Compared, Differing, Membership
from scimctl.commands.verify.findings import Findings
from scimctl.commands.verify.resources import Resource
from scimctl.terminal.console import Cell, aligned, bad, good, warning
from scimctl.terminal.report import FINE, FOUND, Report, counted

_FIRST = 20
_HEAD: tuple[Cell, ...] = ("", "expected", "found", "missing", "extra", "differing")


def reported(findings: Findings, beside: str = "", *, every: bool) -> Report:
    """Return the report; `beside` is what of the job belongs to its verdict, `every` lists more than the first 20."""
    different = findings.differences
    verdict = counted(different, "difference") if different else "GreenLake has what it should have"
    said = "; ".join(part for part in (verdict, *findings.unassigned, beside) if part)
    lines: list[RenderableType] = [bad(said) if different else good(said), *aligned([_HEAD, *_counts(findings)])]
    of_kinds = [rows for rules, found in findings.kinds for rows in _rows(rules.kind, found)]
    for rows in (*of_kinds, _member_rows(findings.memberships)):
        lines += aligned(rows if every else rows[:_FIRST])
        if len(rows) > _FIRST and not every:
            lines.append(f"... and {len(rows) - _FIRST} more: --all lists them")
    lines += [f"note: {note}" for note in findings.notes()]
    return Report(lines, {**_data(findings), "job": beside or None}, FOUND if different else FINE)


def _counts(findings: Findings) -> list[tuple[Cell, ...]]:
    return [
        (
            f"{rules.kind.lower()}s",
            *(str(len(each)) for each in (found.wanted, found.found, found.missing, found.extra)),
            str(len({each.label for each in found.differing})),
        )
        for rules, found in findings.kinds
    ]


def _rows(kind: str, found: Compared) -> list[list[tuple[Cell, ...]]]:
    """Return the rows of each word; a list of equal words stands under each other."""
    noun = kind.lower()
    return [
        [(bad("missing"), noun, one.label) for one in found.missing],
        [(warning("extra"), noun, name_of(each)) for each in found.extra],
        [(warning("differs"), noun, one.label, _said(one)) for one in found.differing],
    ]


def _member_rows(memberships: Sequence[Membership]) -> list[tuple[Cell, ...]]:
    return [
        (bad("lacks") if word == "lacks" else warning("has also"), "group", one.group, name)
        for one in memberships
        for word, names in (("lacks", one.missing), ("has also", one.extra))
        for name in names
    ]


def _said(one: Differing) -> str:
    found = "nothing" if one.found is None else f'"{one.found}"'
    return f'{one.attribute} is "{one.wanted}" in Entra, {found} in GreenLake'


def name_of(resource: Resource) -> str:
    """Return what a person knows a SCIM resource by."""
    return str(resource.get("userName") or resource.get("displayName") or resource.get("id"))


def _data(findings: Findings) -> Mapping[str, Any]:
    return {
        "differences": findings.differences,
        "unassigned": list(findings.unassigned),
        **{f"{rules.kind.lower()}s": _of_kind(found) for rules, found in findings.kinds},
        "memberships": [
            {"group": each.group, "missing": list(each.missing), "extra": list(each.extra)}
            for each in findings.memberships
        ],
        "notCompared": {rules.kind: list(rules.left_out) for rules, _ in findings.kinds},
        "updateIsOff": [rules.kind for rules, _ in findings.kinds if "Update" not in rules.mapping.flow_types],
        "notes": findings.notes(),
    }


def _of_kind(found: Compared) -> Mapping[str, Any]:
    return {
        "expected": len(found.wanted),
        "found": len(found.found),
        "missing": [{"id": one.id, "name": one.label} for one in found.missing],
        "extra": [{"scimId": each.get("id"), "name": name_of(each)} for each in found.extra],
        "differing": [
            {"name": one.label, "attribute": one.attribute, "entra": one.wanted, "greenlake": one.found}
            for one in found.differing
        ],
        "disabledInEntra": [one.label for one in found.disabled],
    }
