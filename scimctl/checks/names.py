"""Judge what the stack file names in Entra: the application, groups and users. Pure."""

from collections.abc import Sequence

from providers.entra.graph_client import Json
from scimctl.checks.check import Check, ok, problem, warning
from scimctl.named import Name
from stacks.app import App


def of_name(name: Name, found: Sequence[Json]) -> Check:
    """Judge a group or user of the section access."""
    says, _, todo = name.problem(found).rpartition(": ")
    if todo:
        return problem(f"{name.key}.{name.name}", says, todo)
    return ok(f"{name.key}.{name.name}", f"found, {found[0]['id']}")


def of_deployed_app(found: Sequence[Json]) -> Check:
    """Judge the application that this stack provisions with."""
    if found:
        return ok("app", f"{found[0].get('displayName')} is there, {found[0]['id']}")
    return problem("app", "the application that this stack deployed is gone", "run `pulumi up --refresh`")


def of_app(app: App, found: Sequence[Json]) -> Check:
    """Judge the application before anything is deployed."""
    if app.is_ours:
        return _of_new_app(app.name, found)
    if not found:
        return problem("app", f'no enterprise application is named "{app.name}"', "correct it, or set app.mode: create")
    if len(found) > 1:
        says = f'{len(found)} enterprise applications are named "{app.name}"'
        return problem("app", says, "write the object id of one instead")
    return ok("app", f"{app.name} is there, {found[0]['id']}")


def _of_new_app(name: str, found: Sequence[Json]) -> Check:
    if not found:
        return ok("app", f"{name} will be made")
    return warning(
        "app",
        f'an enterprise application named "{name}" exists, {found[0]["id"]}, and `up` makes another',
        "set app.mode: existing to use it, or choose another app.name",
    )
