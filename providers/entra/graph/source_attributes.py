"""What Graph calls the source attributes of attribute mappings, and a user's or group's value for one.

Pure. A mapping has `mobile`, Graph `mobilePhone`. Source: the directory definition of a synchronization schema, and
Graph v1.0, user and group. References and lists, such as manager, are not among them: they do not flow as they are.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, cast

Kind = Literal["User", "Group"]
Value = str | int | bool

_PROPERTIES: Mapping[Kind, Mapping[str, str]] = {
    "User": {
        "objectId": "id",
        "originalUserPrincipalName": "userPrincipalName",
        "mobile": "mobilePhone",
        "facsimileTelephoneNumber": "faxNumber",
        "telephoneNumber": "businessPhones",
        "physicalDeliveryOfficeName": "officeLocation",
        **{f"extensionAttribute{number}": "onPremisesExtensionAttributes" for number in range(1, 16)},
        **{
            name: name
            for name in (
                "accountEnabled", "city", "companyName", "country", "department", "displayName", "employeeId",
                "givenName", "jobTitle", "mail", "mailNickname", "postalCode", "preferredLanguage", "state",
                "streetAddress", "surname", "usageLocation", "userPrincipalName",
            )
        },
    },
    "Group": {
        "objectId": "id",
        **{
            name: name
            for name in ("description", "displayName", "mail", "mailEnabled", "mailNickname", "securityEnabled")
        },
    },
}  # fmt: skip
_ALWAYS: Mapping[Kind, tuple[str, ...]] = {
    "User": ("id", "displayName", "userPrincipalName", "accountEnabled"),
    "Group": ("id", "displayName", "securityEnabled"),
}
# Entra leaves this out of a guest's name if it is the source of a mapping.
_GUEST_SUFFIX = re.compile(r"#EXT#@.*$", re.IGNORECASE)


def is_known(kind: Kind, name: str) -> bool:
    """Return whether Graph has a source attribute as a plain value."""
    return name in _PROPERTIES[kind]


def selected(kind: Kind, names: Iterable[str]) -> str:
    """Return $select for the known ones of these source attributes, and for what a person knows the object by."""
    known = _PROPERTIES[kind]
    return ",".join(dict.fromkeys([*_ALWAYS[kind], *(known[name] for name in names if name in known)]))


def value(kind: Kind, name: str, found: Mapping[str, Any]) -> Value | None:
    """Return a known source attribute as Graph answers it; None if it has no value, which never flows."""
    raw: Any = found.get(_PROPERTIES[kind][name])
    if name == "telephoneNumber":
        raw = next(iter(cast("Sequence[Any]", raw or ())), None)
    elif name.startswith("extensionAttribute"):
        raw = cast("Mapping[str, Any]", raw or {}).get(name)
    elif name == "userPrincipalName":
        raw = _GUEST_SUFFIX.sub("", str(raw or ""))
    return raw if isinstance(raw, Value) and raw != "" else None
