"""Loads a document the way the engine hands it over: one text a key, in the configuration of the run."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, settings
from pulumi.runtime.config import set_all_config

from stacks.config import StackConfig
from stacks.load import load

TENANT = "11111111-2222-4333-8444-555555555555"
SMALLEST: Mapping[str, Any] = {
    "azuread:tenantId": TENANT,
    "token": {"every": "60d"},
    "access": {"groups": ["GreenLake Administrators"]},
}

Load = Callable[..., StackConfig]
Problems = Callable[..., list[str]]


def _key(name: str) -> str:
    return name if ":" in name else f"greenlake-scim:{name}"


@pytest.fixture
def load_document(monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Load a document for a stack; `secret` names its encrypted sections, `others` keys of other namespaces."""
    for name, value in (("TENANT_ID", TENANT), ("CLIENT_ID", "set"), ("CLIENT_SECRET", "set")):
        monkeypatch.setenv(f"ARM_{name}", value)

    def loaded(
        document: Mapping[str, Any],
        stack: str = "dev",
        secret: Collection[str] = (),
        others: Mapping[str, str] | None = None,
    ) -> StackConfig:
        settings.configure(mocks.MockSettings(project="greenlake-scim", stack=stack))
        values = {_key(name): _text(value) for name, value in document.items()}
        set_all_config({**values, **(others or {})}, [_key(name) for name in secret])
        return load()

    yield loaded
    set_all_config({}, [])


@pytest.fixture
def problems_of(load_document: Load) -> Problems:
    """The lines that a document is refused with; fails where it is taken."""

    def lines(document: Mapping[str, Any], **given: Any) -> list[str]:
        with pytest.raises(pulumi.RunError) as refused:
            load_document(document, **given)
        return [line.removeprefix("stacks/Pulumi.dev.yaml: ") for line in str(refused.value).splitlines()]

    return lines


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
