"""`scimctl test`: the portal's Test Connection, with the reason when it is refused."""

from argparse import Namespace

from providers.entra.job.health import is_unreached
from providers.timestamps import now
from scimctl.command import Command
from scimctl.header import opened
from scimctl.job.connection import Connection, tested
from scimctl.job.token_use import wait_until_it_may_be
from scimctl.terminal.console import Cell, aligned, bad, good, working
from scimctl.terminal.report import FINE, FOUND, Report

TEACHES = """\
The portal's Test Connection: Entra itself presents the token it has saved to GreenLake, with a query for a user who
does not exist. Use it when provisioning is in quarantine, after a change of the network or of the tenant URL, or to see
whether GreenLake is back. `scimctl status` never does this, so that it may run at any time.

Presenting a token may end the one before it. So nothing is tested while the overlap of a rotation is open, nor while a
provisioning cycle may be running, which is waited for up to a minute: exit code 1 then, and one line has the reason.

After a refusal the stack's own token is presented to GreenLake as well, to distinguish a token that has ended from
other credentials that somebody saved in Entra.

exit code 7 if GreenLake refuses the token, or Entra does not reach GreenLake."""


def work(args: Namespace) -> Report:
    """Have Entra test what it holds."""
    stack = opened(args)
    wait_until_it_may_be(stack, "not tested")
    with working("Entra tests its connection to GreenLake"):
        connection = tested(stack, now())
    return reported(connection, str(stack.status["base_address"]), str(stack.token["fingerprint"]))


def reported(connection: Connection, url: str, fingerprint: str) -> Report:
    """Say it, with what to do."""
    data = {
        "result": _result(connection.code),
        "reason": connection.code,
        "what": connection.what or None,
        "advice": connection.todo or None,
        "tenantUrl": url,
        "tokenFingerprint": fingerprint,
    }
    if connection.code is None:
        return Report([good(f"accepted: GreenLake takes the token that Entra has saved ({url})")], data, FINE)
    rows: list[tuple[str, Cell]] = [
        ("to do", connection.todo),
        ("tenant URL", url),
        ("token", f"{fingerprint} in the stack"),
    ]
    return Report([bad(connection.what), *aligned(rows)], data, FOUND)


def _result(code: str | None) -> str:
    if code is None:
        return "accepted"
    return "not reached" if is_unreached(code) else "refused"


COMMAND = Command("test", "have Entra test its connection (Test Connection)", TEACHES, work)
