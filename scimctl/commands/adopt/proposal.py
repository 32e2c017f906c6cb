"""The stack file that keeps what was found; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from providers.entra.application.app_roles import NoUserRoleError, user_role
from providers.errors import StoppedError
from scimctl.commands.adopt.found import Application, Assigned, Found, FoundJob
from scimctl.commands.adopt.live_mappings import live_mappings
from scimctl.commands.adopt.saved_settings import saved_settings
from stacks.config import TENANT_KEY
from stacks.problems import checked

Json = dict[str, Any]

_LONGEST_NAME = 120
_EVERY = "60d"


@dataclass(frozen=True)
class Proposal:
    """`sections` are those of the stack file. `kept` is imported; `left_alone` stays as it is, with the reason."""

    sections: Json
    kept: Sequence[Assigned]
    left_alone: Sequence[str]


def propose(
    stack: str, found: Found, chosen: FoundJob, schema: Mapping[str, Any], declared: Mapping[str, Json]
) -> Proposal:
    """Put the sections together; of `declared`, the present ones, the token's policy and what is masked are kept.

    Raises StoppedError with a line for each thing that could not be kept as it is.
    """
    saved = saved_settings(found.credentials, declared)
    mappings, unsayable = live_mappings(schema)
    role, no_role = _role(found.application)
    kept, left_alone = _sorted_out(found.assigned, role)
    nobody = [] if kept or no_role else ["nobody is assigned whom this program could assign: assign a group first"]
    problems = [*saved.problems, *unsayable, *no_role, *nobody]
    if problems:
        raise StoppedError("\n".join(problems))
    sections = {
        TENANT_KEY: found.application.tenant_id,
        "greenlake": saved.greenlake,
        "token": _token(declared),
        "app": {"name": _name(found.application), "mode": "existing"},
        "adopted": {"job": chosen.id, **({"template": chosen.template_id} if chosen.template_id != "scim" else {})},
        "provisioning": {**saved.provisioning, **({} if chosen.active else {"status": "off"})},
        "mappings": mappings,
        "access": _access(kept),
        "protect": True,
    }
    written = {name: value for name, value in sections.items() if value}
    unfit, _ = checked(stack, written, ())
    if unfit:
        raise StoppedError("\n".join(f"a stack file cannot express what is in the portal: {line}" for line in unfit))
    return Proposal(written, kept, left_alone)


def _token(declared: Mapping[str, Json]) -> Json:
    policy = declared.get("token", {})
    scheduled = "every" in policy or "expiryField" in declared.get("greenlake", {})
    return {**({} if scheduled else {"every": _EVERY}), **policy, "adoptExisting": True}


def _name(application: Application) -> str:
    """Return the display name if it finds only this application, else the object id."""
    plain = application.name == application.name.strip() and len(application.name) <= _LONGEST_NAME
    return application.name if plain and application.same_name == 1 else application.service_principal_id


def _role(application: Application) -> tuple[str, list[str]]:
    try:
        return user_role(application.service_principal), []
    except NoUserRoleError as others:
        return "", [f"the application has no role named User to give to groups and users (it has {others}): add one"]


def _sorted_out(assigned: Sequence[Assigned], role: str) -> tuple[list[Assigned], list[str]]:
    reasons = [(each, _why_not(each, role)) for each in assigned]
    left_alone = [f"{each.kind} {each.display_name}: {reason}" for each, reason in reasons if reason]
    return [each for each, reason in reasons if not reason], left_alone


def _why_not(assigned: Assigned, role: str) -> str:
    if not assigned.name:
        return "is not a security group, or is deleted" if assigned.kind == "Group" else "is deleted"
    return "has another role than User" if assigned.role_id != role else ""


def _access(kept: Sequence[Assigned]) -> Json:
    named = {
        "groups": [each.name for each in kept if each.kind == "Group"],
        "users": [each.name for each in kept if each.kind == "User"],
    }
    return {key: names for key, names in named.items() if names}
