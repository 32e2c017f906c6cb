"""`scimctl drift`: whether reality is as declared, by the engine's own refresh preview, in the words of the portal."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from providers.entra.application.deleted_application import MAKE_AGAIN
from providers.entra.graph.provisioning import MASK
from providers.errors import ProvisioningError
from providers.timestamps import now
from scimctl.commands.drift.differences import Difference, Kind, differences, of_their_application, secret_differs
from scimctl.commands.drift.saved_settings import saved_differences
from scimctl.engine import preview
from scimctl.header import opened
from scimctl.stack.deployed import application_is_there, graph_of, remedy_of_deletion
from scimctl.stack.stack import Stack
from scimctl.terminal import markdown
from scimctl.terminal.console import Cell, aligned, bad, good, warning, working
from scimctl.terminal.report import FINE, FOUND, TROUBLE, Report

_UP = "`pulumi up --refresh` would"
_PAINT = {Kind.CHANGED: bad, Kind.ROTATION: warning, Kind.PENDING: warning, Kind.UNTESTED: warning, Kind.NOTE: Text}


def work(args: Namespace) -> Report:
    """Take a preview and judge it."""
    stack = opened(args)
    _ = stack.status  # in a stack that was never deployed completely everything would be a difference
    with working("reading from Entra and GreenLake (pulumi preview --refresh)"):
        report = reported(stack.name, their_application(stack) or _previewed(stack))
    return Report(in_markdown(report.data), report.data, report.code) if args.markdown else report


def their_application(stack: Stack) -> list[Difference]:
    """Return the one difference if an application was deleted that no run makes again, [] otherwise."""
    if application_is_there(stack):
        return []
    todo = remedy_of_deletion(stack)
    return [] if todo == MAKE_AGAIN else of_their_application(todo)


def _previewed(stack: Stack) -> list[Difference]:
    taken = preview.take(stack.name, "--refresh")
    saved = _saved(stack) if secret_differs(taken) else []
    return differences(taken, stack.config, now(), saved=saved)


def _saved(stack: Stack) -> list[str]:
    """Ask Graph which of the saved credentials differ, since the engine shows them as one secret; [] if it fails."""
    try:
        shown = graph_of(stack).shown_credentials()
    except ProvisioningError:
        return []
    declared = {
        "BaseAddress": stack.token["tenant_url"],
        "SecretToken": MASK,
        **stack.config.provisioning.secret_settings,
    }
    return saved_differences(shown, declared)


def reported(stack: str, found: Sequence[Difference]) -> Report:
    """Return one line a difference, then what an `up` would do, one line a place."""
    drift = any(each.kind is Kind.CHANGED for each in found)
    data = {
        "stack": stack,
        "drift": drift,
        "kind": found[0].kind.value if found else "nothing",
        "differences": [
            {"kind": each.kind.value, "place": each.place, "what": each.what, "up": each.up} for each in found
        ],
    }
    if not found:
        return Report([good("no drift")], data)
    rows: list[list[Cell]] = [[_PAINT[each.kind](each.kind.value), each.place, each.what] for each in found]
    repairs = dict.fromkeys((each.place, each.up) for each in found if each.kind is not Kind.NOTE)
    lines: list[Text] = aligned(rows)
    if repairs:
        lines += [Text(), Text(f"{_UP}:"), *aligned(list(repairs), indent="  ")]
    unread = any(each.unreached for each in found)
    return Report(lines, data, FOUND if drift else TROUBLE if unread else FINE)


def in_markdown(data: Mapping[str, Any]) -> list[str]:
    """Return the lines of a heading and a table from what --json prints."""
    found: list[dict[str, str]] = data["differences"]
    changed = sum(each["kind"] == Kind.CHANGED.value for each in found)
    verdict = f"{changed} changed by somebody else" if changed else "no drift"
    lines = [f"### Stack {markdown.code(data['stack'])}: {verdict}", ""]
    if not found:
        return [*lines, "No difference."]
    rows = [[each["kind"], each["place"], markdown.code(each["what"]), each["up"]] for each in found]
    return lines + markdown.table(["", "Where", "Difference", _UP], rows)


def arguments(parser: ArgumentParser) -> None:
    """Add the third form of the report."""
    parser.add_argument("--markdown", action="store_true", help="print markdown for a pull request or a job's summary")
