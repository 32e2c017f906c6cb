"""The documents of discovery, and the attributes of users and groups that follow from it. Pure.

`discovery.json` has the answers of the discovery endpoints: the schemas of RFC 7643 section 8.7 as they are implemented
here. An attribute that they lack does not exist.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from sandbox.core.documents import Document, objects
from sandbox.core.json_types import is_list, is_object

DISCOVERY: dict[str, Any] = json.loads(Path(__file__).with_name("discovery.json").read_text(encoding="utf-8"))
_COMMON = (
    {"name": "schemas", "type": "string", "multiValued": True, "mutability": "readOnly"},
    {"name": "id", "type": "string", "mutability": "readOnly"},
    {"name": "externalId", "type": "string"},
    {"name": "meta", "type": "complex", "mutability": "readOnly"},
)


class ScimError(Exception):
    """A refused request (RFC 7644 section 3.12): status, `scimType` or "", and a detail without what was sent."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.kind = status, kind


@dataclass(frozen=True)
class Attribute:
    """An attribute, or a whole resource; `inner` are the sub-attributes by their names in lower case."""

    name: str
    type: str = "complex"
    is_list: bool = False
    is_read_only: bool = False
    is_required: bool = False
    is_hidden: bool = False
    inner: Mapping[str, "Attribute"] = field(default_factory=dict[str, "Attribute"])

    def known(self, name: str) -> "Attribute":
        """Return a sub-attribute by its name in any case; raises ScimError."""
        found = self.inner.get(name.lower())
        if found is None:
            raise ScimError(400, "invalidPath", f"{self.name} has no such attribute")
        return found

    def fitted(self, value: Any, *, strict: bool = True) -> Any:
        """Return a value in the attribute's form: a list that a client sends for one value, or the reverse.

        What is read-only is ignored. Raises ScimError; what no schema has is an error only if `strict`.
        """
        if self.is_list:
            return [self.element(one, strict=strict) for one in (value if is_list(value) else [value])]
        if is_list(value):
            return self.element(value[0], strict=strict) if len(value) == 1 else self._refuse("one value")
        return self.element(value, strict=strict)

    def element(self, value: Any, *, strict: bool = True) -> Any:
        """Return one value: an object with the names that its schema has, or what stands in an object's `value`."""
        if self.type != "complex":
            return self._plain(value.get("value") if is_object(value) else value)
        if not is_object(value):
            value = {"value": value} if "value" in self.inner else self._refuse("an object")
        found = ((self.known(name) if strict else self.inner.get(name.lower()), one) for name, one in value.items())
        return {
            inner.name: inner.fitted(one, strict=strict)
            for inner, one in found
            if inner and one is not None and not inner.is_read_only
        }

    def _plain(self, value: Any) -> str | bool:
        if self.type == "boolean":
            truth = str(value).lower()
            return truth == "true" if truth in ("true", "false") else self._refuse("true or false")
        return value if isinstance(value, str) else self._refuse("a string")

    def _refuse(self, wanted: str) -> NoReturn:
        raise ScimError(400, "invalidValue", f"{self.name} must be {wanted}")


def resource(whole: Attribute, payload: Document) -> dict[str, Any]:
    """Return the attributes in the body of a create or a PUT; unknown ones are ignored. Raises ScimError.

    An attribute of an extension may stand at the top, with the extension's URN before it.
    """
    listed = payload.get("schemas")
    known = {one["id"].lower(): one["id"] for one in DISCOVERY["Schemas"]}
    named = {known[str(one).lower()] for one in listed if str(one).lower() in known} if is_list(listed) else None
    if named is None or (named and SCHEMAS[whole.name][0] not in named):
        raise ScimError(400, "invalidValue", f"schemas must be a list with {SCHEMAS[whole.name][0]}")
    result: dict[str, Any] = {}
    for key, value in payload.items():
        urn, _, name = key.rpartition(":")
        sent = {urn: {name: value}} if urn.lower() in whole.inner else {key: value}
        for one, fresh in whole.element(sent, strict=False).items():
            result[one] = {**result.get(one, {}), **fresh} if is_object(fresh) else fresh
    return complete(whole, result)


def complete(whole: Attribute, attributes: Document) -> dict[str, Any]:
    """Return the attributes that are assigned; raises ScimError if one is missing, or if two elements are primary."""
    assigned = {name: one for name, one in ((name, _assigned(one)) for name, one in attributes.items()) if one != {}}
    for one in whole.inner.values():
        if one.is_required and not assigned.get(one.name):
            raise ScimError(400, "invalidValue", f"{one.name} is required")
        if one.is_list and sum(bool(each.get("primary")) for each in objects(assigned, one.name)) > 1:
            raise ScimError(400, "invalidValue", f"{one.name} has more than one primary value")
    return assigned


def _assigned(value: Any) -> Any:
    """Return a value without what is empty, {} if nothing is left: RFC 7643 section 2.5."""
    if is_list(value):
        return [one for one in map(_assigned, value) if one != {}] or {}
    if is_object(value):
        return {name: one for name, one in ((name, _assigned(one)) for name, one in value.items()) if one != {}}
    return {} if value is None else value


def _attribute(definition: Document) -> Attribute:
    return Attribute(
        name=definition["name"],
        type=definition["type"],
        is_list=definition.get("multiValued", False),
        is_read_only=definition.get("mutability") == "readOnly",
        is_required=definition.get("required", False),
        is_hidden=definition.get("returned") == "never",
        inner=_by_name(objects(definition, "subAttributes")),
    )


def _by_name(definitions: list[dict[str, Any]]) -> dict[str, Attribute]:
    return {one["name"].lower(): _attribute(one) for one in definitions}


def _whole(kind: Document) -> Attribute:
    """Return a resource type: the common attributes, those of its schema, and its extensions as attributes."""
    by_id = {one["id"]: objects(one, "attributes") for one in DISCOVERY["Schemas"]}
    extensions = {
        urn.lower(): Attribute(urn, inner=_by_name([*_COMMON[:1], *by_id[urn]])) for urn in SCHEMAS[kind["id"]][1:]
    }
    return Attribute(kind["id"], inner={**_by_name([*_COMMON, *by_id[kind["schema"]]]), **extensions})


SCHEMAS: Mapping[str, list[str]] = {
    one["id"]: [one["schema"], *(each["schema"] for each in objects(one, "schemaExtensions"))]
    for one in DISCOVERY["ResourceTypes"]
}
RESOURCES: Mapping[str, Attribute] = {one["id"]: _whole(one) for one in DISCOVERY["ResourceTypes"]}
"""By the names of the resource types, User and Group."""
