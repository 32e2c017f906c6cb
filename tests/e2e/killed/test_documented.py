"""The commands that docs/recover.md gives for CI do what it describes."""

import re
import subprocess

import pytest

from tests.e2e.killed import operation, outcome
from tests.e2e.killed.blow import strike
from tests.e2e.killed.exchange import first
from tests.e2e.killed.point import Stage
from tests.e2e.killed.recovery import die_long_ago
from tests.e2e.workspace import COMMAND_S, PROJECT

pytestmark = pytest.mark.engine

_PAGE = (PROJECT / "docs" / "recover.md").read_text()


def commands() -> str:
    """Return the page's script for CI."""
    (script,) = re.findall(r"^## In CI\n.*?^```sh\n(.*?)^```", _PAGE, re.DOTALL | re.MULTILINE)
    return script


def test_the_commands_for_ci_recover_a_run_that_was_killed_while_it_made_the_token(stage: Stage) -> None:
    workspace, killed = stage.bare.workspace, operation.CREATE
    stage.bare.restore({})
    exchange = first(workspace.world, "proxytoken", "POST", "/proxytoken")
    strike(workspace, killed, exchange, "before it is answered", stage.log)
    torn = next((workspace.root / "backend").rglob(f"{workspace.stack}.json.attrs"))
    torn.write_bytes(b"")
    die_long_ago(workspace.root / "backend")

    done = subprocess.run(
        ["sh", "-e", "-c", commands()],
        cwd=workspace.root,
        env={**workspace.environ, "STACK": workspace.stack},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    outcome.assert_deployed(workspace, stage.expected)
