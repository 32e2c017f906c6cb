"""The objects of Graph as they are made: Graph sends what is empty as null, never leaves it out.

They are data, `directory_objects.json`, in which `instantiated` is what the template adds to an application. Source:
Microsoft's Graph reference and what the real azuread plugin reads, to which an absent nullable is drift.
"""

import copy
import json
from pathlib import Path
from typing import Any

from sandbox.core.store import Document

TEMPLATE_ID = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""The gallery's "Custom" template, which makes non-gallery applications that can be provisioned."""

USER_V1_DEFAULT = (
    "businessPhones,displayName,givenName,jobTitle,mail,mobilePhone,officeLocation,preferredLanguage,surname,"
    "userPrincipalName,id"
)
"""What v1.0 answers of a user without $select."""


_OBJECTS = json.loads(Path(__file__).with_name("directory_objects.json").read_text(encoding="utf-8"))


def made(kind: str, **values: Any) -> Document:
    """Return an object of a kind with these properties, and with every other one as it is at first, empty as a rule."""
    return {**copy.deepcopy(_OBJECTS[kind]), **values}
