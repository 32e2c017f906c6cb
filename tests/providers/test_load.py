"""What each process loads that starts often: an import that is not needed costs every run."""

import subprocess
import sys
from pathlib import Path

import pytest

_ONLY_FOR_CALLS = ("httpx", "tenacity", "azure.identity", "providers.greenlake.api.proxy_tokens")
_RESOURCES = (
    "providers.greenlake.scim_proxy_token",
    "providers.entra.synchronization_schema",
    "providers.entra.provisioning_status",
    "providers.entra.unclaimed_application",
)
_CLIENTS_OF_GRAPH = ("providers.entra.graph.provisioning", "providers.entra.sign_in.access_token")


@pytest.mark.parametrize(
    ("needed", "useless"),
    [
        pytest.param(
            _RESOURCES,
            (*_ONLY_FOR_CALLS, *_CLIENTS_OF_GRAPH, "pydantic", "pulumi_azuread", "stacks", "components"),
            id="the plugin host",
        ),
        pytest.param(
            ("components", "stacks.load", *_RESOURCES),
            (*_ONLY_FOR_CALLS, "pulumi_azuread._inputs", "providers.entra.job.job", "stacks.reference", "scimctl"),
            id="the program",
        ),
        pytest.param(
            ("scimctl.__main__",),
            (*_ONLY_FOR_CALLS, "pulumi", "grpc", "stacks.reference", "shtab"),
            id="scimctl",
        ),
        pytest.param(("azuread_stand_in.servicer",), ("pulumi", "pulumi.runtime", "dill", "yaml"), id="the stand-in"),
        pytest.param(("scimctl.fleet.reading",), ("pulumi", "grpc", "httpx"), id="a look at the stacks of a fleet"),
    ],
)
def test_what_starts_often_loads_nothing_that_it_does_not_need(
    needed: tuple[str, ...], useless: tuple[str, ...]
) -> None:
    script = f"import sys, {', '.join(needed)}\nprint([each for each in {useless} if each in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_call_loads_no_command_line_of_its_library() -> None:
    script = (
        "import sys\nfrom providers.errors import UnreachableError\nfrom providers.http import Call, send\n"
        "from providers.http.deadline import Deadline\n"
        "try:\n    send(Call('a call', 'GET', 'https://127.0.0.1:9'), Deadline().within(1))\n"
        "except UnreachableError:\n    print([each for each in ('httpx', 'rich', 'click') if each in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['httpx']\n"


def test_who_needs_all_of_azuread_and_of_the_sdk_still_gets_it() -> None:
    script = (
        "import azuread_stand_in.protocol, components, pulumi_azuread\n"
        "print(pulumi_azuread.Group.__name__, pulumi_azuread.outputs.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout == "Group pulumi_azuread.outputs\n"
