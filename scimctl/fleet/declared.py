"""The content of a stack file with the defaults of Pulumi.yaml, read without the engine: a fleet has many of them."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from providers.errors import ConfigurationError
from scimctl.stack.stack_file import StackFile, section_name
from stacks.config import TENANT_KEY, StackConfig
from stacks.problems import checked

_PROJECT_FILE = Path("Pulumi.yaml")
# `pulumi config set` would need the stack's backend, and with it what `scimctl fleet run` gives after reading this.
_WHERE = f"write `{TENANT_KEY}: ID` under `config:`, with the id that the Entra admin center shows under Overview"


def declared(stack: str) -> StackConfig:
    """Return the configuration of a stack; a section of its file replaces that of Pulumi.yaml as a whole.

    Raises ConfigurationError, one line a problem.
    """
    file = StackFile(stack)
    if not file.path.exists():
        raise ConfigurationError(f"{file.path} does not exist: `scimctl fleet add {stack}` makes it")
    shared, own = defaults(project_text()), file.declared()
    sections = {**shared, **own}
    tenant_id = file.tenant_id()
    if tenant_id:
        sections[TENANT_KEY] = tenant_id
    problems, config = checked(stack, sections, (), _WHERE)
    if config is None or problems:
        elsewhere = {section for section in shared if section not in own}
        raise ConfigurationError("\n".join(f"{_place(each, file, elsewhere)}: {each}" for each in problems))
    return config


def _place(problem: str, file: StackFile, elsewhere: set[str]) -> Path:
    """Return the file that a problem, which begins with the key of its section, is to be corrected in."""
    return _PROJECT_FILE if re.split(r"[.:\[]", problem)[0] in elsewhere else file.path


def project_text() -> str:
    """Return Pulumi.yaml. Raises ConfigurationError outside of the project's folder."""
    try:
        return _PROJECT_FILE.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{_PROJECT_FILE} cannot be read ({error.strerror}): run in the project") from None


@cache  # every stack of a fleet has the same ones
def defaults(text: str) -> dict[str, Any]:
    """Return our sections under `config:` of Pulumi.yaml, each a value or a map with `value` or `default`."""
    try:
        document: object = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):  # ValueError: a date that does not exist
        raise ConfigurationError(f"{_PROJECT_FILE} is no YAML: correct it first") from None
    config: object = cast("Mapping[str, Any]", document).get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict):
        return {}
    named = {section_name(key): value for key, value in cast("Mapping[str, Any]", config).items() if section_name(key)}
    return {name: _value(value) for name, value in named.items()}


def _value(written: object) -> object:
    if not isinstance(written, dict):
        return written
    schema = cast("Mapping[str, Any]", written)
    return schema.get("value", schema.get("default"))
