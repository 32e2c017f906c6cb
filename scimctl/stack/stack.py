"""What the stack declares and what it deployed, so that nobody has to type an id."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from providers import environment
from providers.entra.sign_in.tenant import contradiction, moved, tenant_of_state
from providers.errors import ConfigurationError, StoppedError
from providers.greenlake.rotation import State
from providers.greenlake.token_properties import known
from providers.resource_types import APPLICATION, MAPPINGS, STACK, STATUS, TOKEN, UNCLAIMED
from providers.state.schema import outputs_of
from providers.state.types import SECRET_MARK
from scimctl.engine import engine
from scimctl.engine.exporting import export
from scimctl.stack.at_work import at_work
from stacks.config import TENANT_KEY, StackConfig, what_to_write
from stacks.problems import checked, look_alikes, read_value
from stacks.sections import with_address

Json = dict[str, Any]

_PROJECT = "greenlake-scim:"
_APPLICATIONS = {  # the property with the service principal's id, of each resource that holds an application
    APPLICATION: "servicePrincipalObjectId",
    UNCLAIMED: "service_principal_id",
}


@dataclass(frozen=True)
class Stack:
    """A stack's name and configuration, and the outputs of its resources as of the last run, secrets encrypted.

    `pending` are the operations that a run began and whose end nobody wrote down, because it was killed. Raises
    StoppedError for a value that no version of this program has written.
    """

    name: str
    config: StackConfig
    resources: Sequence[Json] = field(repr=False)
    pending: Sequence[Json] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for each in self.resources:
            outputs_of(each["type"], each.get("outputs"))

    @property
    def tenant_id(self) -> str:
        """Return the Entra tenant that the stack belongs to."""
        return self.config.tenant_id

    @property
    def is_deployed(self) -> bool:
        """Return whether provisioning was set up completely."""
        return bool(self.found(STATUS))

    @property
    def claimed_application(self) -> str:
        """Return the service principal that a run of this stack made or claimed, complete or not; "" for none."""
        ids = [str(self.outputs(kind)[key]) for kind, key in _APPLICATIONS.items() if self.found(kind)]
        return ids[0] if ids else ""

    @property
    def service_principal_id(self) -> str:
        """Return the object id of the enterprise application's service principal."""
        return str(self.status["service_principal_id"])

    @property
    def job_id(self) -> str:
        """Return the id of the synchronization job."""
        return str(self.status["job_id"])

    @property
    def token(self) -> Json:
        """Return the outputs of the ScimProxyToken."""
        return self.outputs(TOKEN)

    def token_expired(self, moment: datetime) -> datetime | None:
        """Return when the token expired, None if it has not, or nobody knows."""
        ends = known(self.token).expires_at
        return ends if ends and ends <= moment else None

    @property
    def mappings(self) -> Json:
        """Return the outputs of the SynchronizationSchema."""
        return self.outputs(MAPPINGS)

    @property
    def status(self) -> Json:
        """Return the outputs of the ProvisioningStatus."""
        return self.outputs(STATUS)

    @property
    def overlap_open(self) -> bool:
        """Return whether an overlap was open when the last run ended; its last step knows it better than the token."""
        if self.is_deployed and self.status["tested_fingerprint"] == self.token["fingerprint"]:
            return bool(self.status["overlap"] == "open")
        return bool(self.token["state"] == State.OVERLAP.value)

    def outputs(self, kind: str) -> Json:
        """Return the outputs of the resource of a type, as of this version."""
        return outputs_of(kind, self.resource(kind).get("outputs"))

    def resource(self, kind: str) -> Json:
        """Return the resource of a type. Raises StoppedError without one."""
        found = self.found(kind)
        if not found:
            raise StoppedError(self._why_not_deployed())
        return found[0]

    def _why_not_deployed(self) -> str:
        """Return how far the stack was brought, and which `up` is next."""
        if holds_it := at_work(self.name):
            return holds_it
        if any(not str(each["type"]).startswith("pulumi:") for each in self.resources):
            if self.pending:
                return f"the stack {self.name} is deployed in part: a run was cut off: run `scimctl recover`"
            return (
                f"the stack {self.name} is deployed in part: the last `up` ended with an error, or was cut off: run "
                "`pulumi up` again, which makes what is missing"
            )
        if self.config.adopted:
            app = self.config.app.name
            return f"the stack {self.name} has adopted the application {app}, without an `up` since: run `pulumi up`"
        return f"nothing of the stack {self.name} is deployed: run `pulumi up`"

    def found(self, kind: str) -> list[Json]:
        """Return the resources of a type that are in state, but for those that a replacement is to delete."""
        return [each for each in self.resources if each["type"] == kind and not each.get("delete")]


