"""What `./run up` says at its end: what is where now, and what to try next."""

from collections.abc import Mapping

from launcher.deployment.first_cycle import is_in_quarantine
from launcher.deployment.sandbox_control import Job, Snapshot
from launcher.deployment.sandbox_process import Running

NEXT = """\
Try next:
  ./run scimctl status         one screen: provisioning, token, mappings
  ./run scimctl drift          tell whether anything has drifted
  ./run pulumi stack output    show all ids and times
  eval "$(./run env)"          use plain `pulumi` in this shell
  ./run sandbox break          break something, watch it on the page, heal it with `./run up --refresh`
"""
_DOWN = "  ./run down                   remove everything again"
_UNDO = "  ./run scimctl adopt --undo   let go of the application that was taken over"


def text(outputs: Mapping[str, str], job: Job | None, snapshot: Snapshot, sandbox: Running, *, is_adopted: bool) -> str:
    """Return the summary; times are the stack's own outputs, in UTC."""
    pushed, known = snapshot["provisioned"], snapshot["directory"]
    fingerprint, generation = outputs["token_fingerprint"], outputs["token_generation"]
    rows = {
        "pushed": f"{pushed['users']} users and {pushed['groups']} groups",
        "Entra has": f"{known['users']} users and {known['groups']} groups, at {sandbox.entra}",
        "token": f"{fingerprint}, generation {generation}, rotates after {outputs['token_rotates_after']}",
        "job": _state(job),
        "GreenLake": outputs["tenant_url"],
        "page": sandbox.page or "not there: `./run sandbox stop`, then `./run up` again",
    }
    return "\n".join(
        ["", *(f"{name:<10} {value}" for name, value in rows.items()), "", NEXT + (_UNDO if is_adopted else _DOWN)]
    )


def _state(job: Job | None) -> str:
    if job is None:
        return "gone: `./run up --refresh` makes it again"
    status = job["status"]
    last = (status.get("lastExecution") or {}).get("state", "none yet")
    heal = ": nothing is pushed, `./run up --refresh` heals it" if is_in_quarantine(job) else ""
    return f"schedule {job['schedule'].get('state')}, status {status.get('code')}, last cycle {last}{heal}"
