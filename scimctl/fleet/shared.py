"""Stacks of a fleet that share what only one of them may have: a workspace of GreenLake, an application of a tenant.

An Entra tenant may have several stacks, such as dev and prod of one customer.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from providers.errors import ProvisioningError
from providers.greenlake.api.workspace import canonical
from scimctl.fleet.declared import declared
from scimctl.fleet.every import Outcome
from scimctl.fleet.fleet_file import Fleet
from stacks.config import StackConfig

_MOST = 6  # names in a line; JSON has all of them


@dataclass(frozen=True)
class Known:
    """What is known of a stack: its file, and the workspace and application (an id) that its state has, if read."""

    stack: str
    config: StackConfig
    workspace: Mapping[str, str] = field(default_factory=dict[str, str])
    application: str = ""


@dataclass(frozen=True)
class Shared:
    """What some stacks share, in one line; `is_wrong` if one of them takes something from another."""

    stacks: tuple[str, ...]
    line: str
    is_wrong: bool


def in_common(fleet: Fleet, outcomes: Sequence[Outcome]) -> list[Shared]:
    """List what the stacks that were looked at share, with each other or with any stack of the fleet."""
    looked_at = {each.member.name: each for each in outcomes}
    known: list[Known] = []
    for name in (each.name for each in fleet.members):
        outcome = looked_at.get(name)
        data: Mapping[str, Any] = outcome.found.data if outcome and outcome.found else {}
        with suppress(ProvisioningError, OSError):  # a look at that stack reports it
            config = (outcome.config if outcome else None) or declared(name)
            known.append(Known(name, config, data.get("workspace", {}), data.get("servicePrincipalId", "")))
    return [each for each in shared(known) if looked_at.keys() & {*each.stacks}]


def shared(fleet: Sequence[Known]) -> list[Shared]:
    """List what stacks of a fleet share, each once, what is wrong first; pure."""
    found = [*_workspaces(fleet), *_applications(fleet)]
    once = {(each.stacks, each.line.partition(":")[0]): each for each in found}
    return sorted(once.values(), key=lambda each: not each.is_wrong)


def _workspaces(fleet: Sequence[Known]) -> Iterator[Shared]:
    by_id: dict[str, list[Known]] = {}
    for each in fleet:
        pin = canonical(each.config.greenlake.workspace)
        for value in {pin} if pin else {canonical(claim) for claim in each.workspace.values()}:
            by_id.setdefault(value, []).append(each)
    for value, group in by_id.items():
        if len(group) > 1 and _agree(group):
            stacks = _names(group)
            people = (
                ""
                if len({each.config.tenant_id for each in group}) == 1
                else "people of different tenants meet in it, "
            )
            yield Shared(
                stacks,
                f"{_listed(stacks)} have the same GreenLake workspace {value}: {people}and a workspace has one token, "
                "so a rotation of one stack ends the token of the others: correct greenlake.workspace, or the sign-in "
                f"(`scimctl fleet run {stacks[-1]} -- scimctl doctor --all` shows its workspace)",
                is_wrong=True,
            )


def _agree(group: Sequence[Known]) -> bool:
    """Return whether no claim has two values: a provider and its customers may have one claim in common."""
    claims = [(name, canonical(value)) for each in group for name, value in each.workspace.items()]
    return len({name for name, _ in claims}) == len(set(claims))


def _applications(fleet: Sequence[Known]) -> Iterator[Shared]:
    by_key: dict[tuple[str, str], list[Known]] = {}
    for each in fleet:
        for key in {each.config.app.name.casefold(), each.application} - {""}:
            by_key.setdefault((each.config.tenant_id, key), []).append(each)
    for (tenant_id, key), group in by_key.items():
        if len(group) < 2:
            continue
        stacks, name = _names(group), group[0].config.app.name
        where = f'"{name}" in the Entra tenant {tenant_id}'
        is_one = key in {each.application for each in group} or any(not each.config.app.is_ours for each in group)
        if is_one:
            yield Shared(
                stacks,
                f"{_listed(stacks)} manage the same application {where}: each `up` replaces credentials, mappings and "
                f"assignments of the others: give it to one stack, and set app.name of {stacks[-1]} to another one",
                is_wrong=True,
            )
        else:
            yield Shared(
                stacks,
                f"{_listed(stacks)} make applications of the same name, {where}: people mix them up in the "
                f"portal: set app.name of {stacks[-1]} to another one",
                is_wrong=False,
            )


def _names(group: Sequence[Known]) -> tuple[str, ...]:
    return tuple(each.stack for each in group)


def _listed(stacks: Sequence[str]) -> str:
    if len(stacks) > _MOST:
        return f"{', '.join(stacks[:_MOST])} and {len(stacks) - _MOST} more"
    return f"{', '.join(stacks[:-1])} and {stacks[-1]}"
