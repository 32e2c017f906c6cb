"""Look at the stack as it is now: its secrets and lock, its job, and the connection that Entra has saved."""

from collections.abc import Sequence

from providers.entra.job.job import read_report
from providers.errors import NotFoundError, ProvisioningError
from providers.scim.probing import Probe
from providers.timestamps import now
from scimctl.access.lost import lost
from scimctl.commands.doctor.check import Check, ok, problem, unknown
from scimctl.commands.doctor.entra import names
from scimctl.commands.doctor.machine import of_locks, of_pending
from scimctl.engine import engine
from scimctl.engine.backend import locks_of
from scimctl.engine.decryption import check_decryption
from scimctl.job import connection, job_page
from scimctl.job.diverted import diverted
from scimctl.job.provisioning import ProvisioningView, not_pushing
from scimctl.job.token_use import wait_until_it_may_be
from scimctl.stack.deployed import GoneError, assignments_of, graph_of, job_of
from scimctl.stack.stack import Stack


def of_secrets(stack: Stack) -> Check:
    """Have the engine decrypt, which needs the passphrase or key of the stack, deployed or not."""
    try:
        check_decryption(stack.name)
    except ProvisioningError as error:
        return problem("secrets", str(error), "")
    return ok("secrets", "the secrets of the stack can be decrypted")


def of_lock(stack: Stack) -> Check:
    """Judge whether a run holds the stack, or left its lock or operations whose end nobody wrote down."""
    try:
        backend = engine.backend_folder()
    except ProvisioningError as error:
        return unknown("lock", str(error))
    locks = None if backend is None else locks_of(backend, stack.name)
    return of_pending(stack.pending) if stack.pending and not locks else of_locks(locks, now())


def of_job(stack: Stack) -> Sequence[Check]:
    """Judge whether the job is there, the only one, and works."""
    try:
        found = graph_of(stack).jobs()
    except NotFoundError:
        return [unknown("job", "it is gone, with the application")]
    there = names.of_jobs(stack.job_id, found)
    ours = next((read_report(each) for each in found if each.get("id") == stack.job_id), None)
    if ours is None:
        return [there]
    moment = job_of(stack)[1]  # Graph's clock, since this machine's may be wrong
    seen = ProvisioningView(str(stack.status["status"]), ours, moment, stack.token_expired(moment))
    works = ok("provisioning", job_page.state(ours))
    wrong = [*diverted(stack), *not_pushing(seen)]
    return [there, *([problem("provisioning", line, "") for line in wrong] or [works])]


def of_assignments(stack: Stack) -> Sequence[Check]:
    """Judge whether what the last `up` assigned is still assigned; a group or user that is gone is another check."""
    try:
        assigned = {str(each["principalId"]) for each in assignments_of(stack)}
    except GoneError:
        return []
    found = [each for each in lost(stack, assigned) if not each.is_deleted]
    return [problem("access", each.what, each.todo) for each in found]


def of_connection(stack: Stack) -> Check:
    """Have Entra test what it holds, if that may be done at this moment."""
    try:
        wait_until_it_may_be(stack, "not tested", 0)
        found = connection.tested(stack, now())
    except ProvisioningError as error:
        return unknown("connection", str(error))
    if found.what:
        return problem("connection", found.what, found.todo)
    if connection.presented(stack) is Probe.REFUSED:
        says = "GreenLake accepts the token that Entra holds and refuses the stack's"
        why = "somebody rotated it and saved the new one"
        return problem("connection", f"{says}: {why}", "run `pulumi up --refresh`, which rotates the token")
    return ok("connection", "GreenLake accepts the token that Entra has saved")
