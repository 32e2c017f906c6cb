"""The content of the stack file at one time of a walk."""

import copy
from dataclasses import dataclass
from typing import Any

from tests.providers.entra.default_schema import BLOG


@dataclass(frozen=True)
class Config:
    """The settings that a walk changes; `trigger` is a value of `rotateWhenChanged`."""

    trigger: int = 0
    remove_current: bool = False
    adopt_existing: bool = False
    on: bool = True
    updates: bool = False

    def mappings(self) -> dict[str, Any]:
        """Return the blog post's mappings, with the tick box Update of users if the stack file has it."""
        mappings: dict[str, Any] = copy.deepcopy(BLOG)
        if self.updates:
            mappings["User"]["flowTypes"] = ["Add", "Delete", "Update"]
        return mappings
