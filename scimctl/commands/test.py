"""`scimctl test`: the portal's Test Connection, with the reason when it is refused."""

from argparse import Namespace
from collections.abc import Sequence

from providers.entra.job.health import is_unreached
from providers.timestamps import now
from scimctl.header import opened
from scimctl.job.connection import Connection, tested
from scimctl.job.diverted import diverted
from scimctl.job.token_use import wait_until_it_may_be
from scimctl.terminal.console import Cell, aligned, bad, good, working
from scimctl.terminal.report import FINE, FOUND, Report


def work(args: Namespace) -> Report:
    """Have Entra test what it holds."""
    stack = opened(args)
    wait_until_it_may_be(stack, "not tested")
    with working("Entra tests its connection to GreenLake"):
        connection, elsewhere = tested(stack, now()), diverted(stack)
    url, fingerprint = str(stack.status["base_address"]), str(stack.token["fingerprint"])
    return reported(connection, url, fingerprint, elsewhere)


def reported(connection: Connection, url: str, fingerprint: str, elsewhere: Sequence[str] = ()) -> Report:
    """Return the report, with what to do; `elsewhere` lists what was tested instead of what the stack saved."""
    code = connection.code
    data = {
        "result": "accepted" if code is None else "not reached" if is_unreached(code) else "refused",
        "reason": code,
        "what": connection.what or None,
        "advice": connection.todo or None,
        "tenantUrl": url,
        "tokenFingerprint": fingerprint,
        "diverted": list(elsewhere),
    }
    if code is None and elsewhere:
        return Report([*map(bad, elsewhere), "the connection that Entra has saved works all the same"], data, FOUND)
    if code is None:
        return Report([good(f"accepted: GreenLake takes the token that Entra has saved ({url})")], data, FINE)
    rows: list[tuple[str, Cell]] = [
        ("to do", connection.todo),
        ("tenant URL", url),
        ("token", f"{fingerprint} in the stack"),
    ]
    return Report([*map(bad, elsewhere), bad(connection.what), *aligned(rows)], data, FOUND)
