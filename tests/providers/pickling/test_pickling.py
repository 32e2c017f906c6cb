import base64
import json
import os
import pickletools
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic import dynamic as sdk

from providers.entra.provisioning_status import ProvisioningStatusProvider
from providers.entra.synchronization_schema import SynchronizationSchemaProvider
from providers.entra.unclaimed_application import UnclaimedApplicationProvider
from providers.greenlake.scim_proxy_token import ScimProxyTokenProvider

PROJECT = Path(__file__).parents[3]
REGISTRATIONS = Path(__file__).with_name("registrations.py")
METHOD = re.compile(r"^    def \w+\(self.*\) -> .*:\n", re.MULTILINE)

# Part of every state file: a change here breaks `refresh` and `destroy` of every stack there is.
PROVIDERS: dict[str, tuple[type[ResourceProvider], str, str]] = {
    "pulumi-python:dynamic/greenlake:ScimProxyToken": (
        ScimProxyTokenProvider,
        "providers.greenlake.scim_proxy_token",
        "ScimProxyTokenProvider",
    ),
    "pulumi-python:dynamic/entra:SynchronizationSchema": (
        SynchronizationSchemaProvider,
        "providers.entra.synchronization_schema",
        "SynchronizationSchemaProvider",
    ),
    "pulumi-python:dynamic/entra:ProvisioningStatus": (
        ProvisioningStatusProvider,
        "providers.entra.provisioning_status",
        "ProvisioningStatusProvider",
    ),
    "pulumi-python:dynamic/entra:UnclaimedApplication": (
        UnclaimedApplicationProvider,
        "providers.entra.unclaimed_application",
        "UnclaimedApplicationProvider",
    ),
}
classes = pytest.mark.parametrize("kind", [kind for kind, _, _ in PROVIDERS.values()])


def pickled(kind: type[ResourceProvider]) -> str:
    serialize: Any = vars(sdk)["serialize_provider"]
    return serialize(kind())


def handed_to_the_engine(providers: Path, seed: str) -> dict[str, str]:
    """Return what each type hands to the engine, in a process with its own hash seed and copy of `providers`."""
    environ = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": str(providers.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.run(
        [sys.executable, str(REGISTRATIONS)],
        env=environ,
        cwd=providers.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def handed() -> dict[str, str]:
    return handed_to_the_engine(PROJECT / "providers", "0")


@pytest.mark.parametrize(("kind", "module", "name"), PROVIDERS.values())
def test_a_provider_is_pickled_as_the_names_of_its_module_and_class_and_nothing_else(
    kind: type[ResourceProvider], module: str, name: str
) -> None:
    parts = [
        (opcode.name, argument)
        for opcode, argument, _ in pickletools.genops(base64.b64decode(pickled(kind)))
        if opcode.name not in {"PROTO", "FRAME", "MEMOIZE"}
    ]

    assert parts == [
        ("SHORT_BINUNICODE", module),
        ("SHORT_BINUNICODE", name),
        ("STACK_GLOBAL", None),
        ("EMPTY_TUPLE", None),
        ("NEWOBJ", None),
        ("STOP", None),
    ]


def test_the_types_are_pinned_and_each_is_handed_its_own_provider(handed: dict[str, str]) -> None:
    assert handed == {token: pickled(kind) for token, (kind, _, _) in PROVIDERS.items()}


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_a_pickle_is_the_same_under_every_hash_seed(handed: dict[str, str], seed: str) -> None:
    assert handed_to_the_engine(PROJECT / "providers", seed) == handed


def test_a_pickle_does_not_change_when_the_code_does(handed: dict[str, str], tmp_path: Path) -> None:
    copied = Path(shutil.copytree(PROJECT / "providers", tmp_path / "providers"))
    for _, module, _ in PROVIDERS.values():
        path = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
        text, number = METHOD.subn(r"\g<0>        print('other code', end='')\n", path.read_text())
        assert number >= 3
        path.write_text(text)

    assert handed_to_the_engine(copied, "0") == handed


@classes
def test_a_provider_carries_no_state(kind: type[ResourceProvider]) -> None:
    provider = kind()

    assert vars(provider) == {}
    own = [name for name, value in vars(kind).items() if not callable(value) and not name.startswith("__")]
    assert own == []
    assert "__init__" not in vars(kind)
    assert "__reduce__" not in vars(kind)


@classes
def test_a_provider_is_secret_in_state_as_the_sdk_makes_it(kind: type[ResourceProvider]) -> None:
    assert kind.serialize_as_secret_always is True
