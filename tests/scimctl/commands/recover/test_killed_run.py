"""What counts as left behind, how long it is waited for, and what is never cleared."""

import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from providers.errors import StoppedError
from scimctl.commands.recover import clearing
from scimctl.commands.recover.killed_run import KilledRun, last_sign, left_by_killed_run, told
from scimctl.engine.backend import checkpoint_of, folder_of, locks_of, remove_torn_attributes
from tests.launcher.clone import is_over
from tests.sandbox.driver import PATIENCE_S
from tests.sandbox.provisioning.application import wait_until

_ENGINE = """#!/bin/sh
case "$1" in
  whoami) echo '{{"url": "{url}"}}' ;;
  stack) echo '{exported}' ;;
  *) exit 1 ;;
esac
"""


@dataclass(frozen=True)
class Stack:
    """A stack in a folder, and an engine whose answers are given."""

    backend: Path
    name: str = "test"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    checkpoint = checkpoint_of(tmp_path, "test")
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_text("{}")
    engine(tmp_path, f"file://{tmp_path}", monkeypatch)
    return Stack(tmp_path)


def engine(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch, *pending: dict[str, object]) -> None:
    program = folder / "bin" / "pulumi"
    program.parent.mkdir(exist_ok=True)
    program.write_text(
        _ENGINE.format(url=url, exported=json.dumps({"deployment": {"pending_operations": list(pending)}}))
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def lock(stack: Stack, pid: int, host: str = "", moment: str = "2026-11-24T08:55:25.511176312+02:00") -> Path:
    folder = stack.backend / ".pulumi" / "locks" / "organization" / "greenlake-scim" / stack.name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{pid}.json"
    said = {"pid": pid, "username": "ada", "hostname": host or socket.gethostname(), "timestamp": moment}
    path.write_text(json.dumps(said))
    return path


@contextmanager
def process(name: str) -> Generator[int]:
    """Run a process under a name of one's choice."""
    with subprocess.Popen([name, "-c", "input()"], executable=sys.executable, stdin=subprocess.PIPE) as running:
        wait_until(lambda: not is_over(running.pid))
        yield running.pid
        running.communicate(b"\n", timeout=PATIENCE_S)


def run(last_sign: float, *pending: dict[str, object]) -> KilledRun:
    return KilledRun("test", Path("/"), (), json.dumps({"deployment": {"pending_operations": pending}}), last_sign)


def operation(verb: str, kind: str) -> dict[str, object]:
    return {"type": verb, "resource": {"urn": f"urn:{kind}", "type": kind}}


def test_a_run_that_is_at_work_is_left_alone_in_one_line(stack: Stack) -> None:
    with process("/opt/pulumi") as pid:
        lock(stack, pid)
        with pytest.raises(StoppedError) as caught:
            left_by_killed_run(stack.name)
    assert str(caught.value) == (
        f"nothing was cleared: a run of the stack test is at work (process {pid} of ada on {socket.gethostname()}): "
        f"wait for it, or end it with `kill {pid}`"
    )


@pytest.mark.parametrize("host", ["", "elsewhere.example"])
def test_an_owner_that_is_dead_or_on_another_host_does_not_stop_it(stack: Stack, host: str) -> None:
    with process("/usr/bin/innocent" if not host else "/opt/pulumi") as pid:
        lock(stack, pid, host)
        found = left_by_killed_run(stack.name)
    assert [one.pid for one in found.locks] == [pid]
    assert found.left_something


WRONG = '{"pid": 1, "username": 2, "hostname": 3, "timestamp": 4}'


@pytest.mark.parametrize("torn", ["", '{"pid":', "{}", "[]", "null", '{"pid": null}', WRONG])
@pytest.mark.parametrize("suffix", ["", ".18ecdc7f46b8b91e.tmp"])
def test_a_lock_that_was_torn_counts_as_one_and_hides_nothing_else(stack: Stack, torn: str, suffix: str) -> None:
    path = lock(stack, 17)
    path.write_text(torn)
    path.rename(f"{path}{suffix}")  # a full disk leaves it beside the name that it was to get

    (found,) = left_by_killed_run(stack.name).locks

    assert (found.pid, found.owner_lives) == (0, False)


def test_a_state_that_is_kept_under_another_name_is_waited_for_in_full(stack: Stack) -> None:
    checkpoint_of(stack.backend, stack.name).rename(stack.backend / "test.json.gz")

    assert abs(left_by_killed_run(stack.name).last_sign - time.time()) < 60


def test_without_a_lock_and_a_pending_operation_nothing_is_left(stack: Stack) -> None:
    assert not left_by_killed_run(stack.name).left_something


def test_a_lock_is_reported_with_owner_host_and_time(stack: Stack) -> None:
    lock(stack, 17, "elsewhere")
    (found,) = locks_of(stack.backend, stack.name)
    pending = operation("creating", "pulumi-python:dynamic/greenlake:ScimProxyToken")
    exported = json.dumps({"deployment": {"pending_operations": [pending]}})
    assert told(KilledRun("test", stack.backend, (found,), exported, 0)) == [
        "lock: process 17 of ada on elsewhere, since 2026-11-24T08:55:25+0200; nothing is known here of that machine",
        "pending: creating urn:pulumi-python:dynamic/greenlake:ScimProxyToken",
    ]


def test_a_dead_owner_on_this_machine_is_reported_as_dead(stack: Stack) -> None:
    lock(stack, 2**22 + 1)
    assert told(left_by_killed_run(stack.name))[0].endswith("; it has ended")


@pytest.mark.parametrize("url", ["azblob://state", "s3://state?region=eu", "https://api.pulumi.com/org"])
def test_a_backend_that_is_not_a_folder_may_hold_a_lock_and_is_waited_for_in_full(
    stack: Stack, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine(stack.backend, url, monkeypatch)
    found = left_by_killed_run(stack.name)

    assert found.left_something
    assert told(found) == ["lock: this backend does not show whether there is one"]
    assert clearing.planned(found, 110) == [
        "wait 110 s, until no call of the killed run can be under way",
        "end the plugin hosts that the killed engine left on this machine, if there are any",
        "take its lock away, if there is one",
    ]


@pytest.mark.parametrize(
    ("url", "folder"), [("file:///a/b", "/a/b"), ("file://~", "~"), ("file:///a?no_tmp_dir=true", "/a")]
)
def test_the_folder_of_a_file_backend_is_found(url: str, folder: str) -> None:
    assert folder_of(url) == Path(folder).expanduser()


def test_a_stack_of_an_organization_has_the_same_files(stack: Stack) -> None:
    lock(stack, 17)
    assert locks_of(stack.backend, "organization/greenlake-scim/test") == locks_of(stack.backend, "test") != ()
    assert checkpoint_of(stack.backend, "organization/greenlake-scim/test").exists()


@pytest.mark.parametrize("moment", ["2026-11-24T08:55:25Z", "2026-11-24T08:55:25.5Z", "2026-11-24T08:55:25-05:00"])
def test_a_moment_is_read_with_and_without_fraction_and_zone(stack: Stack, moment: str) -> None:
    lock(stack, 17, moment=moment)
    assert locks_of(stack.backend, stack.name)[0].since.isoformat() == moment.replace(".5", "").replace("Z", "+00:00")


def test_the_last_sign_of_life_is_the_latest_of_lock_and_state(stack: Stack) -> None:
    path = lock(stack, 17)
    checkpoint = checkpoint_of(stack.backend, stack.name)
    for older, newer in ((path, checkpoint), (checkpoint, path)):
        os.utime(older, (1000, 1000))
        os.utime(newer, (2000, 2000))
        assert last_sign(stack.backend, stack.name, locks_of(stack.backend, stack.name)) == 2000


def test_only_a_token_that_was_being_created_may_be_adopted() -> None:
    token, job = "pulumi-python:dynamic/greenlake:ScimProxyToken", "azuread:index/synchronizationJob:SynchronizationJob"
    assert run(0, operation("updating", job), operation("creating", token)).made_a_token
    assert not run(0, operation("updating", token), operation("creating", job)).made_a_token


def test_it_waits_from_the_last_sign_of_life_with_a_countdown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    clock = SimpleNamespace(sleep=waits.append, time=lambda: 1009 + sum(waits))
    monkeypatch.setattr("scimctl.commands.recover.clearing.time", clock)
    clearing.wait_for_orphans(run(last_sign=1000), bound_s=20)
    assert sum(waits) == pytest.approx(11)
    assert "waiting 11 s, until no call of the killed run can be under way" in capsys.readouterr().err


def test_a_run_that_died_long_ago_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    clearing.wait_for_orphans(run(last_sign=time.time() - 11), bound_s=10)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("trace", ["lock", "state"])
def test_what_another_run_did_meanwhile_is_not_cleared(
    stack: Stack, trace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = left_by_killed_run(stack.name)
    if trace == "lock":
        lock(stack, 17)
    else:
        engine(stack.backend, f"file://{stack.backend}", monkeypatch, operation("updating", "job"))
    with pytest.raises(StoppedError, match="another run of the stack test has begun meanwhile"):
        clearing.clear(seen)


def test_attributes_that_were_torn_are_removed_and_whole_ones_stay(stack: Stack) -> None:
    beside = checkpoint_of(stack.backend, stack.name).parent
    (beside / "test.json.attrs").write_text("")
    (beside / "test.json.bak.attrs").write_text('{"md5":"x"}')
    remove_torn_attributes(stack.backend)
    assert sorted(path.name for path in beside.iterdir()) == ["test.json", "test.json.bak.attrs"]
