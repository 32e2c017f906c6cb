"""What the stack's state holds as a run begins, asked of the engine, which alone knows the backend and the secrets.

It is the state before a refresh of the same run.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pulumi
from pulumi.runtime import get_root_resource, invoke

from providers.entra.sign_in.tenant import moved, tenant_of_state
from providers.errors import ProvisioningError
from providers.resource_types import APPLICATION, ASSIGNMENT, ASSIGNMENTS, JOB, SECRET, STATUS, TOKEN, UNCLAIMED
from providers.state.schema import outputs_of
from providers.state.types import DATE, ID
from providers.timestamps import now, to_text

Json = dict[str, Any]

_WITHIN_COMPONENTS = (APPLICATION, JOB, SECRET, ASSIGNMENT)
_FAILED_RUN = "failed_run_began"
_ID = "application_object_id"
_HALF_WRITTEN = "failed to load checkpoint"
_ATTEMPTS = 20
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Deployed:
    """What earlier runs left.

    `service_principal_id` is "" if the application is not in state. `application_object_id` is what the outputs of the
    last complete run name, "" if the application was not made by this stack. `role` is what assignments give. By object
    id of the group or user, `assignments` are the names of the resources and `labels` the stack file's names for them,
    such as "group Admins". `principals` are all who were to be assigned. `failed_run` is when the last run began, "" if
    it was completed. `strays` are the URNs, by azuread's id, of what somebody has put into state outside of the
    components, as `pulumi import` does.
    """

    has_token: bool = False
    has_job: bool = False
    service_principal_id: str = ""
    application_object_id: str = ""
    role: str = ""
    assignments: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    principals: Sequence[str] = ()
    failed_run: str = ""
    strays: Mapping[str, str] = field(default_factory=dict[str, str])

    def taking_over(self, azuread_id: str, **options: Any) -> pulumi.ResourceOptions:
        """Return options by which a resource becomes what Entra has, "" for nothing: a stray's alias, or an import."""
        is_stray = azuread_id in self.strays
        added: Json = {"aliases": [self.strays[azuread_id]]} if is_stray else {"import_": azuread_id or None}
        return pulumi.ResourceOptions(**{**options, **added})

    def called(self, label: str) -> str:
        """Return the object id that had this label, "" for none; upper and lower case are one to Entra."""
        return {each.casefold(): one for one, each in self.labels.items()}.get(label.casefold(), "")


def read_deployed(tenant_id: str) -> Deployed:
    """Ask the engine for the state of this stack; nothing of an empty one.

    Raises `pulumi.RunError` if it is in another Entra tenant than the stack file names. Nothing of azuread may be asked
    before: its default provider would move to that tenant, and a later refresh would lose what it does not find there.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    # The engine cannot list the resources of a stack that has no state yet, so the outputs are asked for first. A run
    # that fails registers no others, so one is registered here, beside those of the run before: the next run knows by
    # it that there is state. A completed run replaces them.
    outputs = _asked("readStackOutputs", name=stack)
    found = _asked("readStackResourceOutputs", stackName=stack) if outputs else {}
    other = moved(tenant_of_state(found.values()), tenant_id)
    if other:
        raise pulumi.RunError(other)
    root = get_root_resource()
    if isinstance(root, pulumi.ComponentResource):
        root.register_outputs({**outputs, _FAILED_RUN: to_text(now())})
    if not outputs:
        return Deployed()
    try:
        resources = of_resources(found)
    except ProvisioningError as error:
        raise pulumi.RunError(str(error)) from None
    return replace(
        resources,
        failed_run=outputs[_FAILED_RUN] if DATE.fits(outputs.get(_FAILED_RUN)) else "",
        application_object_id=outputs[_ID] if ID.fits(outputs.get(_ID)) else "",
    )


def of_resources(resources: Mapping[str, Json]) -> Deployed:
    """Read what the program needs from `{type, outputs}` by URN; pure. Raises StoppedError for what nobody wrote so."""
    by_kind: dict[str, list[tuple[str, Json]]] = {}
    strays: dict[str, str] = {}
    for urn, each in resources.items():
        kind = str(each["type"])
        outputs = outputs_of(kind, each["outputs"])
        _, _, types, name = urn.split("::", 3)
        if kind in _WITHIN_COMPONENTS and "$" not in types:
            strays[str(outputs.get("id"))] = urn  # looked for in Entra, as if state lacked it
            continue
        by_kind.setdefault(kind, []).append((name, outputs))
    applications = [outputs["servicePrincipalObjectId"] for _, outputs in by_kind.get(APPLICATION, [])]
    applications += [outputs["service_principal_id"] for _, outputs in by_kind.get(UNCLAIMED, [])]
    assignments = {str(outputs["principalObjectId"]): name for name, outputs in by_kind.get(ASSIGNMENT, [])}
    labels = [outputs.get("principals") for _, outputs in by_kind.get(ASSIGNMENTS, [])]
    # A component of an older version lists bare ids, and the assignments are named as the stack file called them.
    by_id = next((cast("Json", each) for each in labels if isinstance(each, dict)), Json())
    return Deployed(
        has_token=TOKEN in by_kind,
        has_job=JOB in by_kind,
        service_principal_id=str(applications[0]) if applications else "",
        role=next((str(outputs.get("appRoleId") or "") for _, outputs in by_kind.get(ASSIGNMENT, [])), ""),
        assignments=assignments,
        labels={one: str(by_id.get(one, name)) for one, name in {**by_id, **assignments}.items()},
        strays=strays,
        principals=[one for _, outputs in by_kind.get(STATUS, []) for one in outputs["principals"]],
    )


def _asked(function: str, **arguments: str) -> Json:
    """Ask the engine, again if it has met its own writing of the state, which on a file backend is not done at once."""
    answer: Json | None = None
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            answer = cast("Json", invoke(f"pulumi:pulumi:{function}", arguments).value)
            break
        except Exception as error:
            if attempt == _ATTEMPTS or _HALF_WRITTEN not in str(error):
                raise
            time.sleep(_PAUSE_SECONDS)
    return cast("Json", (answer or {})["outputs"])
