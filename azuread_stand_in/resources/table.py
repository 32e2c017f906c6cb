"""The table: every resource the stand-in knows, with all that Pulumi needs to know about each.

The rules in it (what replaces, what defaults, which ids) were measured with the real plugin.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from azuread_stand_in.client.graph_client import Graph
from azuread_stand_in.resources import (
    app_role_assignment,
    application,
    synchronization_job,
    synchronization_secret,
)

Plain = dict[str, Any]

_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PRINCIPAL = "/servicePrincipals/[^/]+"


@dataclass(frozen=True)
class Input:
    """One input: the regular expression it must match, its default, and whether a change replaces the resource."""

    name: str
    shape: str = ""
    default: object = None
    replaces: bool = False
    secret: tuple[str, ...] = ()


async def _nothing_more(graph: Graph, resource_id: str, inputs: Plain) -> None:
    """The creation was all there is to do."""


async def _no_update(graph: Graph, resource_id: str, old: Plain, new: Plain) -> None:
    """Every input replaces, so an update has nothing to send."""


@dataclass(frozen=True)
class Resource:
    """One resource: what failed in `create` leaves nothing in state, what failed in `finish` leaves the resource."""

    inputs: tuple[Input, ...]
    computed: tuple[str, ...]
    create: Callable[[Graph, Plain], Awaitable[str]]
    read: Callable[[Graph, str, Plain], Awaitable[Plain | None]]
    delete: Callable[[Graph, str, Plain], Awaitable[None]]
    finish: Callable[[Graph, str, Plain], Awaitable[None]] = _nothing_more
    update: Callable[[Graph, str, Plain, Plain], Awaitable[None]] = _no_update
    schema_version: str = ""  # what the real plugin, run over this state one day, must know not to migrate it

    @property
    def secret(self) -> frozenset[str]:
        """The names of what is secret, at any depth of the outputs."""
        return frozenset(name for each in self.inputs for name in each.secret)


RESOURCES: Mapping[str, Resource] = {
    "azuread:index/applicationFromTemplate:ApplicationFromTemplate": Resource(
        inputs=(Input("displayName", shape="(?s).+"), Input("templateId", shape=_UUID, replaces=True)),
        computed=("applicationId", "applicationObjectId", "servicePrincipalId", "servicePrincipalObjectId"),
        create=application.create,
        finish=application.finish,
        read=application.read,
        update=application.update,
        delete=application.delete,
    ),
    "azuread:index/appRoleAssignment:AppRoleAssignment": Resource(
        inputs=(
            Input("appRoleId", shape=_UUID, replaces=True),
            Input("principalObjectId", shape=_UUID, replaces=True),
            Input("resourceObjectId", shape=_UUID, replaces=True),
        ),
        computed=("principalDisplayName", "principalType", "resourceDisplayName"),
        create=app_role_assignment.create,
        read=app_role_assignment.read,
        delete=app_role_assignment.delete,
        schema_version="1",
    ),
    "azuread:index/synchronizationSecret:SynchronizationSecret": Resource(
        inputs=(
            Input("servicePrincipalId", shape=_PRINCIPAL, replaces=True),
            Input("credentials", secret=("credentials", "value")),
        ),
        computed=(),
        create=synchronization_secret.create,
        read=synchronization_secret.read,
        update=synchronization_secret.update,
        delete=synchronization_secret.delete,
        schema_version="1",
    ),
    "azuread:index/synchronizationJob:SynchronizationJob": Resource(
        inputs=(
            Input("servicePrincipalId", shape=_PRINCIPAL, replaces=True),
            Input("templateId", shape=".+", replaces=True),
            Input("enabled", default=True),
        ),
        computed=("schedules",),
        create=synchronization_job.create,
        finish=synchronization_job.finish,
        read=synchronization_job.read,
        update=synchronization_job.update,
        delete=synchronization_job.delete,
        schema_version="1",
    ),
}
