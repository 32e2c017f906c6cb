"""`./run recover` after a real kill: shown and cleared. That the next `up` goes on is shown by `tests.e2e.killed`."""

import subprocess

import pytest

from tests.e2e.killed.processes import kill_session, wait_for
from tests.e2e.killed.recovery import die_long_ago
from tests.launcher.clone import Clone
from tests.launcher.conftest import ANY_PORTS
from tests.sandbox.driver import Sandbox, connect

HELD = {"service": "proxytoken", "method": "POST", "path": "/proxytoken$", "when": "after", "action": "hold"}


def killed_up(clone: Clone, sandbox: Sandbox) -> None:
    """Run `up` and kill it with everything it started while GreenLake's answer to the first token is under way."""
    sandbox.make_world("sandbox")
    sandbox.control("PUT", "/worlds/sandbox/faults", [HELD]).raise_for_status()
    with subprocess.Popen(
        clone.command("up"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as up:  # fmt: skip

        def held() -> bool:
            assert up.poll() is None, "up ended"
            return sandbox.control("GET", "/worlds/sandbox/faults").json()[0]["times"] == 0

        wait_for(held, "the token's creation")
        kill_session(up.pid)
    sandbox.control("PUT", "/worlds/sandbox/faults", []).raise_for_status()


@pytest.mark.engine
def test_after_a_kill_up_names_recover_which_clears_and_shows_how_up_adopts_the_token(
    clone: Clone,
) -> None:
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0
    with connect(clone.state) as sandbox:
        settings = clone.root / "stacks" / "Pulumi.sandbox.yaml"
        settings.write_text(settings.read_text().replace("https://127.0.0.1:8444", sandbox.greenlake))
        killed_up(clone, sandbox)
        die_long_ago(clone.state / "pulumi")

        locked = clone.run("up")
        assert locked.code != 0
        assert "lock: process " in locked.err
        assert locked.last == "run: the stack is locked by a run that was killed: `./run recover` clears that"

        said = clone.run("recover")
        assert said.code == 0, said.err
        for words in ("lock: process ", "pending: creating urn:pulumi:sandbox::", "ScimProxyToken"):
            assert words in said.err
        assert "waiting" not in said.err
        assert "run `GREENLAKE_ADOPT_ONCE=true ./run up --stack sandbox`" in said.out
        assert clone.run("recover").out.endswith("there is nothing to clear: no lock, no pending operation\n")
