"""From the lines that the Pulumi engine printed, each with its time, to what a run spent its time on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

START = "start"
LOOK_UPS = "look_ups"
AZUREAD = "azuread"
TOKEN = "token"
MAPPINGS = "mappings"
STATUS = "status"
END = "end"
PHASES = {
    START: "start, imports, plugin",
    LOOK_UPS: "sign-in and look-ups",
    AZUREAD: "azuread resources",
    TOKEN: "token",
    MAPPINGS: "mappings",
    STATUS: "status",
    END: "the end",
}

_STACK = "pulumi:pulumi:Stack"
_OWN = {"ScimProxyToken": TOKEN, "SynchronizationSchema": MAPPINGS, "ProvisioningStatus": STATUS}
_RESOURCE = re.compile(r"\W*(?P<type>[\w-]+:[\w/-]*:\w+) +\S+ *(?P<state>\w*)")
_EPILOGUE = "Diagnostics:"  # after it resources are named again, with their messages


@dataclass(frozen=True)
class Line:
    """One line of output and the seconds from the start of the program to it."""

    at: float
    text: str


def spent(lines: Sequence[Line], seconds: float) -> dict[str, float]:
    """Share out the seconds of a run: a span between two lines goes to the resource that the later one is about.

    What runs side by side is thus counted to what is reported first. The start ends with the first line in which the
    stack is being worked on: the program has imported everything then, and the first plugin runs.
    """
    shares: dict[str, float] = dict.fromkeys(PHASES, 0.0)
    reached, met = 0.0, set[str]()
    for line in lines:
        if line.text.startswith(_EPILOGUE):
            break
        phase = _ended_by(line.text, met)
        if phase:
            shares[phase] += line.at - reached
            reached = line.at
            met.add(phase)
    shares[END] += seconds - reached
    return shares


def _ended_by(text: str, met: set[str]) -> str:
    """Return the phase whose time is over with a line, "" if the line ends none."""
    found = _RESOURCE.match(text)
    if not found:
        return ""
    if found["type"] == _STACK:
        return START if not met and found["state"] in ("creating", "running") else ""
    if met <= {START}:
        return LOOK_UPS
    return _OWN.get(found["type"].rpartition(":")[2], AZUREAD)
