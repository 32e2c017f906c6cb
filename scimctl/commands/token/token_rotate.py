"""`scimctl token rotate`: a rotation now, by the program itself, which is asked for it in the environment of `up`."""

import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence

from providers.errors import StoppedError
from providers.greenlake.api.bearer import bearer
from providers.greenlake.api.workspace import claims_of, contradiction
from providers.greenlake.rotation import Request
from providers.http.deadline import Deadline
from providers.scim.probing import Probe, probe
from providers.timestamps import now
from scimctl.engine import engine, preview
from scimctl.engine.backend import locks_of
from scimctl.engine.decryption import check_decryption
from scimctl.header import opened
from scimctl.stack.stack import Stack, read_stack, read_tokens
from scimctl.terminal.consent import add_consent, check_answerable, dry_run
from scimctl.terminal.console import good, say, working
from scimctl.terminal.report import TROUBLE, Report

_LOOKS, _PAUSE_SECONDS = 5, 5.0  # a service may take some seconds to refuse a token everywhere


def work(args: Namespace) -> Report:
    """Run the engine with the request, and compare what state holds before and after."""
    stack = opened(args)
    if not args.dry_run:
        check_answerable(args)
    before = str(stack.token["fingerprint"])  # of a stack that is not deployed there is nothing to rotate
    with working("getting a bearer for GreenLake"):
        held = bearer(os.environ, now(), Deadline())  # before anything is changed: it lives 15 minutes
    if other := contradiction(stack.config.greenlake.workspace, stack.token["workspace_claims"], claims_of(held)):
        raise StoppedError(f"{other}: nothing was sent: use its own credentials (HPEGL_*)")
    check_decryption(stack.name)
    asked = Request(before, leaked=args.leaked).environ()
    will = planned(stack, leaked=args.leaked)
    if args.dry_run:
        return _previewed(stack, will, asked)
    for each in will:
        say(f"will: {each}")
    old = read_tokens(stack.name).both if args.leaked else []
    code = engine.in_front(["up", *(["--yes"] if args.yes else [])], stack.name, **asked)
    after = read_stack(stack.name).token
    fingerprint, generation = str(after["fingerprint"]), int(after["generation"])
    done, url = f"rotated ({before} -> {fingerprint})", str(after["tenant_url"])
    if trouble := why_not(code, before, fingerprint, leaked=args.leaked) or still_works(done, url, old):
        raise StoppedError(trouble)
    return Report(
        [good(f"rotated: {before} -> {fingerprint}, generation {generation}")],
        {"before": before, "fingerprint": fingerprint, "generation": generation},
    )


def planned(stack: Stack, *, leaked: bool) -> list[str]:
    """Return what the rotation does, a line each; what else is pending is in the engine's preview."""
    token, end = stack.token, "at once, and pushes fail until Entra has the new one, some seconds later"
    if stack.overlap_open and not leaked:
        return ["finish the last rotation, whose overlap is open, and rotate nothing while the old token works"]
    return [
        f"rotate the token {token['fingerprint']}, generation {int(token['generation'])}; save the new one in Entra",
        f"end the old token {end if leaked else 'when Entra uses the new one: no push fails'}",
        "do whatever else the stack file declares and was not deployed yet: see the preview",
    ]


def _previewed(stack: Stack, will: Sequence[str], asked: Mapping[str, str]) -> Report:
    """Have the engine preview the run; what it prints goes to standard error.

    A failed preview is taken again for its causes. What of `access` Entra does not know keeps no rotation from
    happening, but the run ends with an error. A lock, which a preview does not meet, keeps the run from beginning.
    """
    tried, locked = dry_run(will), _locked(stack)
    failed = engine.in_front(["preview"], stack.name, **asked) != 0
    unresolved = preview.take(stack.name, **asked).unresolved if failed else ()
    if not failed and not locked:
        return tried
    data = {**tried.data, "unresolved": list(unresolved), "locked": locked}
    return Report([*locked, *unresolved, *tried.lines], data, TROUBLE)


def _locked(stack: Stack) -> list[str]:
    """Return which locks `up` stops at, and what to do, a line each."""
    backend = engine.backend_folder()
    return [
        f"`up` stops at the lock of {lock.owner}: "
        + ("it is at work: wait for it" if lock.owner_lives else f"{lock.fate}: run `scimctl recover`")
        for lock in (locks_of(backend, stack.name) if backend else ())
    ]


def why_not(code: int, before: str, after: str, *, leaked: bool) -> str:
    """Return what state things are in and what to do, "" if all is done; the fingerprints are those of state."""
    again = f"`scimctl token rotate{' --leaked' if leaked else ''}`"
    if code != 0 and after != before:
        meanwhile = "pushes fail until then" if leaked else "the old token works until then"
        return (
            f"the token was rotated ({before} -> {after}), but `up` was not completed, so Entra may not have it: "
            f"run `pulumi up` again, which goes on from there; {meanwhile}"
        )
    if code != 0:
        return (
            f"not rotated: state holds the same token, {before}: the reason is above; run {again} again, or "
            "`scimctl recover` if the stack is locked by a run that has ended"
        )
    if after == before:
        return (
            f"not rotated: state holds the same token, {before}: the overlap of the last rotation was still open, as "
            f"`up` reports above: run {again} again once the old token has ended; --leaked ends both at once"
        )
    return ""


def still_works(done: str, tenant_url: str, old: Sequence[str]) -> str:
    """Ask for some seconds whether the old tokens have ended; return what to do if not, "" if they have."""
    if not old:
        return ""
    deadline, found = Deadline(), [Probe.ACCEPTED]
    with working("asking GreenLake whether the old token has ended"):
        for look in range(_LOOKS):
            time.sleep(_PAUSE_SECONDS if look else 0)
            found = [probe(tenant_url, token, deadline) for token in old]
            if Probe.ACCEPTED not in found:
                break
    if Probe.ACCEPTED in found:
        what = f"{done}, but GreenLake still accepts the old token, which was to end at once"
        return f"{what}: ask HPE to end it, with what `scimctl assumptions` shows"
    if Probe.UNKNOWN in found:
        what = f"{done}, but GreenLake does not show whether the old token has ended"
        return f"{what}: run `scimctl token rotate --leaked` again when `scimctl test` reaches GreenLake"
    return ""


def arguments(parser: ArgumentParser) -> None:
    """Add consent and urgency."""
    add_consent(parser)
    parser.add_argument("--leaked", action="store_true", help="end the old token at once, because somebody else has it")
