"""Where Entra pushes and whom, by the settings beside the saved token, which anybody may change in the portal."""

from collections.abc import Iterator, Mapping

from providers.entra.graph.provisioning import MASK
from providers.masking import masked
from scimctl.stack.deployed import graph_of
from scimctl.stack.stack import Stack

_REPAIR = "`pulumi up --refresh` saves the settings of the stack again"


def diverted(stack: Stack) -> list[str]:
    """Read the settings and list what is not as the last `up` saved it, a line each, with what to do."""
    return list(differences(graph_of(stack).shown_credentials(), str(stack.status["base_address"])))


def differences(shown: Mapping[str, str], address: str) -> Iterator[str]:
    """Compare what Graph shows with the address that was saved, and with assigned users and groups alone; pure."""
    to = shown.get("BaseAddress", MASK)
    if to not in ("", MASK, address):
        yield f"Entra pushes to {masked(to)} instead of {address}: {_REPAIR}"
    if shown.get("SyncAll", "").lower() == "true":
        yield f"Entra provisions all users and groups, not the assigned ones alone (SyncAll): {_REPAIR}"
