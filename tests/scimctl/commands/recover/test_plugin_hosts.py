"""Only hosts whose engine is dead are ended, and only those of the stack that is cleared."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scimctl.commands.recover.plugin_hosts import end, orphaned_hosts
from tests.sandbox.provisioning.application import wait_until

_STACK = {"PULUMI_BACKEND_URL": "file:///a/backend", "PULUMI_STACK": "sandbox"}


@contextmanager
def _host(address: str, *options: str, **environ: str) -> Generator[int]:
    """Run what looks like a host: the same arguments, and a module that waits."""
    arguments = [sys.executable, *(options or ("-m", "pulumi.dynamic")), address]
    shown = ["-c", "import sys; sys.stdin.read()", *arguments[1:]]
    with subprocess.Popen(
        [sys.executable, *shown], env={**os.environ, **_STACK, **environ}, stdin=subprocess.PIPE
    ) as process:
        try:
            wait_until(lambda: b"stdin" in Path(f"/proc/{process.pid}/cmdline").read_bytes())
            yield process.pid
        finally:
            process.kill()


def _found(pid: int) -> bool:
    return pid in orphaned_hosts("file:///a/backend", "sandbox")


@pytest.fixture
def dead() -> str:
    """An address at which nobody listens any more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


def test_a_host_of_a_dead_engine_is_found_and_ended(dead: str) -> None:
    with _host(dead) as pid:
        assert _found(pid)
        end(pid)
        assert os.waitpid(pid, 0)[1] != 0
        assert not _found(pid)
        end(pid)


def test_a_host_whose_engine_listens_is_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, _host(f"127.0.0.1:{listener.getsockname()[1]}") as pid:
        assert not _found(pid)


@pytest.mark.parametrize("other", [{"PULUMI_BACKEND_URL": "file:///b"}, {"PULUMI_STACK": "prod"}])
def test_a_host_of_another_stack_is_left_alone(dead: str, other: dict[str, str]) -> None:
    with _host(dead, **other) as pid:
        assert not _found(pid)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:x", "no-such-host.invalid:1"])
def test_an_engine_of_which_nothing_is_known_counts_as_alive(address: str) -> None:
    with _host(address) as pid:
        assert not _found(pid)


def test_another_program_is_not_a_host(dead: str) -> None:
    with _host(dead, "-m", "http.server") as pid:
        assert not _found(pid)
