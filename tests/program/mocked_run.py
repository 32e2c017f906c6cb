"""Runs a program, or a part of one, with Pulumi's mocks instead of the engine and of all providers."""

import asyncio
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import pulumi
from pulumi.runtime import mocks, stack
from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import SETTINGS, get_root_resource

from providers.entra.graph.provisioning import Graph
from providers.errors import NotFoundError, ProvisioningError
from stacks.config import StackConfig

Json = dict[str, Any]
CANARY = "canary-token"
SERVICE_PRINCIPAL = "5e5e5e5e-0000-4000-8000-000000000001"
USER_ROLE = {"id": "role-user", "displayName": "User", "isEnabled": True, "allowedMemberTypes": ["User"]}


@dataclass(frozen=True)
class Registration:
    """One registration as it reached the engine; `inputs` as sent, secrets marked as on the wire."""

    kind: str
    name: str
    protect: bool
    inputs: Any
    aliases: list[str]
    ignored: list[str]
    imported: str
    secret_outputs: list[str]
    dependencies: list[str]
    deleted_with: str
    retained: bool

    @property
    def sends_the_token(self) -> bool:
        """True where the token's value is among the inputs."""
        return CANARY in json.dumps(self.inputs)


@dataclass
class Directory(mocks.Mocks):
    """What look-ups by Graph find, by name or id: an object, several, or an error; without a name, nothing.

    `state` is what earlier runs left, `{type, outputs}` by URN.
    """

    objects: Mapping[str, Json | list[Json] | ProvisioningError]
    state: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def found(self, kind: str, name: str) -> list[Json]:
        """Answer a look-up."""
        self.asked.append((kind, name))
        found = self.objects.get(name, [])
        if isinstance(found, ProvisioningError):
            raise found
        return found if isinstance(found, list) else [found]

    def principal(self, object_id: str) -> Json:
        """Answer a call for one service principal."""
        for each in self.found("service_principal", object_id):
            return each
        raise NotFoundError("it is gone", status=404)

    def call(self, args: Any) -> Any:
        """Answer the program's questions to the engine."""
        if args.token == "pulumi:pulumi:readStackOutputs":
            roots = [each["outputs"] for each in self.state.values() if each["type"] == "pulumi:pulumi:Stack"]
            return {"outputs": roots[0] if roots else {}}
        if args.token == "pulumi:pulumi:readStackResourceOutputs":
            assert self.state, "the engine ends in a panic without state"
            return {"outputs": dict(self.state)}
        raise AssertionError(f"nothing else is asked of the engine or azuread: {args.token}")

    def new_resource(self, args: Any) -> tuple[str, dict[str, Any]]:
        """Make a resource: an id of the real shape, and the outputs that others need."""
        path = f"/servicePrincipals/{SERVICE_PRINCIPAL}"
        ids = {
            "SynchronizationSecret": path,
            "SynchronizationJob": f"{path}/synchronization/jobs/scim.tenant.app",
        }
        outputs: dict[str, dict[str, Any]] = {
            "ApplicationFromTemplate": {
                "servicePrincipalObjectId": SERVICE_PRINCIPAL,
                "applicationObjectId": "application",
            },
            "ScimProxyToken": {
                "token": pulumi.Output.secret(CANARY),
                "previous_token": pulumi.Output.secret(""),
                "adopted": False,
                "issued_at": "2026-01-01T00:00:00Z",
                "expires_at": "",
                "rotate_after": "2026-03-02T00:00:00Z",
                "generation": 1,
                "fingerprint": "f1f1f1f1",
            },
            "SynchronizationSchema": {"fingerprint": "a2a2a2a2"},
            "ProvisioningStatus": {"saved_fingerprint": "f1f1f1f1", "tested_fingerprint": ""},
        }
        kind = args.typ.rpartition(":")[2]
        return ids.get(kind, f"{args.name}-id"), {**args.inputs, **outputs.get(kind, {})}


class _Callbacks:
    """Takes the registrations of hooks, which no engine is there to call."""

    def register_resource_hook(self, hook: pulumi.ResourceHook) -> None:
        """Accept a hook."""
        assert callable(hook)

    def register_error_hook(self, hook: pulumi.ErrorHook) -> None:
        """Accept a hook."""
        assert callable(hook)


