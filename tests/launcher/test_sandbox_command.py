"""`./run sandbox`: started once, found again, stopped only if it is ours, and every failure to start explained."""

import json
import os
import signal
import socket
import subprocess
import sys

from tests.launcher.clone import Clone, is_over
from tests.launcher.conftest import ANY_PORTS


def test_start_twice_is_one_sandbox(running: Clone) -> None:
    before = json.loads((running.state / "sandbox.json").read_text())
    again = running.run("sandbox", "start")
    assert again.code == 0
    assert again.err == f"the sandbox runs already: Entra at {before['entra']}, GreenLake at {before['greenlake']}\n"
    assert json.loads((running.state / "sandbox.json").read_text()) == before


def test_a_sandbox_that_runs_is_not_given_other_ports_in_silence(running: Clone) -> None:
    said = running.run("sandbox", "start", "--entra-port", "1")
    assert said.code == 64
    assert "the sandbox runs already: `./run sandbox stop`" in said.err


def test_status_tells_people_and_programs_where_it_is(running: Clone) -> None:
    notice = json.loads((running.state / "sandbox.json").read_text())
    assert f"Entra      {notice['entra']}\n" in running.run("sandbox", "status").out
    told = json.loads(running.run("sandbox", "status", "--json").out)
    assert told["running"] is True
    assert {name: told[name] for name in notice} == notice


def test_status_of_nothing_is_exit_code_1(clone: Clone) -> None:
    said = clone.run("sandbox", "status", "--json")
    assert said.code == 1
    assert json.loads(said.out) == {"running": False, "worlds": []}
    assert "`./run sandbox start`" in clone.run("sandbox", "status").out


def test_stop_ends_it_and_is_fine_twice(clone: Clone) -> None:
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0
    pid = json.loads((clone.state / "sandbox.json").read_text())["pid"]
    first, second = clone.run("sandbox", "stop"), clone.run("sandbox", "stop")
    assert (first.code, first.err) == (0, "the sandbox is stopped\n")
    assert (second.code, second.err) == (0, "the sandbox does not run\n")
    assert is_over(pid)


def test_a_notice_with_the_process_id_of_somebody_else_kills_nobody(clone: Clone) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    clone.state.mkdir()
    notice = {"pid": bystander.pid, "entra": "https://127.0.0.1:1", "greenlake": "https://127.0.0.1:2", "version": "1"}
    (clone.state / "sandbox.json").write_text(json.dumps(notice))
    assert clone.run("sandbox", "stop").err == "the sandbox does not run\n"
    assert bystander.poll() is None
    bystander.communicate(b"\n", timeout=10)


def test_a_taken_port_is_one_line_with_the_port_and_the_way_out(clone: Clone) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = clone.run("sandbox", "start", "--entra-port", str(port), "--greenlake-port", "0")
    assert said.code == 70
    assert said.last.startswith(f"run: sandbox: port {port} cannot be had")
    assert "give another --entra-port" in said.last
    assert said.last.endswith("`./run sandbox --help` tells how")


def test_start_takes_the_ports_of_the_last_time(clone: Clone) -> None:
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0
    before = (clone.state / "ports.json").read_text()
    os.kill(json.loads((clone.state / "sandbox.json").read_text())["pid"], signal.SIGKILL)
    assert clone.run("sandbox", "start").code == 0
    assert (clone.state / "ports.json").read_text() == before


def test_a_corrupt_store_is_one_line_and_reset_is_the_way_out(clone: Clone) -> None:
    clone.state.mkdir()
    (clone.state / "sandbox.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    refused = clone.run("sandbox", "start", *ANY_PORTS)
    assert refused.code == 70
    assert "./run sandbox reset" in refused.last
    assert clone.run("sandbox", "reset").code == 0
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0


def test_reset_forgets_worlds_and_stacks_and_comes_back_on_the_same_ports(clone: Clone) -> None:
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0
    before = json.loads(clone.run("sandbox", "status", "--json").out)
    assert clone.run("env").code == 0
    assert json.loads(clone.run("sandbox", "status", "--json").out)["worlds"] == ["sandbox"]
    assert clone.run("sandbox", "reset").code == 0
    after = json.loads(clone.run("sandbox", "status", "--json").out)
    assert (after["entra"], after["greenlake"]) == (before["entra"], before["greenlake"])
    assert after["worlds"] == []
    assert not (clone.state / "pulumi").exists()


def test_the_log_is_printed_where_there_is_one(clone: Clone) -> None:
    assert clone.run("sandbox", "log").err == "there is no log yet: `./run sandbox start`\n"
    clone.state.mkdir()
    (clone.state / "sandbox.log").write_text("first\nlast\n")
    assert clone.run("sandbox", "log").out == "first\nlast\n"


def test_a_sandbox_that_breaks_is_quoted_with_its_log(clone: Clone) -> None:
    (clone.root / "sandbox" / "__main__.py").write_text("raise RuntimeError('it broke')\n")
    said = clone.run("sandbox", "start")
    assert said.code == 70
    assert said.last.startswith("run: the sandbox did not start: RuntimeError: it broke (")
    assert said.last.endswith("sandbox.log)")


def test_state_is_for_its_owner_only(running: Clone) -> None:
    assert running.run("env").code == 0
    assert running.state.stat().st_mode & 0o777 == 0o700
    for name in ("control-key", "passphrase", "sandbox.log", "server.pem"):
        assert (running.state / name).stat().st_mode & 0o777 == 0o600
