"""`fleet.yaml`: which stacks belong together, in which ring each is, and how to sign in for it.

It holds no configuration of a stack: that stands in the stack file, with the tenant and the workspace, and what all
stacks share under `config:` of Pulumi.yaml.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, cast

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError

from providers.errors import ConfigurationError
from stacks.fields import Section
from stacks.problems import lines

PATH = Path("fleet.yaml")
NAME = "{name}"

_PAGE = "docs/fleet.md"

_VARIABLE = r"[A-Z_][A-Z0-9_]*"
_RING = r"[a-z][a-z0-9-]*"
_STACK = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
_IS_SECRET = re.compile(r"(SECRET|PASSWORD|PASSPHRASE|TOKEN|KEY|SAS)$")
_ELSEWHERE = {
    "ARM_TENANT_ID": "it is azuread:tenantId of the stack file",
    "GREENLAKE_API_URL": "it is greenlake.apiUrl of the stack file",
    "PULUMI_STACK": "it is the name of the entry",
}


def _variable(name: str) -> str:
    if not re.fullmatch(_VARIABLE, name):
        raise ValueError("is not a name of an environment variable: write capital letters, digits and _")
    if name in _ELSEWHERE:
        raise ValueError(f"is not set here: {_ELSEWHERE[name]}")
    return name


def _open_variable(name: str) -> str:
    if _IS_SECRET.search(_variable(name)):
        raise ValueError("is a secret: write under secrets the command that prints it")
    return name


def _ring(name: str) -> str:
    if not re.fullmatch(_RING, name):
        raise ValueError("is not a name of a ring: write small letters, digits and -")
    return name


def _stack_name(name: str) -> str:
    if not re.fullmatch(_STACK, name):
        raise ValueError("is not a name of a stack: write letters, digits, - _ and .")
    return name


def _as_text(value: object) -> object:
    """Take true and 5 as a shell would have them."""
    return str(value).lower() if isinstance(value, bool | int) else value


def _nothing_as_empty(value: object) -> object:
    return {} if value is None else value


def _pattern(pattern: str) -> Any:
    return Field(json_schema_extra={"pattern": pattern})


Variable = Annotated[str, AfterValidator(_variable), _pattern(f"^{_VARIABLE}$")]
OpenVariable = Annotated[str, AfterValidator(_open_variable), _pattern(f"^{_VARIABLE}$")]
Value = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int | bool)]
Command = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Ring = Annotated[str, AfterValidator(_ring), _pattern(f"^{_RING}$")]
StackName = Annotated[str, AfterValidator(_stack_name), _pattern(f"^{_STACK}$")]


class SignIn(Section):
    """How the work on a stack signs in, and in which ring the stack is."""

    ring: Ring | None = None
    """The ring in which the stack is deployed, such as `canary`; `rest` unless set."""

    environment: dict[OpenVariable, Value] = Field(default_factory=dict)
    """Environment variables, such as `ARM_CLIENT_ID` or `PULUMI_BACKEND_URL`; `{name}` is the name of the stack."""

    secrets: dict[Variable, Command] = Field(default_factory=dict)
    """Environment variables that are secret: each with the command that prints its value. No shell reads it; `{name}`
    is the name of the stack."""


class FleetFile(Section):
    """The stacks of one fleet."""

    defaults: SignIn = SignIn()
    """What holds for each stack that sets nothing else."""

    stacks: dict[StackName, Annotated[SignIn, BeforeValidator(_nothing_as_empty)]] = Field(min_length=1)
    """The stacks by name; the configuration of each is `stacks/Pulumi.<name>.yaml`."""


@dataclass(frozen=True)
class Member:
    """One stack of the fleet, with missing values filled in; `{name}` is replaced."""

    name: str
    ring: str
    environment: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Fleet:
    """The stacks in the order of the file, and every variable that the file sets for any of them."""

    members: tuple[Member, ...]
    variables: frozenset[str]

    def named(self, name: str) -> Member:
        """Return a stack. Raises ConfigurationError if the file does not have it."""
        for each in self.members:
            if each.name == name:
                return each
        raise ConfigurationError(f"{PATH} has no stack {name}: it has {', '.join(each.name for each in self.members)}")

    def chosen(self, ring: str, shard: tuple[int, int]) -> tuple[Member, ...]:
        """Return the stacks of a ring ("" for all), and of those the part `shard` of so many (1 of 1 for all)."""
        part, parts = shard
        rings = dict.fromkeys(each.ring for each in self.members)
        if ring and ring not in rings:
            raise ConfigurationError(f"{PATH} has no ring {ring}: it has {', '.join(rings)}")
        return tuple(each for each in self.members if ring in ("", each.ring))[part - 1 :: parts]


def read_fleet(path: Path = PATH) -> Fleet:
    """Read the file of the fleet. Raises ConfigurationError, one line a problem."""
    try:
        text = path.read_text(encoding="utf-8")
        document: object = yaml.safe_load(text)
        named_twice = list(_named_twice(cast("yaml.Node | None", yaml.compose(text, Loader=yaml.SafeLoader))))  # pyright: ignore[reportUnknownMemberType]
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read ({error.strerror}): `scimctl fleet add NAME` makes it"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is no YAML: {' '.join(str(error).split())}") from None
    if named_twice:
        raise ConfigurationError("\n".join(f"{path}: {line}" for line in named_twice))
    return fleet_of(document, path)


def _named_twice(node: yaml.Node | None, place: str = "") -> Iterator[str]:
    """List each key that stands twice in one map, of which a reader of YAML keeps the last."""
    if not isinstance(node, yaml.MappingNode):
        return
    known: set[str] = set()
    for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
        here = f"{place}.{key.value}".lstrip(".")
        if here in known:
            yield f"{here}: stands twice, again on line {key.start_mark.line + 1}: keep one"
        known.add(here)
        yield from _named_twice(value, here)


def fleet_of(document: object, path: Path = PATH) -> Fleet:
    """Check a document and fill its defaults in. Raises ConfigurationError, one line a problem; pure."""
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path}: must be a map of keys and values")
    try:
        file = FleetFile.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError("\n".join(f"{path}: {line}" for line in lines(error, (), FleetFile, _PAGE))) from None
    twice = list(_twice(file))
    if twice:
        raise ConfigurationError("\n".join(f"{path}: {line}" for line in twice))
    members = tuple(_member(name, file.defaults, own) for name, own in file.stacks.items())
    return Fleet(members, frozenset(name for each in members for name in (*each.environment, *each.secrets)))


def _twice(file: FleetFile) -> Iterator[str]:
    for place, each in (("defaults", file.defaults), *((f"stacks.{name}", own) for name, own in file.stacks.items())):
        for name in sorted({*each.environment} & {*each.secrets}):
            yield f"{place}: {name} is under environment and under secrets: keep one"


def _member(name: str, shared: SignIn, own: SignIn) -> Member:
    environment = {**shared.environment, **own.environment}
    secrets = {**shared.secrets, **own.secrets}
    return Member(
        name,
        own.ring or shared.ring or "rest",
        {key: value.replace(NAME, name) for key, value in environment.items() if key not in own.secrets},
        {key: value.replace(NAME, name) for key, value in secrets.items() if key not in own.environment},
    )
