"""The first line of every command: which stack, tenant, application and workspace it is about."""

import os
from argparse import Namespace
from contextlib import suppress
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from rich.text import Text

from scimctl.stack.stack import Stack, read_stack
from scimctl.stack.stack_file import StackFile
from scimctl.terminal.console import console, write
from scimctl.terminal.report import Report
from stacks.config import StackConfig
from stacks.sections import App, GreenLake, with_address


@dataclass(frozen=True)
class Header:
    """What a command is about; `workspace` is the host of GreenLake's API. "" is left out."""

    stack: str
    tenant: str = ""
    application: str = ""
    workspace: str = ""

    def line(self) -> Text:
        """Return the line for people."""
        known = [(name, value) for name, value in asdict(self).items() if value]
        return Text(", ").join(Text.assemble((f"{name} ", "dim"), (value, "bold cyan")) for name, value in known)


def opened(args: Namespace) -> Stack:
    """Read the stack that the command line names, and print the header the first time."""

    def show(name: str, config: StackConfig) -> None:
        announce(args, _header(name, config.tenant_id, config.app.name, config.greenlake.api_url))

    return read_stack(args.stack, show)


def of_file(file: StackFile, tenant: str, application: str) -> Header:
    """Return the header of a stack whose file is not complete yet."""
    declared = with_address(file.declared(), os.environ)
    address = declared.get("greenlake", {}).get("apiUrl") or GreenLake().api_url
    named = application or declared.get("app", {}).get("name") or App().name
    return _header(file.stack, tenant, named, str(address))


def announce(args: Namespace, header: Header) -> None:
    """Print the header, once a command; `headed` puts it into what is printed for scripts."""
    silent = args.json or getattr(args, "markdown", False) or getattr(args, "quiet", False)
    if "header" not in args and not silent:
        with suppress(BrokenPipeError):  # a command does what it was asked also if nobody reads its output
            write(console(), header.line())
    args.header = header


def headed(args: Namespace, report: Report) -> Report:
    """Return the report with the header's fields before its own, for scripts."""
    header = asdict(args.header) if "header" in args else {}
    return Report(report.lines, {**header, **report.data}, report.code)


def _header(stack: str, tenant: str, application: str, api_url: str) -> Header:
    return Header(stack, tenant, application, urlsplit(api_url).netloc)
