"""What the real plugin (6.11.1 line, over a loopback Graph) sent and stored, in a form that can be compared.

`data/requests.json`: scenario -> requests in order, each [method, path] or [method, path, body]; log-ins are left out,
and so are resources this project does not use. `data/states.json`: scenario -> resources after it, secrets in clear,
without the real plugin's own book-keeping. Prefixes: aft and main = the whole life of the resources, gone = things
deleted by somebody else, mask and secretfail2 = credentials.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from tests.contract.graph_world import Asked

_DATA = Path(__file__).parent / "data"
_REQUESTS: dict[str, list[list[Any]]] = json.loads((_DATA / "requests.json").read_text())
_STATES: dict[str, list[dict[str, Any]]] = json.loads((_DATA / "states.json").read_text())
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ASSIGNMENT = re.compile('appRoleAssignedTo/[^/"]+')
_IDS_IN_PATHS = re.compile("(applications|servicePrincipals|jobs|appRoleAssignedTo)/[^/?]+")
_IDS_IN_BODIES = ("principalId", "resourceId")

Shape = tuple[str, str, str]


def recorded_writes(scenario: str) -> list[Shape]:
    """What the real plugin changed, in order."""
    return [shape for shape in _recorded(scenario) if shape[0] != "GET"]


def recorded_reads(scenario: str) -> set[Shape]:
    """What the real plugin looked at; how often it polled is its own affair."""
    return {shape for shape in _recorded(scenario) if shape[0] == "GET"}


def recorded_in_order(scenario: str) -> list[Shape]:
    """All that the real plugin sent, every poll with it."""
    return _recorded(scenario)


def in_order(asked: Iterable[Asked]) -> list[Shape]:
    """All that was sent."""
    return [_shape(each) for each in asked]


def writes(asked: Iterable[Asked]) -> list[Shape]:
    """What was changed, in order."""
    return [_shape(each) for each in asked if each.method != "GET"]


def reads(asked: Iterable[Asked]) -> set[Shape]:
    """What was looked at."""
    return {_shape(each) for each in asked if each.method == "GET"}


def recorded_state(scenario: str) -> list[Any]:
    """The resources in state after the real plugin."""
    return _anonymous(_STATES[scenario])


def state_of(resources: Iterable[dict[str, Any]]) -> list[Any]:
    """The resources of an exported state, in the form of the recordings."""
    kept = [{name: each[name] for name in ("type", "id", "outputs")} for each in resources]
    return _anonymous(_opened(kept))


def _recorded(scenario: str) -> list[Shape]:
    return [_shape(Asked(row[0], row[1], row[2] if len(row) > 2 else None)) for row in _REQUESTS[scenario]]


def _shape(asked: Asked) -> Shape:
    body = asked.body and {**asked.body, **{name: name for name in _IDS_IN_BODIES if name in asked.body}}
    return asked.method, _IDS_IN_PATHS.sub(r"\1/{id}", asked.path), json.dumps(body, sort_keys=True)


def _anonymous(resources: Any) -> list[Any]:
    """Number the object ids in order of appearance, so that what refers to what stays comparable."""
    text = json.dumps(sorted(resources, key=lambda each: each["type"]), sort_keys=True)
    numbers: dict[str, str] = {}
    text = _ASSIGNMENT.sub("appRoleAssignedTo/{id}", text)
    return json.loads(_UUID.sub(lambda found: numbers.setdefault(found[0], f"{{{len(numbers)}}}"), text))


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if "plaintext" in fields:
            return _opened(json.loads(fields["plaintext"]))
        return {name: _opened(item) for name, item in fields.items() if name != "__meta"}
    if isinstance(value, list):
        return [_opened(item) for item in cast("list[Any]", value)]
    return value
