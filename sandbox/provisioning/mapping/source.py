"""Source attributes under the names that a synchronization schema uses, read from Graph's users and groups.

Pure. The names differ: `telephoneNumber` in a schema is `businessPhones[0]` in Graph. Names not in the tables are the
same on both sides. Source: the directory definition of a schema, and Microsoft Graph's user resource.
"""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.core.documents import child, texts
from sandbox.core.json_types import is_list
from sandbox.provisioning.mapping.functions import Lookup, Value

_RENAMED = {
    "objectId": "id",
    "mobile": "mobilePhone",
    "facsimileTelephoneNumber": "faxNumber",
    "physicalDeliveryOfficeName": "officeLocation",
    "dirSyncEnabled": "onPremisesSyncEnabled",
    "originalUserPrincipalName": "userPrincipalName",
}
_GUEST_SUFFIX = re.compile(r"#EXT#@.*$", re.IGNORECASE)


def lookup(document: Mapping[str, Any], *, soft_deleted: bool, references: Mapping[str, str]) -> Lookup:
    """Return the reader of a user's or group's attributes.

    `soft_deleted` is Entra's IsSoftDeleted: unassigned, out of scope, deleted or disabled. `references` holds the
    target id of each attribute that names another object, such as manager.
    """

    def read(name: str) -> Value | None:
        if name == "IsSoftDeleted":
            return soft_deleted
        if name in references:
            return references[name]
        return usable(_raw(document, name))

    return read


def _raw(document: Mapping[str, Any], name: str) -> Any:
    if name == "telephoneNumber":
        return next(iter(texts(document, "businessPhones")), None)
    if name.startswith("extensionAttribute"):
        return child(document, "onPremisesExtensionAttributes").get(name)
    if name == "userPrincipalName":
        return _GUEST_SUFFIX.sub("", str(document.get(name) or ""))
    return document.get(_RENAMED.get(name, name))


def usable(value: Any) -> Value | None:
    """Return a value that can flow; what is empty or its own object has none."""
    if isinstance(value, bool | int):
        return value
    if is_list(value):
        return [str(one) for one in value] or None
    return value if isinstance(value, str) and value else None
