"""The sandbox as a process: how it starts, stops, refuses to start, and comes back."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx

from sandbox.core.store import Store
from tests.sandbox.driver import PATIENCE_S, PROJECT, Sandbox, running, start


def _refusal(state: Path, *options: str) -> tuple[int, str]:
    """Start a sandbox that must not start; return its exit code and what it said."""
    with start(state, *options) as process:
        _, errors = process.communicate(timeout=PATIENCE_S)
    return process.returncode, errors


def test_sandbox_json_is_there_while_both_ports_accept_and_gone_after_a_stop(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        about = json.loads((tmp_path / "sandbox.json").read_text())
        assert about.keys() == {"pid", "entra", "greenlake", "page", "version"}
        assert sandbox.http.get(f"{about['entra']}/sandbox/status").json() == {"ready": True, "worlds": []}
        assert sandbox.http.post(f"{about['greenlake']}/iam/v1/token").status_code in range(400, 500)
    assert not (tmp_path / "sandbox.json").exists()


def test_it_stops_while_clients_keep_connections_open(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        assert process.stdout
        assert process.stdout.readline()
        entra = json.loads((tmp_path / "sandbox.json").read_text())["entra"]
        with httpx.Client(verify=ssl.create_default_context(cafile=tmp_path / "ca.pem")) as idle:
            assert idle.get(f"{entra}/sandbox/status").is_success
            process.terminate()
            _, complaints = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, complaints) == (0, "")


def test_a_port_in_use_is_one_line_and_exit_code_3(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = _refusal(tmp_path, f"--entra-port={port}", "--greenlake-port=0")
    assert code == 3
    assert said.count("\n") == 1
    assert f"port {port}" in said
    assert "--entra-port" in said


def test_the_notice_of_a_killed_sandbox_is_gone_as_soon_as_the_next_one_starts(tmp_path: Path) -> None:
    (tmp_path / "sandbox.json").write_text("{}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        _refusal(tmp_path, f"--entra-port={taken.getsockname()[1]}")
    assert not (tmp_path / "sandbox.json").exists()


def test_a_store_of_another_version_is_one_line_and_exit_code_4(tmp_path: Path) -> None:
    store = Store(tmp_path / "sandbox.sqlite")
    store.put("old", "world", "state", {"settings": {"no_longer_known": 1}})
    store.close()
    code, said = _refusal(tmp_path)
    assert code == 4
    assert said.count("\n") == 1
    assert "./run sandbox reset" in said


def test_a_corrupt_store_is_one_line_and_exit_code_4(tmp_path: Path) -> None:
    (tmp_path / "sandbox.sqlite").write_bytes(b"this is no database, and never was one" * 50)
    code, said = _refusal(tmp_path)
    assert code == 4
    assert said.count("\n") == 1
    assert "./run sandbox reset" in said


def test_a_state_folder_in_use_is_one_line_and_exit_code_5(sandbox: Sandbox) -> None:
    code, said = _refusal(sandbox.state)
    assert code == 5
    assert said.count("\n") == 1
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


def test_nobody_else_can_read_the_state_folder(tmp_path: Path) -> None:
    with running(tmp_path / "state") as sandbox:
        sandbox.make_world("any")
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
        readable = [path.name for path in (tmp_path / "state").iterdir() if path.stat().st_mode & 0o077]
    assert readable == []


def test_no_secret_of_a_world_is_stored(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        about = sandbox.make_world("any").about
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name != "control-key")
    for name in ("client_secret", "admin_client_secret", "iam_client_secret"):
        assert about[name].encode() not in stored


def test_help_says_what_a_newcomer_needs() -> None:
    shown = subprocess.run([sys.executable, "-m", "sandbox", "--help"], cwd=PROJECT, capture_output=True, check=True)
    for word in ("control-key", "ca.pem", "/sandbox/worlds/", "Exit codes"):
        assert word in shown.stdout.decode()
