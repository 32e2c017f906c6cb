"""The properties of directory objects with their empty values: Graph sends what is empty as null, never leaves it out.

They are data, `directory_objects.json`. Source: Microsoft's Graph reference and what the real azuread plugin reads, to
which an absent nullable is drift.
"""

import json
from pathlib import Path
from typing import Any

from sandbox.core.store import Document

TEMPLATE_ID = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""The gallery's "Custom" template, which makes non-gallery applications that can be provisioned."""

USER_ROLE = "18d14569-c3bd-439b-9a66-3a2aee01d14f"
ACCESS_ROLE = "b9632174-c057-4f7e-951b-be3adc52bfe6"

USER_V1_DEFAULT = (
    "businessPhones,displayName,givenName,jobTitle,mail,mobilePhone,officeLocation,preferredLanguage,surname,"
    "userPrincipalName,id"
)
"""What v1.0 answers of a user without $select."""


_EMPTY = Path(__file__).with_name("directory_objects.json").read_text(encoding="utf-8")


def made(kind: str, **values: Any) -> Document:
    """Return an object of a kind with these properties, and with every other one empty; a group is a security group."""
    return {**json.loads(_EMPTY)[kind], **values}


def app_roles() -> list[Document]:
    """Return the two roles that the Custom template brings."""
    return [
        {
            "allowedMemberTypes": ["User"],
            "description": name,
            "displayName": name,
            "id": role,
            "isEnabled": True,
            "origin": "Application",
            "value": None,
        }
        for name, role in (("User", USER_ROLE), ("msiam_access", ACCESS_ROLE))
    ]
