"""The operations that are killed, each from its own state to its own state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

_USERS = {"actions": ["create", "update", "delete"]}


@dataclass(frozen=True, eq=False)
class Operation:
    """What is run: `changes` are sections of the configuration that differ from those of the deployed stack.

    `keeps_pushing`: Entra's cycles succeed throughout, before anybody has recovered.
    """

    name: str
    begins: Literal["bare", "deployed"] = "deployed"
    command: Literal["up", "destroy"] = "up"
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    keeps_pushing: bool = True

    def __str__(self) -> str:
        return self.name


CREATE = Operation("create", begins="bare", keeps_pushing=False)
ROTATE = Operation("rotate", changes={"token": {"every": "60d", "rotateWhenChanged": {"n": "1"}}})
ROTATE_AT_ONCE = Operation(
    "rotate at once",
    changes={"token": {"every": "60d", "rotateWhenChanged": {"n": "1"}, "removeCurrent": True}},
    keeps_pushing=False,
)
SCHEMA = Operation("schema change", changes={"mappings": {"users": _USERS}})
STATUS = Operation("status change", changes={"provisioning": {"status": "off"}})
DESTROY = Operation("destroy", command="destroy", keeps_pushing=False)

ALL = (CREATE, ROTATE, ROTATE_AT_ONCE, SCHEMA, STATUS, DESTROY)
