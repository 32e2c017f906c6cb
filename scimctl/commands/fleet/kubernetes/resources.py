"""The resources of each stack in Kubernetes, from the template in deploy/kubernetes."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import yaml

from providers.errors import ConfigurationError
from scimctl.fleet.fleet_file import Member

TEMPLATE = Path("deploy") / "kubernetes" / "stack.yaml"
SECRET = "scim"  # the Secret that holds what fleet.yaml lists under secrets, by the same names
_LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
_WORD = re.compile(r"[A-Za-z/][A-Za-z0-9 _./@-]*")
_TAKEN = "fleet"  # the namespace scim-fleet is that of many-stacks.yaml
_LONGEST = 40  # the operator appends to it, and Kubernetes takes 63 characters
_EVERY_MINUTES = 15


class _Dumper(yaml.SafeDumper):
    """Quotes what another reader of YAML takes for something else: kubectl's reads y as true and 1e3 as a number."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        style = None if _WORD.fullmatch(data) and data.lower() not in ("y", "n") else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)  # pyright: ignore[reportUnknownMemberType]


_Dumper.add_representer(str, _Dumper.represent_str)


def resources(members: Sequence[Member]) -> str:
    """Return the resources of all stacks as one YAML stream. Raises ConfigurationError without a template."""
    if not members:
        return ""
    try:
        template = list(cast("list[Any]", yaml.safe_load_all(TEMPLATE.read_text(encoding="utf-8"))))
    except OSError as error:
        raise ConfigurationError(f"{TEMPLATE} cannot be read ({error.strerror}): run in the project") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{TEMPLATE} is no YAML: {' '.join(str(error).split())}") from None
    filled = [_of(member, document) for member in members for document in template]
    return yaml.dump_all(filled, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


def label(name: str) -> str:
    """Return the name of a stack as Kubernetes takes it: the same, or with a part of its hash so that each is one."""
    if len(name) <= _LONGEST and _LABEL.fullmatch(name) and name != _TAKEN:
        return name
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower())[: _LONGEST - 8].strip("-")
    return f"{plain if plain[:1].isalpha() else f's{plain}'}-{_hash(name).hex()[:6]}"


def _of(member: Member, document: Any) -> Any:
    words = {
        "{name}": member.name,
        "{label}": label(member.name),
        "{minute}": str(_hash(member.name)[0] % _EVERY_MINUTES),
    }
    filled = _replaced(document, words)
    if filled["kind"] == "Stack":
        filled["spec"]["envRefs"] |= _references(member)
    return filled


def _references(member: Member) -> dict[str, Any]:
    literals = {name: {"type": "Literal", "literal": {"value": value}} for name, value in member.environment.items()}
    secrets = {name: {"type": "Secret", "secret": {"name": SECRET, "key": name}} for name in member.secrets}
    return {**literals, **secrets}


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each, words) for key, each in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_replaced(each, words) for each in cast("list[Any]", value)]
    if isinstance(value, str):
        return re.sub("|".join(map(re.escape, words)), lambda found: words[found[0]], value)
    return value


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