class _Monitor(mocks.MockMonitor):
    def __init__(self, directory: Directory) -> None:
        super().__init__(directory)
        self.registrations: list[Registration] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  the name in Pulumi's protocol
        from google.protobuf import json_format  # noqa: PLC0415  it warns when it is imported before pulumi

        if request.type != "pulumi:pulumi:Stack":
            self.registrations.append(
                Registration(
                    kind=request.type.rpartition(":")[2],
                    name=request.name,
                    protect=request.protect,
                    inputs=json_format.MessageToDict(request.object),
                    aliases=[alias.urn or alias.spec.name for alias in request.aliases],
                    ignored=list(request.ignoreChanges),
                    imported=request.importId,
                    secret_outputs=list(request.additionalSecretOutputs),
                    dependencies=[urn.rpartition(":")[2] for urn in request.dependencies],
                    deleted_with=request.deletedWith.rpartition(":")[2],
                    retained=request.retainOnDelete,
                )
            )
        mock: Any = super()
        return _in_a_loop(mock.RegisterResource, request)

    def Invoke(self, request: Any) -> Any:  # noqa: N802  the name in Pulumi's protocol
        mock: Any = super()
        return _in_a_loop(mock.Invoke, request)


def _in_a_loop(call: Callable[[Any], Any], request: Any) -> Any:
    """Give the thread of a call an event loop: the mocks need one, and one they make themselves stays open."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return call(request)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


TENANT = "11111111-2222-4333-8444-555555555555"


def configured(**sections: Any) -> StackConfig:
    """The configuration of a stack file with these sections."""
    smallest = {"azuread:tenantId": TENANT, "token": {"every": "60d"}, "access": {"groups": ["A"]}}
    return StackConfig.model_validate_json(json.dumps({**smallest, **sections}))


@dataclass(frozen=True)
class Run:
    """What a run registered, asked of Graph and exported; `secret_exports` are those marked as secret."""

    registrations: list[Registration]
    asked: list[tuple[str, str]]
    exports: dict[str, Any]
    secret_exports: set[str]

    def named(self, name: str) -> Registration:
        """The only registration of a name."""
        (found,) = (registration for registration in self.registrations if registration.name == name)
        return found


def run(
    program: Callable[[], None],
    directory: Directory,
    *,
    stack_name: str = "dev",
    config: Mapping[str, str] | None = None,
) -> Run:
    """Run a program until it ends, as an update and not as a preview; an error of the program comes out as it is."""
    monitor = _Monitor(directory)

    async def whole() -> Run:
        mocks.set_mocks(directory, project="greenlake-scim", stack=stack_name, preview=False, monitor=monitor)
        settings: Any = SETTINGS
        settings.callbacks = _Callbacks()
        settings.outputs.clear()  # what an earlier run that failed left is of a closed loop, which Python 3.10 refuses
        set_all_config(dict(config or {}), [])
        await stack.run_pulumi_func(program)
        root: Any = get_root_resource()
        outputs = {name: pulumi.Output.from_input(value) for name, value in root.outputs.items()}
        exports = {name: await output.future() for name, output in outputs.items()}
        secret = {name for name, output in outputs.items() if await output.is_secret()}
        return Run(monitor.registrations, directory.asked, exports, secret)

    with _graph(directory):
        return asyncio.run(whole())


@contextmanager
def _graph(directory: Directory) -> Generator[None]:
    """Let the directory answer instead of Graph."""

    def look_up(kind: str) -> Callable[[object, str], list[Json]]:
        return lambda _, name: directory.found(kind, name)

    def principal(graph: Graph) -> Json:
        return directory.principal(graph.service_principal_id)

    with ExitStack() as patched:
        for kind in ("security_groups", "users", "service_principals"):
            patched.enter_context(patch(f"providers.entra.graph.directory.Directory.{kind}", look_up(kind)))
        patched.enter_context(patch.object(Graph, "service_principal", principal))
        yield
