"""`scimctl test`: the portal's Test Connection, with the reason when it is refused."""

from argparse import Namespace

from providers.deadline import Deadline
from providers.entra.graph import Graph
from providers.errors import ApiError
from providers.masking import masked
from scimctl.advice import advice
from scimctl.commands.command import Command
from scimctl.entra_asked import wait_until_it_may_be
from scimctl.report import FINE, FOUND, Report
from scimctl.stack import read_stack
from scimctl.terminal import Cell, aligned, bad, good, working

TEACHES = """\
The portal's Test Connection: Entra itself presents the token it has saved to GreenLake, with a query for a user who
does not exist. Use it when provisioning is in quarantine, after a change of the network or of the tenant URL, or to see
whether GreenLake is back. `scimctl status` never does this, so that it may run at any time.

Presenting a token may end the one before it. So nothing is tested while the overlap of a rotation is open, nor while a
provisioning cycle may be running, which is waited for up to a minute: exit code 1 then, and one line says why.

exit code 7 where the connection is refused."""

_REFUSED = 400  # assumed: no documentation shows the answer of a failed validateCredentials


def work(args: Namespace) -> Report:
    """Have Entra test what it holds."""
    stack = read_stack(args.stack)
    graph = Graph(stack.tenant_id, stack.service_principal_id, Deadline())
    wait_until_it_may_be(stack, graph, "not tested")
    with working("Entra tests its connection to GreenLake"):
        code = _refusal(graph, stack.job_id)
    return reported(code, str(stack.status["base_address"]), str(stack.token["fingerprint"]))


def _refusal(graph: Graph, job_id: str) -> str | None:
    """Return the code of a refusal, None where the token is accepted."""
    try:
        graph.validate_saved(job_id)
    except ApiError as error:
        if error.status != _REFUSED:
            raise
        return masked(error.code) or "no reason given"
    return None


def reported(code: str | None, url: str, fingerprint: str) -> Report:
    """Say it, with what to do."""
    data = {
        "result": "accepted" if code is None else "refused",
        "reason": code,
        "advice": advice(code or "") or None,
        "tenantUrl": url,
        "tokenFingerprint": fingerprint,
    }
    if code is None:
        sentence = good(f"accepted: GreenLake takes the token that Entra has saved ({url})")
        return Report([sentence], data, FINE)
    rows: list[tuple[str, Cell]] = [
        ("refused", bad(code)),
        ("tenant URL", url),
        ("token", f"{fingerprint} in the stack"),
        ("to do", advice(code) or "compare greenlake.tenantUrl and the token with GreenLake"),
    ]
    return Report(aligned(rows), data, FOUND)


COMMAND = Command("test", "have Entra test its connection to GreenLake, as Test Connection does", TEACHES, work)
