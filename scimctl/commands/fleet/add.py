"""`scimctl fleet add`: write the stack file of a new tenant, and its entry in fleet.yaml."""

import json
from argparse import ArgumentParser, Namespace
from typing import cast

import yaml

from providers.errors import ConfigurationError
from scimctl.arguments import stack_name
from scimctl.fleet.declared import defaults, project_text
from scimctl.fleet.every import Outcome
from scimctl.fleet.fleet_file import PATH, fleet_of, read_fleet
from scimctl.fleet.shared import in_common
from scimctl.stack.stack_file import StackFile
from scimctl.terminal.report import FINE, FOUND, Report
from stacks.config import TENANT_KEY
from stacks.problems import PROJECT, checked

_EVERY = "60d"
_HEAD = "# yaml-language-server: $schema=schema.json\n"
_FLEET_HEAD = "# yaml-language-server: $schema=stacks/fleet.schema.json\nstacks:\n"


def work(args: Namespace) -> Report:
    """Check both files as they would be, then write them."""
    file = StackFile(args.name)
    before = ""
    if PATH.exists():
        _ = read_fleet()
        before = PATH.read_bytes().decode()  # with its line ends
    after = with_entry(before, args.name, args.ring)
    fleet = fleet_of(yaml.safe_load(after))
    written = [str(PATH)]
    if not file.path.exists():
        text = stack_text(args.name, args.tenant, args.group, defaults(project_text()))
        file.path.write_text(text, encoding="utf-8")
        written.insert(0, str(file.path))
    PATH.write_bytes(after.encode())
    run = f"scimctl fleet run {args.name} --"
    steps = [f"`{run} pulumi stack init {args.name}`", f"`{run} scimctl doctor`", f"`{run} pulumi up`"]
    lines = [f"written: {' and '.join(written)}", "next: sign-in and secrets in fleet.yaml, then", *steps]
    common = in_common(fleet, [Outcome(fleet.named(args.name))])
    lines += [each.line if each.is_wrong else f"note: {each.line}" for each in common]
    return Report(lines, {"written": written}, FOUND if any(each.is_wrong for each in common) else FINE)


def stack_text(name: str, tenant: str | None, groups: list[str], shared: dict[str, object]) -> str:
    """Return a stack file for a tenant. Raises ConfigurationError, one line a problem."""
    sections: dict[str, object] = {} if "token" in shared else {"token": {"every": _EVERY}}
    if groups:
        sections["access"] = {"groups": groups}
    tenants = {TENANT_KEY: tenant} if tenant else {}
    problems, _ = checked(name, {**shared, **sections, **tenants}, (), "add --tenant ID")
    if problems:
        raise ConfigurationError("\n".join(f"{StackFile(name).path}: {problem}" for problem in problems))
    config = {**tenants, **{f"{PROJECT}{key}": value for key, value in sections.items()}}
    return _HEAD + yaml.safe_dump({"config": config}, sort_keys=False, allow_unicode=True, width=1000)


def with_entry(text: str, name: str, ring: str | None) -> str:
    """Return the text of fleet.yaml with one stack more at the end of `stacks`, all else as it was.

    Raises ConfigurationError if the stack is there, or the file is written in a way that this cannot edit.
    """
    key = name if _is_text(name) else json.dumps(name)
    entry = f"{key}: {{ring: {ring}}}\n" if ring else f"{key}: {{}}\n"
    if not text.strip():
        return f"{_FLEET_HEAD}  {entry}"
    try:
        root = cast("yaml.Node | None", yaml.compose(text, Loader=yaml.SafeLoader))  # pyright: ignore[reportUnknownMemberType]
    except yaml.YAMLError:
        raise ConfigurationError(f"{PATH} is no YAML: correct it first") from None
    pairs = cast("list[tuple[yaml.Node, yaml.Node]]", root.value) if isinstance(root, yaml.MappingNode) else []
    stacks = next((value for key, value in pairs if key.value == "stacks"), None)
    if not isinstance(stacks, yaml.MappingNode) or stacks.flow_style or not stacks.value:
        raise ConfigurationError(f"{PATH}: write the entry by hand under stacks: {entry.strip()}")
    entries = cast("list[tuple[yaml.ScalarNode, yaml.Node]]", stacks.value)
    if any(key.value == name for key, _ in entries):
        raise ConfigurationError(f"{PATH} has a stack {name} already")
    last = entries[-1][1]
    line = last.end_mark.line + (last.end_mark.column > 0)
    lines = text.splitlines(keepends=True)
    kept, end = lines[:line], "\r\n" if lines[0].endswith("\r\n") else "\n"
    if kept and not kept[-1].endswith("\n"):
        kept[-1] += end
    indent = " " * entries[0][0].start_mark.column
    return "".join([*kept, f"{indent}{entry.rstrip()}{end}", *lines[line:]])


def _is_text(name: str) -> bool:
    """Return whether YAML reads a name as text: without quotes, 123, on and 2026-11-30 are something else."""
    try:
        return bool(yaml.safe_load(name) == name)
    except ValueError:  # 2026-13-45
        return False


def arguments(parser: ArgumentParser) -> None:
    """Add the stack to the two files."""
    parser.add_argument("name", type=stack_name, metavar="NAME", help="the name of the new stack")
    parser.add_argument("--tenant", metavar="ID", help="the id of its Entra tenant")
    parser.add_argument("--group", action="append", default=[], metavar="NAME", help="a group to provision; repeatable")
    parser.add_argument("--ring", metavar="RING", help="the ring in which it is deployed")
