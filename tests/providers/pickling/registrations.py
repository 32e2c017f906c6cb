"""Declare each dynamic resource once and print, as JSON, the provider that the engine is handed for each type.

Run by file name in its own process, so that the hash seed and the copy of `providers` are the caller's.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.settings import SETTINGS

from providers.entra.provisioning_status import ProvisioningStatus
from providers.entra.synchronization_schema import SynchronizationSchema
from providers.entra.unclaimed_application import UnclaimedApplication
from providers.greenlake.scim_proxy_token import ScimProxyToken

handed: dict[str, str] = {}


class Engine(Mocks):
    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        inputs: dict[str, Any] = vars(args)["inputs"]
        handed[args.typ] = inputs["__provider"]["value"]
        return args.name, inputs

    def call(self, args: MockCallArgs) -> Any:
        raise AssertionError(f"{args.token}: a dynamic resource looks nothing up")


INPUTS: dict[Callable[..., pulumi.Resource], dict[str, Any]] = {
    ScimProxyToken: {
        "api_url": "https://api.example",
        "tenant_url": "https://api.example/v1alpha1/scimproxy",
        "token_field": "",
        "expiry_field": "",
        "workspace": "",
        "remove_current": False,
        "every": "60d",
        "renew_before": "",
        "adopt_existing": False,
        "rotate_when_changed": {"b": "2", "a": "1"},
    },
    UnclaimedApplication: {
        "tenant_id": "t",
        "service_principal_id": "sp",
        "application_name": "app",
        "principals": ["g"],
        "credential_keys": ["SecretToken"],
    },
    SynchronizationSchema: {
        "tenant_id": "t",
        "service_principal_id": "sp",
        "job_id": "job",
        "mappings": {"User": {}, "Group": {}},
    },
    ProvisioningStatus: {
        "tenant_id": "t",
        "service_principal_id": "sp",
        "job_id": "job",
        "status": "on",
        "credentials": [{"key": "SecretToken", "value": "x"}],
        "previous_token": "",
        "adopted": False,
        "token_fingerprint": "abc",
        "token_issued_at": "2026-11-01T10:00:00Z",
        "mappings_fingerprint": "def",
        "principals": ["g"],
        "application_on_destroy": "deleted",
    },
}


def declare() -> None:
    for kind, inputs in INPUTS.items():
        kind("declared", **inputs)


class Callbacks:
    """Takes the registrations of hooks, which no engine is there to call."""

    def register_resource_hook(self, hook: pulumi.ResourceHook) -> None:
        assert callable(hook)


if __name__ == "__main__":
    asyncio.set_event_loop(asyncio.new_event_loop())  # Python 3.14 makes none by itself
    pulumi.runtime.set_mocks(Engine(), preview=False)
    settings: Any = SETTINGS
    settings.callbacks = Callbacks()
    run: Callable[[Callable[[], None]], Callable[[], None]] = vars(pulumi.runtime)["test"]
    run(declare)()
    json.dump(handed, sys.stdout)
