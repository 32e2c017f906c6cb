"""`scimctl fleet kubernetes`: look at the Stacks of this pod's namespace, and do what the operator does not."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from providers.errors import ConfigurationError, ProvisioningError
from providers.masking import brief
from providers.timestamps import now, to_text
from scimctl.commands.fleet.choice import add_choice, add_parallel, chosen
from scimctl.commands.fleet.kubernetes import dead_lock
from scimctl.commands.fleet.kubernetes.api_server import ApiServer, Stack
from scimctl.commands.fleet.kubernetes.conditions import DRIFT, STALLED, publish
from scimctl.commands.fleet.looks import drift_of, looked, reported, samples
from scimctl.commands.notify.notify import addressed
from scimctl.fleet.every import Outcome, of_each
from scimctl.fleet.fleet_file import PATH, Member, read_fleet
from scimctl.terminal.metrics import add_metrics, deliver, delivering
from scimctl.terminal.report import FINE, FOUND, TROUBLE, Report

if TYPE_CHECKING:
    from scimctl.commands.notify.notify import Target

_NO_USE = ("SpecInvalid", "PulumiVersionTooLow", "NamespaceTerminating")  # another try would end in the same way


def work(args: Namespace) -> Report:
    """Wake what has stalled, look at everything, and report it to the API server."""
    server, fleet = ApiServer.of_pod(os.environ), read_fleet()
    targets = addressed(os.environ["APPRISE_URLS"]) if os.environ.get("APPRISE_URLS") else []
    listed = server.stacks()
    if not listed:
        raise ConfigurationError(
            f"the namespace {server.namespace} has no Stack resource: apply one, or look elsewhere"
        )
    resources, refused = _told_apart(listed, {each.name for each in fleet.members})
    members = [each for each in chosen(fleet, args) if each.name in resources]
    stalled = [each for each in members if resources[each.name].stalled]
    woken = of_each(
        fleet, stalled, lambda member, _: _wake(server, resources[member.name]), args.parallel, lambda _done, _of: None
    )
    outcomes = [
        _published(server, resources, each, targets) for each in looked(fleet, members, drift_of, args.parallel)
    ]
    outcomes += refused
    report = _together(reported("drift", outcomes), woken)
    return delivering(report, lambda: deliver(args, "drift", samples(outcomes), now()))


def _told_apart(listed: Sequence[Stack], known: set[str]) -> tuple[dict[str, Stack], list[Outcome]]:
    """Return the Stack resources by their stacks, and those that cannot be looked at."""
    by_stack: dict[str, list[Stack]] = {}
    for each in listed:
        by_stack.setdefault(each.stack, []).append(each)
    strange = {name: f"{PATH} of the image has no stack {name}" for name in by_stack if name not in known}
    twice = {
        name: f"the Stacks {', '.join(each.metadata.name for each in found)} run the stack {name}: delete all but one"
        for name, found in by_stack.items()
        if len(found) > 1
    }
    refused = [Outcome(Member(name, "", {}, {}), trouble=why) for name, why in {**strange, **twice}.items()]
    return {name: found[0] for name, found in by_stack.items() if name in known and len(found) == 1}, refused


def _wake(server: ApiServer, resource: Stack) -> Report:
    """Clear what a dead run left, then ask the operator to try again."""
    stalled = resource.stalled
    if stalled and stalled.reason in _NO_USE:
        return Report([f"stalled: {brief(stalled.message)}"], {"done": []}, FOUND)
    moment, done = to_text(now()), dead_lock.clear(server, resource)
    if done:
        server.record(resource, "Normal", "LockCleared", "\n".join(done), moment)
    server.wake(resource, moment)
    return Report([*done, "woken: the operator tries again"], {"done": done}, FOUND)


def _published(
    server: ApiServer, resources: Mapping[str, Stack], outcome: Outcome, targets: "Sequence[Target]"
) -> Outcome:
    """Report one stack to the API server; what goes wrong there is this stack's trouble alone."""
    resource, troubles = resources[outcome.member.name], list[str]()
    last = resource.status.last
    found = [(DRIFT, outcome.code, outcome.lines)]
    if resource.stalled:
        found.append((STALLED, FOUND, [last.message or resource.stalled.message]))
    elif last.state == "succeeded":
        found.append((STALLED, FINE, ["the last `pulumi up` succeeded"]))
    for kind, code, lines in found:
        try:
            publish(server, resource, kind, code, lines, targets)
        except ProvisioningError as error:
            troubles.append(str(error))
    return replace(outcome, found=None, trouble="\n".join(troubles)) if troubles else outcome


def _together(report: Report, woken: Sequence[Outcome]) -> Report:
    """Add what was done about stalled stacks, which are something to report whatever the drift."""
    lines = [f"{each.member.name}: {line}" for each in woken for line in each.lines]
    data = {**report.data, "stalled": [{"name": each.member.name, "lines": list(each.lines)} for each in woken]}
    codes = {report.code, *(each.code for each in woken)}
    code = next((code for code in (FOUND, TROUBLE) if code in codes), FINE)
    return Report([*report.lines, *lines], data, code)


def arguments(parser: ArgumentParser) -> None:
    """Add what is chosen and the metrics."""
    add_choice(parser)
    add_parallel(parser)
    add_metrics(parser)
