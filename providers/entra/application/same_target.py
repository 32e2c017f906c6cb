"""Applications of any name that provision to an address already: set up by hand, or by another stack.

Workspaces of HPE GreenLake share the address, and Entra shows no token: nobody sees which workspace each is for.
"""

import re

from providers.entra.application.claims import adopt_command, for_scim, jobs_of
from providers.entra.graph.directory import Directory
from providers.entra.graph.fields import Json
from providers.entra.graph.provisioning import Graph
from providers.errors import ProvisioningError

# The gallery's template for applications that are not in the gallery: only one made from it can provision over SCIM.
TEMPLATE_ID = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
_MOST = 12  # that are looked at: a tenant may have hundreds from this template, most of them for single sign-on
_LIKELY = re.compile("green ?lake|hpe", re.IGNORECASE)


def provisioning_to(directory: Directory, tenant_url: str) -> list[Json]:
    """List the applications that push to an address, as far as the client may read them.

    The likeliest dozen is looked at, by their names. What cannot be read, or has an address that Entra masks, is left
    out.
    """
    try:
        found = directory.service_principals_from(TEMPLATE_ID)
    except ProvisioningError:
        return []
    likely = sorted(found, key=lambda each: not _LIKELY.search(str(each.get("displayName"))))
    return [each for each in likely[:_MOST] if _pushes_to(directory, str(each["id"]), tenant_url)]


def in_words(found: Json) -> tuple[str, str]:
    """Return what such an application does, and what to do about it; pure."""
    name = str(found.get("displayName"))
    todo = (
        "if it does so for another workspace, leave it alone; if for this one, and no other stack manages it, run "
        f"`{adopt_command(name)}`, which takes over its provisioning"
    )
    return f'the application "{name}" ({found["id"]}) provisions to the same address, which workspaces share', todo


def _pushes_to(directory: Directory, principal: str, tenant_url: str) -> bool:
    graph = Graph(directory.tenant_id, principal, directory.deadline, directory.environ)
    try:
        saved = graph.shown_credentials().get("BaseAddress", "")
        return _place(saved) == _place(tenant_url) and bool(for_scim(jobs_of(graph)))
    except ProvisioningError:
        return False


def _place(url: str) -> str:
    return url.partition("?")[0].rstrip("/").lower()
