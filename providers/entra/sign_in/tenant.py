"""Which Entra tenant a stack belongs to, and whether a sign-in is for that tenant; pure.

A service principal that is missing in one tenant proves nothing about another, so this is compared before anything
is read. Ids are GUIDs in lower case.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from providers.errors import ConfigurationError, StoppedError
from providers.http import jwt
from providers.resource_types import AZUREAD

GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_OF_JOB = re.compile(r"[^.]+\.([0-9a-fA-F]{32})\..+")  # <template>.<tenant without dashes>.<appId>


def contradiction(tenant_id: str, environ: Mapping[str, str]) -> str:
    """Return one line if ARM_TENANT_ID names another tenant, "" otherwise; a domain name is left to the token."""
    named = tenant_of_environment(environ)
    return "" if named in ("", tenant_id) else _other_tenant(tenant_id, f"ARM_TENANT_ID names {named}")


def tenant_of_environment(environ: Mapping[str, str]) -> str:
    """Return the id that ARM_TENANT_ID names, "" if there is none or it is a domain name."""
    return _id(environ.get("ARM_TENANT_ID"))


def check_token(bearer: str, tenant_id: str) -> None:
    """Compare the tenant of an access token with the expected one. Raises ConfigurationError."""
    found = tenant_of_token(bearer)
    if not found or found != tenant_id:
        raise ConfigurationError(_other_tenant(tenant_id, f"the sign-in is to {found or 'one that it does not name'}"))


def tenant_of_token(bearer: str) -> str:
    """Return the tenant of an access token (its claim `tid`), "" if it names none."""
    found = (jwt.claims(bearer) or {}).get("tid")
    return found.lower() if isinstance(found, str) else ""


def tenant_of_job(job_id: object) -> str:
    """Return the tenant that the id of a synchronization job names, "" if it names none."""
    found = _OF_JOB.fullmatch(job_id) if isinstance(job_id, str) else None
    return str(UUID(found[1])) if found else ""


def tenant_of_state(resources: Iterable[Mapping[str, Any]]) -> str:
    """Return the tenant that the resources of a state are in, "" if they name none.

    Our own resources come first: the default azuread provider follows the stack file before anything else does.
    """
    of_provider = ""
    for each in resources:
        outs: Mapping[str, Any] = each.get("outputs") or {}
        found = _recorded(outs) or tenant_of_job(str(each.get("id") or "").rpartition("/")[2])
        if found:
            return found
        if each.get("type") == AZUREAD:
            inputs: Mapping[str, Any] = each.get("inputs") or {}
            of_provider = _id(inputs.get("tenantId"))
    return of_provider


def recorded_tenant(outs: Mapping[str, Any]) -> str:
    """Return the tenant that outputs record, before 2.0 in the job's id. Raises StoppedError if they name none."""
    found = _recorded(outs)
    if not found:
        raise StoppedError(
            "state does not record the Entra tenant of this resource, so nothing was read: run `pulumi up` without "
            "--refresh once, which records it"
        )
    return found


def must_record_tenant(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Return whether an update has to record the tenant; `news` may lack it. Raises StoppedError for another one."""
    wanted, found = str(news.get("tenant_id") or ""), _recorded(olds)
    other = moved(found, wanted)
    if other:
        raise StoppedError(other)
    return bool(wanted) and not found


def moved(deployed_to: str, wanted: str) -> str:
    """Return one line if a stack file names another tenant than the one it was deployed to; "" is not known."""
    if "" in (deployed_to, wanted) or deployed_to == wanted:
        return ""
    return (
        f"this stack was deployed to the Entra tenant {deployed_to}, and its file names {wanted}: run "
        f"`pulumi config set azuread:tenantId {deployed_to}`; for another tenant make another stack"
    )


def _recorded(outs: Mapping[str, Any]) -> str:
    return _id(outs.get("tenant_id")) or tenant_of_job(outs.get("job_id"))


def _id(value: object) -> str:
    """Return the id of a tenant in lower case, "" for anything else."""
    return value.lower() if isinstance(value, str) and re.fullmatch(GUID, value) else ""


def _other_tenant(tenant_id: str, found: str) -> str:
    return (
        f"this stack belongs to the Entra tenant {tenant_id}, and {found}: nothing was sent: "
        "sign in to the stack's tenant (ARM_*)"
    )
