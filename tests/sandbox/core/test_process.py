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
class Stopped:
    """What was seen of one sandbox from its start to its stop, while a client kept a connection open."""

    state: Path
    about: dict[str, Any]
    status: Any
    greenlake: int
    world: dict[str, Any]
    mode: int
    readable: list[str]
    code: int
    complaints: str


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    state = tmp_path_factory.mktemp("process") / "state"
    with start(state) as process:
        assert process.stdout
        assert process.stdout.readline()
        with connect(state) as sandbox:
            about = json.loads((state / "sandbox.json").read_text())
            status = sandbox.http.get(f"{about['entra']}/sandbox/status").json()
            greenlake = sandbox.http.post(f"{about['greenlake']}/iam/v1/token").status_code
            world = sandbox.make_world("any").about
            readable = [path.name for path in state.iterdir() if path.stat().st_mode & 0o077]
            process.terminate()  # while the client still holds its connections
            _, complaints = process.communicate(timeout=PATIENCE_S)
    mode = state.stat().st_mode & 0o777
    return Stopped(state, about, status, greenlake, world, mode, readable, process.returncode, complaints)


def test_sandbox_json_is_there_while_both_ports_accept_and_gone_after_a_stop(stopped: Stopped) -> None:
    assert stopped.about.keys() == {"pid", "entra", "greenlake", "page", "version"}
    assert stopped.status == {"ready": True, "worlds": []}
    assert stopped.greenlake in range(400, 500)
    assert not (stopped.state / "sandbox.json").exists()


def test_it_stops_without_a_word_though_clients_keep_connections_open(stopped: Stopped) -> None:
    assert (stopped.code, stopped.complaints) == (0, "")


def test_nobody_else_can_read_the_state_folder(stopped: Stopped) -> None:
    assert (stopped.mode, stopped.readable) == (0o700, [])


def test_no_secret_of_a_world_is_stored(stopped: Stopped) -> None:
    stored = b"".join(path.read_bytes() for path in stopped.state.iterdir() if path.name != "control-key")
    for name in ("client_secret", "admin_client_secret", "iam_client_secret"):
        assert stopped.world[name].encode() not in stored


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


def test_a_killed_sandbox_comes_back_with_its_certificate_worlds_secrets_and_directory(tmp_path: Path) -> None:
    with running(tmp_path) as before:
        world = before.make_world("kept", {"cycle_interval_s": 7})
        with world.graph("admin_client") as admin:
            group = admin.post(
                "groups",
                json={"displayName": "New", "mailEnabled": False, "mailNickname": "new", "securityEnabled": True},
            ).json()
        os.kill(before.pid, signal.SIGKILL)
    certificate = (tmp_path / "ca.pem").read_bytes()
    with running(tmp_path) as after:
        again = after.make_world("kept")
        ports = ("entra", "greenlake")
        assert {k: v for k, v in again.about.items() if k not in ports} == {
            k: v for k, v in world.about.items() if k not in ports
        }
        with again.graph() as graph:
            assert graph.get(f"groups/{group['id']}").json()["displayName"] == "New"
    assert (tmp_path / "ca.pem").read_bytes() == certificate


def test_help_says_what_a_newcomer_needs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for word in ("control-key", "ca.pem", "/sandbox/worlds/", "Exit codes"):
        assert word in shown
