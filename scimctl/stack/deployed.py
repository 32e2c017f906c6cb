"""Read what a stack deployed, and which of it is gone: Graph answers 404 for the job and for the application."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from providers.entra.application.deleted_application import MAKE_AGAIN, RESTORE, remedy
from providers.entra.graph.directory import Directory
from providers.entra.graph.fields import Json
from providers.entra.graph.provisioning import Graph
from providers.errors import NotFoundError, StoppedError
from providers.http.deadline import Deadline
from providers.resource_types import APPLICATION
from providers.timestamps import now
from scimctl.stack.stack import Stack

_T = TypeVar("_T")


class GoneError(StoppedError):
    """The job or the application that the stack deployed is not there any more."""


def job_of(stack: Stack) -> tuple[Json, datetime]:
    """Return the job as Graph shows it and the time by Graph's clock. Raises GoneError."""
    body, at = _there(stack, lambda: graph_of(stack).job(stack.job_id))
    return body, at or now()


def assignments_of(stack: Stack) -> list[Json]:
    """Return the assignments of the application, [] if there is none before the first `up`. Raises GoneError."""
    principal = stack.service_principal_id if stack.is_deployed else _not_deployed_yet(stack)
    if not principal:
        return []
    return _there(stack, lambda: Graph(stack.tenant_id, principal, Deadline()).assignments())


def _not_deployed_yet(stack: Stack) -> str:
    """Return the service principal that a run which did not end made, or the existing one that `up` takes."""
    app = stack.config.app
    if stack.claimed_application or app.is_ours:
        return stack.claimed_application
    found = Directory(stack.tenant_id, Deadline()).service_principals(app.name)
    return str(found[0]["id"]) if len(found) == 1 else ""


def application_is_there(stack: Stack) -> bool:
    """Return whether the application that the stack deployed or uses is still there."""
    return bool(Directory(stack.tenant_id, Deadline()).service_principals(stack.service_principal_id))


def remedy_of_deletion(stack: Stack) -> str:
    """Return what to do about the application of a stack, which is not there any more."""
    if not stack.config.app.is_ours:
        return RESTORE
    if not stack.found(APPLICATION):  # a refresh has seen that it is gone
        return MAKE_AGAIN
    application = str(stack.outputs(APPLICATION)["applicationObjectId"])
    return remedy(Directory(stack.tenant_id, Deadline()), application, stack.claimed_application)


def graph_of(stack: Stack) -> Graph:
    """Return calls about the application, with their own time limit."""
    return Graph(stack.tenant_id, stack.service_principal_id, Deadline())


def _there(stack: Stack, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except NotFoundError:
        raise GoneError(_gone(stack)) from None


def _gone(stack: Stack) -> str:
    """Return what is gone and what to do, after a 404 for the job or the assignments."""
    app = stack.config.app
    if stack.is_deployed and application_is_there(stack):
        return f"the synchronization job of the application {app.name} is gone: `pulumi up --refresh` makes it again"
    return f"the application {app.name}, with its provisioning, is gone: {remedy_of_deletion(stack)}"
