"""One screen with few calls: it never makes Entra use a token, and its exit code shows whether something is wrong."""

import signal
import subprocess
import sys

import pytest

from scimctl.cli import main
from tests.e2e.workspace import Workspace
from tests.sandbox.driver import PATIENCE_S
from tests.scimctl.looking import look
from tests.scimctl.portal import last_request, portal

pytestmark = pytest.mark.engine


def test_it_reports_everything_with_three_calls_and_uses_no_token(here: Workspace) -> None:
    since = last_request(here)
    said = look(here, "status")

    assert said.code == 0, said.out
    verdict, *rest = said.out.splitlines()
    assert verdict.startswith("healthy as of the last cycle, ")
    assert [line.split("  ")[0] for line in rest] == [
        *("provisioning", "state", "last cycle", "next cycle", "provisioned"),
        *("token", "issued", "expires", "rotates", "overlap", "mappings"),
    ]
    assert "on, as declared" in said.out
    assert "8 users, 1 group" in said.out
    services = [one["service"] for one in here.world.requests(since)]
    assert (services.count("graph"), {"scim", "iam", "proxytoken"} & set(services)) == (3, set())


def test_json_has_it_all(here: Workspace) -> None:
    metrics = here.root / "status.json"
    data = look(here, "status", "--json", "--otlp", str(metrics)).data

    assert "greenlake_scim_rotation_seconds" in metrics.read_text()
    assert (data["provisioning"], data["stackStatus"], data["found"]) == ("on", "on", [])
    assert data["lastCycle"]["state"] == "Succeeded"
    assert data["provisioned"] == {"User": 8, "Group": 1}
    assert data["token"]["fingerprint"] == here.outputs()["token_fingerprint"]
    assert data["mappings"] == {"inSync": True, "differences": []}


def test_changed_mappings_are_found(deployed: Workspace) -> None:
    with portal(deployed) as application:
        application.edit("User", flowTypes="Add,Update,Delete")

    said = look(deployed, "status")

    assert (said.code, said.first) == (7, "mappings: User Update is ticked: `pulumi up --refresh` repairs it")


def test_watching_ends_with_an_interrupt_and_its_code(here: Workspace) -> None:
    command = [sys.executable, "-m", "scimctl", "status", "--watch", "1", "--stack", here.stack]
    with subprocess.Popen(
        command, cwd=here.root, env=here.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        blocks = (line for line in process.stdout if line.startswith("mappings"))
        assert all([next(blocks, ""), next(blocks, "")])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 130


@pytest.mark.parametrize("every", ["0", "-1", "soon", "1.5"])
def test_how_often_to_look_is_a_number_of_seconds(every: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", f"--watch={every}"]) == 2
    assert f"argument --watch: '{every}' is not a number of seconds" in capsys.readouterr().err
