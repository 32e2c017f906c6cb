"""What the operations of a PATCH do to a resource (RFC 7644 section 3.5.2), on its JSON, with what Entra sends besides.

Pure. `model` is scim2-models' class of the resource: which attributes there are, and which are lists or objects. A
value path that matches nothing makes the element that it describes, as Entra expects.
"""

# scim2-server has no types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from scim2_models import InvalidPathException, InvalidValueException, Mutability, MutabilityException, NoTargetException

from sandbox.core.json_types import is_list, is_object
from sandbox.core.store import Document
from sandbox.greenlake.scim.filters import Clause, read

_PATH = re.compile(r"(?P<name>[\w$-]+)(?:\[(?P<condition>.+)\])?(?:\.(?P<sub>[\w$-]+))?")
Operation = tuple[str, str, Any]
"""What to do (add, replace, remove), the path, and the value."""


@dataclass(frozen=True)
class _Attribute:
    """One attribute of a model; `kind` is the class of its values, or of the elements of its list."""

    key: str
    is_list: bool
    is_read_only: bool
    kind: Any

    @property
    def is_object(self) -> bool:
        return hasattr(self.kind, "model_fields")

    def fitted(self, value: Any) -> Any:
        """Return a value in the attribute's form: a list that a client sends for one value, or the reverse."""
        if self.is_list:
            return [self.element(one) for one in (value if is_list(value) else [value])]
        if is_list(value) and len(value) == 1:
            value = value[0]
        if is_list(value):
            raise InvalidValueException
        return self.element(value)

    def element(self, value: Any) -> Any:
        """Return one value: an object with the names that its class has, or what stands in an object's `value`."""
        if self.is_object:
            pairs = value.items() if is_object(value) else [("value", value)]
            inner = ((_known(self.kind, name), one) for name, one in pairs if one is not None)
            return {one.key: one.fitted(each) for one, each in inner}
        plain = value.get("value") if is_object(value) else value
        truth = str(plain).lower()
        return truth == "true" if self.kind is bool and truth in ("true", "false") else plain


def patched(resource: Document, operations: Iterable[Operation], model: Any) -> Document:
    """Return the resource after the operations, which it is changed by; raises SCIMException and FilterError."""
    for op, path, value in operations:
        if not path:
            raise NoTargetException if op == "remove" else InvalidValueException
        _apply(resource, model, op, path, value)
    return resource


def _apply(place: Document, model: Any, op: str, path: str, value: Any) -> None:
    """Do one operation at a path within a resource, or within its extension."""
    aliases = (str(one.serialization_alias) for one in model.model_fields.values())
    urn = next((one for one in aliases if path.lower().startswith(f"{one.lower()}:")), "")
    found = _PATH.fullmatch(path)
    if urn:
        inner = place.setdefault(urn, {})
        _apply(inner, _attribute(model, urn).kind, op, path[len(urn) + 1 :], value)
    elif found is None:
        _set(place, model, op, path, value)
    elif found["condition"]:
        _apply_to_elements(place, _attribute(model, found["name"]), read(found["condition"]), op, found["sub"], value)
    elif found["sub"]:
        attribute = _attribute(model, found["name"])
        inner = place.setdefault(attribute.key, [{}] if attribute.is_list else {})
        for one in inner if attribute.is_list else [inner]:
            _set(one, attribute.kind, op, found["sub"], value)
    else:
        _set(place, model, op, found["name"], value)


def _set(place: Document, model: Any, op: str, name: str, value: Any) -> None:
    """Add, replace or remove one attribute of an object."""
    attribute = _attribute(model, name)
    if op == "remove":
        place.pop(attribute.key, None)
        return
    fresh, old = attribute.fitted(value), place.get(attribute.key)
    if old and attribute.is_list and op == "add":
        new = [one for one in fresh if one not in old]
        _leave_one_primary([*old, *new], new)
        fresh = [*old, *new]
    elif old and attribute.is_object and not attribute.is_list:
        fresh = {**old, **fresh}
    place[attribute.key] = fresh


def _apply_to_elements(
    place: Document, attribute: _Attribute, clauses: tuple[Clause, ...], op: str, sub: str | None, value: Any
) -> None:
    """Do one operation on the elements of a list that a condition chooses."""
    elements: list[Document] = place.get(attribute.key) or []
    chosen = [one for one in elements if all(clause.holds(one) for clause in clauses)]
    if op == "remove" and not sub:
        place[attribute.key] = [one for one in elements if one not in chosen]
        return
    if not chosen and op != "remove":
        chosen = [attribute.element({one.attribute: one.value for one in clauses if one.attribute})]
        elements = [*elements, *chosen]
    for one in chosen:
        if sub:
            _set(one, attribute.kind, op, sub, value)
        else:
            one.update(attribute.element(value))
    _leave_one_primary(elements, chosen)
    place[attribute.key] = elements


def _leave_one_primary(elements: list[Document], chosen: list[Document]) -> None:
    """Let no element be primary beside those that have just become so."""
    if any(is_object(one) and one.get("primary") for one in chosen):
        for one in elements:
            if one.get("primary") and not any(one is each for each in chosen):
                one["primary"] = False


def _attribute(model: Any, name: str) -> _Attribute:
    """Return an attribute that is written; raises SCIMException if there is none, or if it is read-only."""
    found = _known(model, name)
    if found.is_read_only:
        raise MutabilityException
    return found


def _known(model: Any, name: str) -> _Attribute:
    """Return an attribute by its name in any case; raises SCIMException if there is none."""
    alias = alias_of(model, name)
    if alias is None:
        raise InvalidPathException
    return _Attribute(
        key=str(model.model_fields[alias].serialization_alias),
        is_list=bool(model.get_field_multiplicity(alias)),
        is_read_only=model.get_field_annotation(alias, Mutability) == Mutability.read_only,
        kind=model.get_field_root_type(alias),
    )


def alias_of(model: Any, name: str) -> str | None:
    """Return the name of a field in Python by that of its attribute, in any case; None if there is none."""
    return _aliases(model).get(name.lower())


@cache
def _aliases(model: Any) -> dict[str, str]:
    return {str(field.serialization_alias).lower(): alias for alias, field in model.model_fields.items()}