@dataclass(frozen=True)
class Tokens:
    """The token that the stack holds, and the one before it ("" if its overlap is over)."""

    current: str = field(repr=False)
    previous: str = field(repr=False)

    @property
    def both(self) -> list[str]:
        """Return those that there are."""
        return [token for token in (self.current, self.previous) if token]


def read_stack(name: str, show: Callable[[str, StackConfig], None] = lambda _name, _config: None) -> Stack:
    """Read the stack `name`, "" for the selected stack; `show` gets its name and configuration.

    Raises EngineError if the engine does not know it, ConfigurationError with a line for each thing that is wrong in
    its file, and, after `show`, if state or environment is of another tenant.
    """
    with ThreadPoolExecutor() as both:
        state = both.submit(exported, name)
        said = both.submit(engine.ask, ["config", "--json"], name)
        deployment, config = state.result(), said.result()
    resources = listed(deployment, "resources")
    found = name or _name(resources)
    deployed_to = tenant_of_state(resources)
    checked_config = _config(found, json.loads(config), deployed_to)
    show(found, checked_config)
    tenant_id = checked_config.tenant_id
    other = moved(deployed_to, tenant_id) or contradiction(tenant_id, environment.current())
    if other:
        raise ConfigurationError(other)
    return Stack(found, checked_config, resources, listed(deployment, "pending_operations"))


def read_declared(name: str, config: StackConfig, *, in_clear: bool) -> Stack:
    """Read the state of a stack whose configuration is known already, `in_clear` with its secrets.

    Raises EngineError if the engine does not know it, ConfigurationError if it is deployed to another tenant.
    """
    deployment = exported(name, in_clear=in_clear)
    resources = listed(deployment, "resources")
    other = moved(tenant_of_state(resources), config.tenant_id)
    if other:
        raise ConfigurationError(other)
    return Stack(name, config, resources, listed(deployment, "pending_operations"))


def read_tokens(name: str) -> Tokens:
    """Decrypt the tokens; only for who is going to present one."""
    found = Stack("", StackConfig.model_construct(), listed(exported(name, in_clear=True), "resources"))
    return Tokens(*(str(found.token[key]) for key in ("token", "previous_token")))


def exported(name: str, *, in_clear: bool = False) -> Json:
    """Return the state of a stack, {} if nothing was ever deployed; `in_clear` with its secrets."""
    deployment: Json = json.loads(export(["--show-secrets"] if in_clear else [], name)).get("deployment") or {}
    return cast("Json", _shown(deployment)) if in_clear else deployment


def listed(deployment: Json, key: str) -> list[Json]:
    """Return a list of the state, such as its resources."""
    return cast("list[Json]", deployment.get(key) or [])


def _shown(value: object) -> object:
    """Replace each secret by its value, which `--show-secrets` shows as JSON text beside its mark.

    The real azuread plugin keeps secrets within a secret.
    """
    if isinstance(value, list):
        return [_shown(each) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    within = cast("Json", value)
    if SECRET_MARK in within and "plaintext" in within:
        return _shown(json.loads(within["plaintext"]))
    return {key: _shown(each) for key, each in within.items()}


def _name(resources: Sequence[Json]) -> str:
    """Return the stack's name, which every URN holds."""
    urns = [str(each["urn"]) for each in resources if each["type"] == STACK]
    return urns[0].split("::")[0].removeprefix("urn:pulumi:") if urns else engine.selected("")


def _config(name: str, values: Mapping[str, Json], deployed_to: str) -> StackConfig:
    """Return the configuration. Raises ConfigurationError, a line a problem."""
    ours = {key.removeprefix(_PROJECT): entry for key, entry in values.items() if key.startswith(_PROJECT)}
    ours |= {key: entry for key, entry in values.items() if key == TENANT_KEY}
    document = with_address({key: _value(entry) for key, entry in ours.items()}, environment.current())
    secret = {key for key, entry in ours.items() if entry.get("secret")}
    problems, config = checked(name, document, secret, what_to_write(name, deployed_to, environment.current()))
    problems += look_alikes(values)
    if config is None or problems:
        raise ConfigurationError("\n".join(f"stacks/Pulumi.{name}.yaml: {problem}" for problem in problems))
    return config


def _value(entry: Json) -> Any:
    """Return a value of `pulumi config --json`; of a secret it has none."""
    return entry["objectValue"] if "objectValue" in entry else read_value(str(entry.get("value", "null")))
