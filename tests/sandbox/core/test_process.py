"""The sandbox as a process: how it starts, stops, refuses to start, and comes back."""

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.__main__ import main
from sandbox.core.store import Store
from tests.sandbox.driver import PATIENCE_S, Sandbox, connect, running, start


@dataclass(frozen=True)
class Seen:
    """What was seen of a sandbox that was killed, started again, and stopped while a client kept a connection open."""

    state: Path
    about: dict[str, Any]
    status: Any
    greenlake: int
    kept: list[tuple[bytes, dict[str, Any], dict[str, Any]]]
    mode: int
    readable: list[str]
    code: int
    complaints: str


def kept(sandbox: Sandbox, group: str) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """Return what a killed sandbox comes back with: its certificate, the ids and secrets of a world, a new group."""
    world = sandbox.make_world("kept")
    with world.graph() as graph:
        found = graph.get(f"groups/{group}").json()
    about = {name: value for name, value in world.about.items() if name not in ("entra", "greenlake")}
    return (sandbox.state / "ca.pem").read_bytes(), about, {name: found[name] for name in ("id", "displayName")}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    state = tmp_path_factory.mktemp("process") / "state"
    group = {"displayName": "New", "mailEnabled": False, "mailNickname": "new", "securityEnabled": True}
    with running(state) as first:
        with first.make_world("kept", {"cycle_interval_s": 7}).graph("admin_client") as admin:
            made = admin.post("groups", json=group).json()["id"]
        before = kept(first, made)
        os.kill(first.pid, signal.SIGKILL)
    with start(state) as process:
        assert process.stdout
        assert process.stdout.readline()
        with connect(state) as sandbox:
            about = json.loads((state / "sandbox.json").read_text())
            status = sandbox.http.get(f"{about['entra']}/sandbox/status").json()
            greenlake = sandbox.http.post(f"{about['greenlake']}/iam/v1/token").status_code
            after = kept(sandbox, made)
            readable = [path.name for path in state.iterdir() if path.stat().st_mode & 0o077]
            process.terminate()  # while the client still holds its connections
            _, complaints = process.communicate(timeout=PATIENCE_S)
    mode = state.stat().st_mode & 0o777
    return Seen(state, about, status, greenlake, [before, after], mode, readable, process.returncode, complaints)


def test_sandbox_json_is_there_while_both_ports_accept_and_gone_after_a_stop(seen: Seen) -> None:
    assert seen.about.keys() == {"pid", "entra", "greenlake", "page", "version"}
    assert seen.status == {"ready": True, "worlds": ["kept"]}
    assert seen.greenlake in range(400, 500)
    assert not (seen.state / "sandbox.json").exists()


def test_a_killed_sandbox_comes_back_with_its_certificate_worlds_secrets_and_directory(seen: Seen) -> None:
    before, after = seen.kept
    assert before == after
    assert before[1]["settings"]["cycle_interval_s"] == 7
    assert before[2]["displayName"] == "New"


def test_it_stops_without_a_word_though_clients_keep_connections_open(seen: Seen) -> None:
    assert (seen.code, seen.complaints) == (0, "")


def test_nobody_else_can_read_the_state_folder(seen: Seen) -> None:
    assert (seen.mode, seen.readable) == (0o700, [])


def test_no_secret_of_a_world_is_stored(seen: Seen) -> None:
    stored = b"".join(path.read_bytes() for path in seen.state.iterdir() if path.name != "control-key")
    for name in ("client_secret", "admin_client_secret", "iam_client_secret"):
        assert seen.kept[0][1][name].encode() not in stored


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., tuple[int, str]]]:
    """Start a sandbox that must not start, in this process; what it returned and the one line that it printed."""
    before = os.umask(0o022)

    def refuse(state: Path, *options: str) -> tuple[int, str]:
        code = main(["--state", str(state), "--greenlake-port=0", "--page-port=0", *(options or ("--entra-port=0",))])
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        return code, said

    yield refuse
    os.umask(before)


def test_a_port_in_use_is_one_line_and_exit_code_3_and_no_notice_of_an_earlier_sandbox_stays(
    tmp_path: Path, refused: Callable[..., tuple[int, str]]
) -> None:
    (tmp_path / "sandbox.json").write_text("{}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = refused(tmp_path, f"--entra-port={port}")
    assert code == 3
    assert f"port {port}" in said
    assert "--entra-port" in said
    assert not (tmp_path / "sandbox.json").exists()


def test_a_store_of_another_version_is_one_line_and_exit_code_4(
    tmp_path: Path, refused: Callable[..., tuple[int, str]]
) -> None:
    store = Store(tmp_path / "sandbox.sqlite")
    store.put("old", "world", "state", {"settings": {"no_longer_known": 1}})
    store.close()
    code, said = refused(tmp_path)
    assert code == 4
    assert "./run sandbox reset" in said


def test_a_corrupt_store_is_one_line_and_exit_code_4(tmp_path: Path, refused: Callable[..., tuple[int, str]]) -> None:
    (tmp_path / "sandbox.sqlite").write_bytes(b"this is no database, and never was one" * 50)
    code, said = refused(tmp_path)
    assert code == 4
    assert "./run sandbox reset" in said


def test_a_state_folder_in_use_is_one_line_and_exit_code_5(
    sandbox: Sandbox, refused: Callable[..., tuple[int, str]]
) -> None:
    code, said = refused(sandbox.state)
    assert code == 5
    assert str(sandbox.state) in said


def test_help_has_what_a_newcomer_needs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for word in ("control-key", "ca.pem", "/sandbox/worlds/", "Exit codes"):
        assert word in shown
