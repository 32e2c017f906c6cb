"""`./run recover` after a real kill: shown, cleared, and the next `./run up` goes on from there."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.killed.processes import kill_session, wait_for
from tests.launcher.clone import Clone
from tests.launcher.conftest import ANY_PORTS
from tests.sandbox.driver import Sandbox, connect

LONG_AGO_S = 3600
HELD = {"service": "proxytoken", "method": "POST", "path": "/proxytoken$", "when": "after", "action": "hold"}


def test_where_nothing_was_deployed_nothing_is_started(clone: Clone, tmp_path: Path) -> None:
    said = clone.run("recover", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert (said.code, said.err) == (0, "there is nothing to clear\n")
    assert not clone.state.exists()


def test_arguments_are_refused(clone: Clone) -> None:
    assert clone.run("recover", "--force").err == "run: recover takes no arguments: see `./run recover --help`\n"


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


def die_long_ago(clone: Clone) -> None:
    """Let everything that the killed run wrote be older than any orphan."""
    moment = time.time() - LONG_AGO_S
    for path in (clone.state / "pulumi").rglob("*.json"):
        os.utime(path, (moment, moment))


@pytest.mark.engine
def test_after_a_kill_recover_shows_clears_and_lets_up_adopt_the_token_once(clone: Clone) -> None:
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0
    with connect(clone.state) as sandbox:
        settings = clone.root / "stacks" / "Pulumi.sandbox.yaml"
        settings.write_text(settings.read_text().replace("https://127.0.0.1:8444", sandbox.greenlake))
        killed_up(clone, sandbox)
        die_long_ago(clone)

        said = clone.run("recover")
        assert said.code == 0, said.err
        for words in ("lock: process ", "pending: creating urn:pulumi:sandbox::", "ScimProxyToken", "cleared: "):
            assert words in said.err
        assert "waiting until" not in said.err
        assert (clone.state / "adopt-once").exists()

        up = clone.run("up")
        assert up.code == 0, up.err
        assert not (clone.state / "adopt-once").exists()
        tokens = sandbox.control("GET", "/worlds/sandbox").json()["tokens"]
        assert [token["live"] for token in tokens] == [False, True]
        assert clone.run("recover").err.endswith("there is nothing to clear\n")
        assert clone.run("down").code == 0
