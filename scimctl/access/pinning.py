"""Write object ids into a stack file instead of names, and leave every other character of it as it is; pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import yaml

from providers.errors import ConfigurationError
from providers.resource_types import ASSIGNMENT, ASSIGNMENTS
from providers.state.schema import outputs_of
from stacks.sections import AccessEntry

Json = dict[str, Any]

_SECTIONS = ("greenlake-scim:access", "access")


def assigned_as(resources: Sequence[Json]) -> Mapping[str, str]:
    """Return the object ids of state by what the stack file called them at the last `up`, such as "group Admins"."""
    found: dict[str, str] = {}
    for each in resources:
        outputs = outputs_of(each["type"], each.get("outputs"))
        if each["type"] == ASSIGNMENTS:
            labels: object = outputs.get("principals")
            by_id = cast("dict[str, str]", labels) if isinstance(labels, dict) else {}
            found |= {label: one for one, label in by_id.items()}
        elif each["type"] == ASSIGNMENT and not each.get("delete"):  # an older state has the name here
            found.setdefault(str(each["urn"]).split("::", 3)[3], str(outputs.get("principalObjectId")))
    return found


def choose(entry: AccessEntry, assigned: str, found: Sequence[Json]) -> str:
    """Return the object id that a name stands for, of the one assigned at the last `up` ("") and those found.

    `found` are those of that name, or without any the assigned one if it is there, by whatever name. Raises
    ConfigurationError if that is not certain.
    """
    ids = [str(each["id"]) for each in found]
    if assigned in ids:
        return assigned
    if assigned and ids:
        raise ConfigurationError(
            f'{entry.key}: "{entry.name}" was {assigned} at the last `up` and is {", ".join(ids)} now: write the id '
            "that is meant"
        )
    if len(ids) == 1:
        return ids[0]
    todo = "write the id that is meant" if ids else "create it, correct the name, or remove it from the list"
    how_many = f"{len(ids)} {entry.kind}s are" if ids else f"no {entry.kind} is"
    raise ConfigurationError(f'{entry.key}: {how_many} named "{entry.name}": {todo}')


def rewritten(text: str, ids: Mapping[tuple[str, str], str]) -> str:
    """Return a stack file in which each name of `ids`, by kind and name, is an entry with its id.

    Raises ConfigurationError if the file is written in a way that this cannot edit.
    """
    edits = [
        (node.start_mark.index, node.end_mark.index, f"{{id: {ids[key]}, name: {_quoted(key[1])}}}")
        for key, node in _names(cast("yaml.Node | None", yaml.compose(text, Loader=yaml.SafeLoader)))  # pyright: ignore[reportUnknownMemberType]
        if key in ids
    ]
    changed = text
    for start, end, entry in sorted(edits, reverse=True):
        changed = changed[:start] + entry + changed[end:]
    if len(edits) != len(ids) or _read(changed) != _pinned(_read(text), ids):
        wanted = ", ".join(f"{name}: {one}" for (_, name), one in ids.items())
        raise ConfigurationError(
            f"the section access is not written as a plain list: write the ids yourself ({wanted})"
        )
    return changed


def _names(root: yaml.Node | None) -> Iterator[tuple[tuple[str, str], yaml.ScalarNode]]:
    """List the scalars that name a group or user, with kind and name."""
    for section in _SECTIONS:
        for kind in ("group", "user"):
            entries = _child(_child(_child(root, "config"), section), f"{kind}s")
            if isinstance(entries, yaml.SequenceNode):
                scalars = [each for each in entries.value if isinstance(each, yaml.ScalarNode)]
                yield from (((kind, str(each.value).strip()), each) for each in scalars)


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = cast("list[tuple[yaml.Node, yaml.Node]]", node.value) if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _quoted(name: str) -> str:
    """Return a name as a text that every reader of YAML takes for one."""
    return json.dumps(name, ensure_ascii=False)


def _read(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _pinned(document: Any, ids: Mapping[tuple[str, str], str]) -> Any:
    """Return what the file should hold."""
    config: Json = document["config"]
    sections = [cast("Json", config[name]) for name in _SECTIONS if isinstance(config.get(name), dict)]
    for section in sections:
        for kind in ("group", "user"):
            entries: object = section.get(f"{kind}s")
            if isinstance(entries, list):
                section[f"{kind}s"] = [_entry(kind, each, ids) for each in cast("list[object]", entries)]
    return document


def _entry(kind: str, written: object, ids: Mapping[tuple[str, str], str]) -> object:
    key = (kind, str(written).strip())
    return {"id": ids[key], "name": key[1]} if key in ids else written
