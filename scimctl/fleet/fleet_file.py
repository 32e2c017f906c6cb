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
STACK = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
_WITHOUT_APPROVAL = ("unattended", "preview")  # what pipelines call the identities of jobs that nobody approves
_IS_SECRET = re.compile(r"(SECRET|PASSWORD|PASSPHRASE|TOKEN|KEY|SAS)$")
_ELSEWHERE = {
    "ARM_TENANT_ID": "it is azuread:tenantId of the stack file",
    "GREENLAKE_API_URL": "it is greenlake.apiUrl of the stack file",
    "PULUMI_STACK": "it is the name of the entry",
}
_OF_THE_MACHINE = re.compile(r"PATH|HOME|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)")  # one process reads all stacks


def _variable(name: str) -> str:
    if not re.fullmatch(_VARIABLE, name):
        raise ValueError("is not a name of an environment variable: write capital letters, digits and _")
    if name in _ELSEWHERE:
        raise ValueError(f"is not set here: {_ELSEWHERE[name]}")
    if _OF_THE_MACHINE.fullmatch(name):
        raise ValueError("is not set here: it is the same for all stacks: set it where scimctl runs")
    return name


def is_secret(variable: str) -> bool:
    """Return whether a variable holds a password, a token or a key, by its name."""
    return _IS_SECRET.search(variable) is not None


def _open_variable(name: str) -> str:
    if is_secret(_variable(name)):
        raise ValueError("is a secret: write under secrets the command that prints it")
    return name


def _ring(name: str) -> str:
    if not re.fullmatch(_RING, name):
        raise ValueError("is not a name of a ring: write small letters, digits and -")
    if name in _WITHOUT_APPROVAL:
        raise ValueError("is what Azure Pipelines call a connection without approval: choose another name")
    return name


def _stack_name(name: object) -> str:
    if not isinstance(name, str):  # 1, true and null, which YAML reads as something else
        raise ValueError(  # noqa: TRY004 - the kind that pydantic reports
            "is not text: write the name in quotes"
        )
    if not re.fullmatch(STACK, name):
        raise ValueError("is not a name of a stack: write letters, digits, - _ and .")
    return name


def _as_text(value: object) -> object:
    """Take true and 5 as a shell would have them."""
    return str(value).lower() if isinstance(value, bool | int) else value


def _without_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("holds a NUL byte, which no program can be given")
    return value


def _nothing_as_empty(value: object) -> object:
    return {} if value is None else value


def _pattern(pattern: str) -> Any:
    return Field(json_schema_extra={"pattern": pattern})


Variable = Annotated[str, AfterValidator(_variable), _pattern(f"^{_VARIABLE}$")]
OpenVariable = Annotated[str, AfterValidator(_open_variable), _pattern(f"^{_VARIABLE}$")]
Value = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int | bool), AfterValidator(_without_nul)]
Command = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_without_nul)]
Ring = Annotated[str, AfterValidator(_ring), _pattern(f"^{_RING}$")]
Nothing = BeforeValidator(_nothing_as_empty)  # a key of which everything is commented out
StackName = Annotated[str, BeforeValidator(_stack_name, json_schema_input_type=str), _pattern(f"^{STACK}$")]


class SignIn(Section):
    """How the work on a stack signs in, and in which ring the stack is."""

    ring: Ring | None = None
    """The ring in which the stack is deployed, such as `canary`; the last of `rings` unless set."""

    environment: Annotated[dict[OpenVariable, Value], Nothing] = Field(default_factory=dict)
    """Environment variables, such as `ARM_CLIENT_ID` or `PULUMI_BACKEND_URL`; `{name}` is the name of the stack."""

    secrets: Annotated[dict[Variable, Command], Nothing] = Field(default_factory=dict)
    """Environment variables that are secret: each with the command that prints its value. No shell reads it; `{name}`
    is the name of the stack."""


class FleetFile(Section):
    """The stacks of one fleet."""

    rings: list[Ring] = Field(default=["canary", "rest"], min_length=1)
    """The rings in the order of deployment; the pipelines have the same ones."""

    defaults: Annotated[SignIn, Nothing] = SignIn()
    """What holds for each stack that sets nothing else."""

    stacks: dict[StackName, Annotated[SignIn, Nothing]] = Field(min_length=1)
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
    """The stacks as the file has them, every variable that it sets for any of them, and the rings in order."""

    members: tuple[Member, ...]
    variables: frozenset[str]
    rings: tuple[str, ...]

    def named(self, name: str) -> Member:
        """Return a stack. Raises ConfigurationError if the file does not have it."""
        for each in self.members:
            if each.name == name:
                return each
        raise ConfigurationError(f"{PATH} has no stack {name}: it has {', '.join(each.name for each in self.members)}")

    def chosen(self, ring: str, shard: tuple[int, int]) -> tuple[Member, ...]:
        """Return the stacks of a ring ("" for all), and of those the part `shard` of so many (1 of 1 for all).

        A ring may have none.
        """
        part, parts = shard
        if ring and ring not in self.rings:
            raise ConfigurationError(f"{PATH} has no ring {ring}: it has {', '.join(self.rings)}")
        return tuple(each for each in self.members if ring in ("", each.ring))[part - 1 :: parts]


