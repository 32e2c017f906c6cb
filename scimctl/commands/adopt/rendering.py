"""What was found beside what the defaults would do, for people; pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from rich.text import Text

from scimctl.commands.adopt.found import Found, FoundJob
from scimctl.commands.adopt.live_mappings import changes_by_default
from scimctl.commands.adopt.proposal import Proposal
from scimctl.terminal.console import Cell, aligned, warning
from scimctl.terminal.report import counted
from stacks.sections import GreenLake

Json = dict[str, Any]


def comparison(found: Found, chosen: FoundJob, proposal: Proposal) -> list[Text]:
    """Return a table: the thing, what was found and is kept, what the defaults would have made."""
    return aligned([("", "found, and kept", "by default"), *_rows(found, chosen, proposal.sections)])


def _rows(found: Found, chosen: FoundJob, sections: Mapping[str, Json]) -> Iterator[Sequence[Cell]]:
    application = found.application
    mode = str(application.service_principal.get("preferredSingleSignOnMode") or "disabled")
    provisioning = sections.get("provisioning", {})
    yield "tenant", application.tenant_id, "of the stack file"
    yield "application", application.name, "a new one"
    yield "single sign-on", f"{'off' if mode == 'disabled' else mode}, never touched", "off"
    yield "job", chosen.id, "a new one"
    yield "provisioning", chosen.state, "on"
    yield "workspace", _workspace(sections), urlsplit(GreenLake().api_url).netloc
    yield "tenant URL", found.credentials.get("BaseAddress") or "not saved", "from greenlake.apiUrl"
    yield "token", "in use until the new one is tested", "a new one"
    yield "notification e-mail", str(provisioning.get("notificationEmail", "none")), "none"
    yield "delete threshold", str(provisioning.get("deleteThreshold", "none")), "none"
    if provisioning.get("skipOutOfScopeDeletions"):
        yield "out of scope", "left alone", "deleted"
    groups, users = (len(sections["access"].get(kind, ())) for kind in ("groups", "users"))
    yield "assigned", f"{counted(groups, 'group')}, {counted(users, 'user')}", "those of the stack file"


def _workspace(sections: Mapping[str, Json]) -> str:
    """Return the host of the workspace that the stack is for, which the saved Tenant URL names."""
    host = urlsplit(str(sections.get("greenlake", {}).get("apiUrl") or GreenLake().api_url))
    odd = ", which is this machine: a sandbox" if host.hostname in ("127.0.0.1", "localhost", "::1") else ""
    return f"{host.netloc}, of the Tenant URL{odd}"


def mapping_lines(schema: Mapping[str, Any]) -> list[Text | str]:
    """Return how the mappings differ from the defaults, which are those of HPE's post."""
    differences = changes_by_default(schema)
    if not differences:
        return ["mappings: as in HPE's post, which is the default"]
    title = "mappings: kept as they are; they differ from the default, which is HPE's post:"
    return [title, *(f"  {one}" for one in differences)]


def left_alone_lines(left_alone: Sequence[str]) -> list[Text | str]:
    """List who stays assigned although the stack file does not name them."""
    if not left_alone:
        return []
    return [
        warning("left alone: they stay assigned and provisioned, outside of this stack:"),
        *(f"  {each}" for each in left_alone),
    ]
