"""`./run up`: from a clone to users and groups in GreenLake."""

from collections.abc import Mapping

from launcher.deployment import sandbox_process, stack
from launcher.deployment.engine_run import run_engine
from launcher.deployment.environment import STACK
from launcher.deployment.first_cycle import await_first_cycle, is_in_quarantine, job, last_cycle
from launcher.deployment.preparation import prepare, say_which_plugin
from launcher.deployment.sandbox_control import Job, Snapshot
from launcher.deployment.sandbox_process import Running
from launcher.progress import show

NEXT = """\
Try next:
  ./run scimctl status         one screen: provisioning, token, mappings
  ./run scimctl drift          report whether anything has drifted
  ./run pulumi stack output    show all ids and times
  eval "$(./run env)"          use plain `pulumi` in this shell
  ./run sandbox break          break something, watch it on the page, heal it with `./run up --refresh`
"""
DOWN = "  ./run down                   remove everything again"
UNDO = "  ./run scimctl adopt --undo   let go of the application that was taken over"


def work(arguments: list[str]) -> int:
    """Deploy, wait and summarize."""
    prepared = prepare()
    say_which_plugin(prepared.toolchain)
    if started := sandbox_process.running():
        stack.check_address(started.greenlake)
    stack.ensure(prepared)
    code = run_engine(prepared, ["up", "--yes", "--skip-preview", "--stack", STACK, *arguments])
    sandbox = sandbox_process.running()
    if code or not sandbox:
        return code
    outputs = stack.outputs(prepared)
    snapshot = await_first_cycle(prepared.control, outputs["job_id"])
    done = job(snapshot, outputs["job_id"])
    show(summary(outputs, done, snapshot, sandbox, is_adopted=stack.is_adopted()))
    return int(is_in_quarantine(done))


def summary(
    outputs: Mapping[str, str], found: Job | None, snapshot: Snapshot, sandbox: Running, *, is_adopted: bool
) -> str:
    """Return what is where now, and what to try next; times are the stack's own outputs, in UTC."""
    pushed, known = snapshot["provisioned"], snapshot["directory"]
    fingerprint, generation = outputs["token_fingerprint"], outputs["token_generation"]
    rows = {
        "pushed": f"{pushed['users']} users and {pushed['groups']} groups",
        "Entra has": f"{known['users']} users and {known['groups']} groups, at {sandbox.entra}",
        "token": f"{fingerprint}, generation {generation}, rotates after {outputs['token_rotates_after']}",
        "job": _state(found),
        "GreenLake": outputs["tenant_url"],
        "page": sandbox.page,
    }
    table = "\n".join(f"{name:<10} {value}" for name, value in rows.items())
    return f"\n{table}\n\n{NEXT}{UNDO if is_adopted else DOWN}"


def _state(found: Job | None) -> str:
    if found is None:
        return "gone: `./run up --refresh` makes it again"
    last = last_cycle(found) or "none yet"
    heal = ": nothing is pushed, `./run up --refresh` heals it" if is_in_quarantine(found) else ""
    return f"schedule {found['schedule'].get('state')}, status {found['status'].get('code')}, last cycle {last}{heal}"
