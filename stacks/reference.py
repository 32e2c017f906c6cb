"""Generates what people and editors read of the stack file: `python -m stacks.reference`; a test compares.

Pydantic can describe fields whenever it makes a class, but then every run parses the source, for 0.1 s.
"""

import ast
import inspect
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from pydantic.fields import FieldInfo

from stacks.config import TENANT_KEY, StackConfig
from stacks.fields import Pinned, Section
from stacks.mappings import AttributeMapping, Clause, GroupMapping, UserMapping
from stacks.sections import Access, Adopted, App, GreenLake, Provisioning, Token

_PREFIX = "greenlake-scim:"
_SECTIONS: dict[str, type[Section]] = {
    "greenlake": GreenLake,
    "token": Token,
    "app": App,
    "provisioning": Provisioning,
    "access": Access,
    "an entry of access.groups or access.users": Pinned,
    "adopted": Adopted,
    "mappings.users": UserMapping,
    "mappings.groups": GroupMapping,
    "mappings.users.attributes.NAME, mappings.groups.attributes.NAME": AttributeMapping,
    "mappings.users.scope, mappings.groups.scope": Clause,
}
_INTRODUCTION = Path(__file__).with_name("introduction.md")


def describe(section: type[Section] = Section) -> None:
    """Describe the fields of all sections by the sentence under each; a class comes before those that hold it."""
    for kind in section.__subclasses__():
        for base in reversed(kind.__mro__):
            for name, sentence in _sentences(base).items() if issubclass(base, Section) else ():
                kind.model_fields[name].description = sentence
        kind.model_rebuild(force=True)
        describe(kind)


def _sentences(section: type[Section]) -> dict[str, str]:
    (definition,) = ast.parse(inspect.getsource(section)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }


def write(project: Path) -> None:
    """Write both files into a project folder."""
    (project / "docs" / "configuration.md").write_text(markdown(), encoding="utf-8")
    (project / "stacks" / "schema.json").write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")


def schema() -> dict[str, Any]:
    """JSON Schema of a whole `Pulumi.<stack>.yaml`; keys of other namespaces are left to others."""
    sections = _for_editors(StackConfig.model_json_schema())
    known = "|".join(name for name in sections["properties"] if name != TENANT_KEY)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of greenlake-scim",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {_key(name): value for name, value in sections["properties"].items()},
                "patternProperties": {f"^{_PREFIX}(?!({known})$)": False},
                "required": [_key(name) for name in sections["required"]],
            }
        },
        "required": ["config"],
        "$defs": sections["$defs"],
    }


def _key(name: str) -> str:
    """Return the key of a stack file; the tenant has azuread's own."""
    return name if name == TENANT_KEY else _PREFIX + name


def _for_editors(node: Any) -> Any:
    """Without titles made from names, which explain nothing, and defaults that only mean "not set"."""
    if isinstance(node, list):
        return [_for_editors(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    return {
        key: _for_editors(value)
        for key, value in cast("dict[str, Any]", node).items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value in ("", None))
    }


def markdown() -> str:
    """The reference for people."""
    tenant = StackConfig.model_fields["tenant_id"]
    lines = [_INTRODUCTION.read_text(encoding="utf-8").rstrip()]
    lines += ["", f"## {TENANT_KEY}", "", f"A GUID, required. {_one_line(tenant.description)}"]
    for name, section in _SECTIONS.items():
        lines += ["", f"## {name}", "", _one_line(section.__doc__), "", "| Key | Value | Default | Meaning |"]
        lines += ["|---|---|---|---|", *_rows(section)]
    protect = StackConfig.model_fields["protect"]
    lines += ["", "## protect", "", f"`true` or `false`, default {_default(protect)}. {_one_line(protect.description)}"]
    return "\n".join(lines) + "\n"


def _rows(section: type[Section]) -> Iterator[str]:
    properties = section.model_json_schema()["properties"]
    for field in section.model_fields.values():
        value = " or ".join(_values(properties[field.alias]))
        meaning = _one_line(field.description).replace("|", "\\|")
        yield f"| `{field.alias}` | {value} | {_default(field)} | {meaning} |"


def _values(property_schema: dict[str, Any]) -> list[str]:
    """The values a property takes, in words; null only means that it may be left out."""
    if "anyOf" in property_schema:
        return [word for option in property_schema["anyOf"] for word in _values(option) if word != "null"]
    if "enum" in property_schema:
        return [f"`{value}`" for value in property_schema["enum"]]
    words = {
        "array": "list",
        "boolean": "`true` or `false`",
        "integer": "whole number",
        "object": "map",
        "string": "text",
    }
    return [words.get(property_schema["type"], "null")]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory_takes_validated_data:
        return "from `apiUrl`"
    value = field.get_default(call_default_factory=True)
    if value in ("", None, (), {}):
        return ""
    return f"`{_yaml(value)}`"


def _yaml(value: Any) -> str:
    if isinstance(value, AttributeMapping):
        return f"{{source: {value.source}, matching: {value.matching}}}" if value.matching else str(value.source)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in cast("dict[str, Any]", value).items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(cast("tuple[str, ...]", value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


describe()
if __name__ == "__main__":
    write(Path())
