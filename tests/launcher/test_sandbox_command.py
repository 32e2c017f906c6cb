"""`./run sandbox`: started once, found again, stopped only if it is ours, and every failure to start explained."""

import contextlib
import json
import os
import signal
import socket
from pathlib import Path

import pytest

from launcher.deployment import sandbox_process
from tests.launcher.clone import Clone, is_over
from tests.launcher.conftest import ANY_PORTS


def test_start_twice_is_one_sandbox(running: Clone) -> None:
    before = json.loads((running.state / "sandbox.json").read_text())
    again = running.run("sandbox", "start")
    assert again.code == 0
    where = f"Entra at {before['entra']}, GreenLake at {before['greenlake']}, its page at {before['page']}"
    assert again.err == f"the sandbox runs already: {where}\n"
    assert json.loads((running.state / "sandbox.json").read_text()) == before


def test_a_sandbox_that_runs_is_not_given_other_ports_in_silence(running: Clone) -> None:
    said = running.run("sandbox", "start", "--entra-port", "1")
    assert said.code == 64
    assert "the sandbox runs already: `./run sandbox stop`" in said.err


def test_status_reports_people_and_programs_where_it_is(running: Clone) -> None:
    notice = json.loads((running.state / "sandbox.json").read_text())
    said = running.run("sandbox", "status").out
    assert f"Entra      {notice['entra']}\n" in said
    assert f"page       {notice['page']}\n" in said
    assert f"process    {notice['pid']}, version {notice['version']}\n" in said


def test_stop_ends_it_and_is_fine_twice(clone: Clone) -> None:
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0
    pid = json.loads((clone.state / "sandbox.json").read_text())["pid"]
    first, second = clone.run("sandbox", "stop"), clone.run("sandbox", "stop")
    assert (first.code, first.err) == (0, "the sandbox is stopped\n")
    assert (second.code, second.err) == (0, "the sandbox does not run\n")
    assert is_over(pid)


@pytest.mark.parametrize("option", ["--entra-port", "--page-port"])
def test_a_taken_port_is_one_line_with_the_port_and_the_way_out(clone: Clone, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = clone.run("sandbox", "start", *ANY_PORTS, option, str(port))
    assert said.code == 70
    assert said.last.startswith(f"run: sandbox: port {port} cannot be used")
    assert f"give another {option}" in said.last
    assert said.last.endswith("`./run sandbox --help` shows how")


def test_the_ports_of_the_last_time_are_taken_again_and_a_taken_port_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sandbox_process, "PORTS", tmp_path / "ports.json")
    with socket.create_server(("127.0.0.1", 0)) as other, socket.create_server(("127.0.0.1", 0)) as soon_free:
        taken, free = other.getsockname()[1], soon_free.getsockname()[1]
        soon_free.close()
        (tmp_path / "ports.json").write_text(f"[{free}, {taken}, {taken}]")
        ports = sandbox_process.usual_ports()
    assert ports == ["--entra-port", str(free), "--greenlake-port", "0", "--page-port", "0"]


@pytest.mark.parametrize(
    "text", ["", "garbage", "{}", '["8443"]', "[99999, 1, 2]", "[1, 2, 0]", "[1, 2]", "[1, 2, 3, 4]"]
)
def test_ports_that_nobody_remembered_are_those_of_a_first_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    monkeypatch.setattr(sandbox_process, "PORTS", tmp_path / "ports.json")
    first = sandbox_process.usual_ports()
    (tmp_path / "ports.json").write_text(text)
    assert sandbox_process.usual_ports() == first


def test_without_options_it_starts_although_all_of_its_ports_are_taken_and_stays_where_it_is(clone: Clone) -> None:
    clone.state.mkdir()
    with contextlib.ExitStack() as others:
        taken = [others.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(3)]
        (clone.state / "ports.json").write_text(json.dumps(taken))
        started = clone.run("sandbox", "start")
    assert started.code == 0, started.err
    for port in taken:
        assert f"port {port} cannot be used (Address already in use): another one is used\n" in started.err
    first = json.loads((clone.state / "ports.json").read_text())
    assert not set(first) & set(taken)
    assert clone.run("env").out.count(f"https://127.0.0.1:{first[1]}\n") == 1
    os.kill(json.loads((clone.state / "sandbox.json").read_text())["pid"], signal.SIGKILL)
    assert clone.run("sandbox", "start").code == 0
    assert json.loads((clone.state / "ports.json").read_text()) == first


def test_break_lists_refuses_and_shows_what_it_has_done(running: Clone) -> None:
    listed = running.run("sandbox", "break")
    assert listed.code == 0
    assert "delete-token      The token was deleted at GreenLake.\n" in listed.out
    unknown = running.run("sandbox", "break", "everything")
    assert (unknown.code, "one of pause, delete-token" in unknown.last) == (64, True)
    assert running.run("env").code == 0
    assert running.run("sandbox", "break", "slow").out.startswith("GreenLake takes 2 s for every answer.")
    assert running.run("sandbox", "break", "fast").code == 0
    impossible = running.run("sandbox", "break", "pause")
    assert (impossible.code, impossible.last) == (70, "run: There is no provisioning job yet: `./run up` makes it.")


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
    before = clone.run("sandbox", "status").out.splitlines()
    assert clone.run("env").code == 0
    assert "\nworlds     sandbox\n" in clone.run("sandbox", "status").out
    assert clone.run("sandbox", "reset").code == 0
    after = clone.run("sandbox", "status").out.splitlines()
    assert after[:2] == before[:2]
    assert after[3] == "worlds     none yet"
    assert not (clone.state / "pulumi").exists()


def test_a_sandbox_that_breaks_is_quoted_with_its_log(clone: Clone) -> None:
    broken = clone.root / "sandbox"
    lock = broken.resolve() / "requirements.lock"
    broken.unlink()
    broken.mkdir()
    (broken / lock.name).symlink_to(lock)
    (broken / "__main__.py").write_text("raise RuntimeError('it broke')\n")
    said = clone.run("sandbox", "start")
    assert said.code == 70
    assert said.last.startswith("run: the sandbox did not start: RuntimeError: it broke (")
    assert said.last.endswith("sandbox.log)")


def test_state_is_for_its_owner_only(running: Clone) -> None:
    assert running.run("env").code == 0
    assert running.state.stat().st_mode & 0o777 == 0o700
    for name in ("control-key", "passphrase", "sandbox.log", "server.pem"):
        assert (running.state / name).stat().st_mode & 0o777 == 0o600
