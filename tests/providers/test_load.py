import subprocess
import sys
from pathlib import Path

RESOURCES = (
    "providers.greenlake.scim_proxy_token",
    "providers.entra.synchronization_schema",
    "providers.entra.provisioning_status",
    "providers.entra.unclaimed_application",
)
ONLY_FOR_CALLS = (
    "httpx",
    "tenacity",
    "pydantic",
    "azure.identity",
    "providers.greenlake.api.proxy_tokens",
    "providers.entra.graph.client",
    "providers.entra.sign_in.access_token",
)


def test_a_run_that_changes_nothing_loads_nothing_that_only_calls_need() -> None:
    script = f"import sys, {', '.join(RESOURCES)}\nprint([each for each in {ONLY_FOR_CALLS} if each in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