def read_fleet(path: Path = PATH) -> Fleet:
    """Read the file of the fleet. Raises ConfigurationError, one line a problem."""
    try:
        text = path.read_text(encoding="utf-8")
        root = cast("yaml.Node | None", yaml.compose(text, Loader=yaml.SafeLoader))  # pyright: ignore[reportUnknownMemberType]
        named_twice = list(_named_twice(root, set()))
        document: object = yaml.safe_load(text)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read ({error.strerror}): `scimctl fleet add NAME` makes it"
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: no UTF-8, or a date that does not exist
        raise ConfigurationError(f"{path} is no YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise ConfigurationError(f"{path} is no YAML of ours: it is nested too deeply, or refers to itself") from None
    if named_twice:
        raise ConfigurationError("\n".join(f"{path}: {line}" for line in named_twice))
    return fleet_of(document, path)


def _named_twice(node: yaml.Node | None, seen: set[int], place: str = "") -> Iterator[str]:
    """List each key that stands twice in one map, of which a reader of YAML keeps the last; `seen` are maps by id."""
    if not isinstance(node, yaml.MappingNode) or id(node) in seen:
        return
    seen.add(id(node))
    known: set[str] = set()
    for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
        here = f"{place}.{key.value}".lstrip(".")
        if here in known:
            yield f"{here}: stands twice, again on line {key.start_mark.line + 1}: keep one"
        known.add(here)
        yield from _named_twice(value, seen, here)


def fleet_of(document: object, path: Path = PATH) -> Fleet:
    """Check a document and fill its defaults in. Raises ConfigurationError, one line a problem; pure."""
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path}: must be a map of keys and values")
    try:
        file = FleetFile.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError("\n".join(f"{path}: {line}" for line in lines(error, (), FleetFile, _PAGE))) from None
    broken = [*_rings(file), *_twice(file), *_alike(file)]
    if broken:
        raise ConfigurationError("\n".join(f"{path}: {line}" for line in broken))
    members = tuple(_member(name, file.rings[-1], file.defaults, own) for name, own in file.stacks.items())
    variables = frozenset(name for each in members for name in (*each.environment, *each.secrets))
    return Fleet(members, variables, tuple(file.rings))


def _sign_ins(file: FleetFile) -> Iterator[tuple[str, SignIn]]:
    yield "defaults", file.defaults
    for name, own in file.stacks.items():
        yield f"stacks.{name}", own


def _rings(file: FleetFile) -> Iterator[str]:
    """Refuse a ring that no pipeline has: its stacks would never be deployed."""
    for ring in dict.fromkeys(file.rings):
        if file.rings.count(ring) > 1:
            yield f"rings: {ring} stands twice: keep one"
    for place, each in _sign_ins(file):
        if each.ring and each.ring not in file.rings:
            known = f"is not one of the rings {', '.join(file.rings)}"
            yield f'{place}.ring: "{each.ring}" {known}: correct it, or write the ring under rings'


def _twice(file: FleetFile) -> Iterator[str]:
    for place, each in _sign_ins(file):
        for name in sorted({*each.environment} & {*each.secrets}):
            yield f"{place}: {name} is under environment and under secrets: keep one"


def _alike(file: FleetFile) -> Iterator[str]:
    known: dict[str, str] = {}
    for name in file.stacks:
        other = known.setdefault(name.lower(), name)
        if other != name:
            systems = "GitHub, Azure DevOps and Kubernetes take both for one"
            yield f"stacks.{name}: is {other} in other letters: {systems}: rename it"
        other, _, kind = name.rpartition("-")
        if kind in _WITHOUT_APPROVAL and other in file.stacks:
            yield f"stacks.{name}: is an environment of {other} without approval in GitHub and GitLab: rename it"


def _member(name: str, usual: str, shared: SignIn, own: SignIn) -> Member:
    environment = {**shared.environment, **own.environment}
    secrets = {**shared.secrets, **own.secrets}
    return Member(
        name,
        own.ring or shared.ring or usual,
        {key: value.replace(NAME, name) for key, value in environment.items() if key not in own.secrets},
        {key: value.replace(NAME, name) for key, value in secrets.items() if key not in own.environment},
    )
