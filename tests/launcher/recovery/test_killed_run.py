"""What counts as left behind, how long it is waited for, and what is never cleared."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launcher.errors import MissingError, WaitError
from launcher.recovery import adoption, clearing
from launcher.recovery.backend import checkpoint_of, locks_of, remove_torn_attributes
from launcher.recovery.killed_run import KilledRun, Operation, Stack, last_sign, left_by_killed_run, told
from launcher.waiting import wait_until
from providers.deadline import ORPHAN_SECONDS
from tests.launcher.clone import PROJECT


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack whose engine fails: what is asked of it before that is told by the error."""
    checkpoint = checkpoint_of(tmp_path, "test")
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_text("{}")
    return Stack("test", tmp_path, "false", sys.executable, PROJECT, dict(os.environ))


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
        assert wait_until(lambda: Path(f"/proc/{running.pid}/cmdline").read_bytes() != b"", seconds=10)
        yield running.pid
        running.communicate(b"\n", timeout=10)


def run(last_sign: float, *pending: Operation) -> KilledRun:
    return KilledRun((), pending, "{}", last_sign)


def operation(verb: str, kind: str) -> Operation:
    return {"type": verb, "resource": {"urn": f"urn:{kind}", "type": kind}}


def test_a_run_that_is_at_work_is_left_alone_in_one_line(stack: Stack) -> None:
    with process("/opt/pulumi") as pid:
        lock(stack, pid)
        with pytest.raises(WaitError) as caught:
            left_by_killed_run(stack)
    assert str(caught.value) == (
        f"a run is at work (process {pid} of ada on {socket.gethostname()}): wait for it, or end it with `kill {pid}`"
    )


@pytest.mark.parametrize("host", ["", "elsewhere.example"])
def test_an_owner_that_is_dead_or_on_another_host_does_not_stop_it(stack: Stack, host: str) -> None:
    with process("/usr/bin/innocent" if not host else "/opt/pulumi") as pid:
        lock(stack, pid, host)
        with pytest.raises(MissingError, match="false stack export"):
            left_by_killed_run(stack)


def test_a_lock_is_told_with_owner_host_and_time(stack: Stack) -> None:
    lock(stack, 17, "elsewhere")
    (found,) = locks_of(stack.backend, stack.name)
    pending = operation("creating", "pulumi-python:dynamic/greenlake:ScimProxyToken")
    assert told(KilledRun((found,), (pending,), "", 0)) == [
        "lock: process 17 of ada on elsewhere, since 2026-11-24T08:55:25+0200; it has ended, or is on another host",
        "pending: creating urn:pulumi-python:dynamic/greenlake:ScimProxyToken",
    ]


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
        assert last_sign(stack, locks_of(stack.backend, stack.name)) == 2000


def test_only_a_token_that_was_being_created_may_be_adopted() -> None:
    token, job = "pulumi-python:dynamic/greenlake:ScimProxyToken", "azuread:index/synchronizationJob:SynchronizationJob"
    assert run(0, operation("updating", job), operation("creating", token)).made_a_token
    assert not run(0, operation("updating", token), operation("creating", job)).made_a_token


def test_the_bound_is_the_programs_own(stack: Stack) -> None:
    assert clearing.orphan_seconds(stack) == ORPHAN_SECONDS


def test_it_waits_from_the_last_sign_of_life_with_a_countdown(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.time()
    clearing.wait_for_orphans(run(last_sign=began - 9), bound_s=10)
    assert 0.9 <= time.time() - began < 5
    assert "waiting until no call of the killed run can be under way, 1.0 s at most" in capsys.readouterr().err


def test_a_run_that_died_long_ago_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    clearing.wait_for_orphans(run(last_sign=time.time() - 11), bound_s=10)
    assert capsys.readouterr().err == ""


def test_what_another_run_did_meanwhile_is_not_cleared(stack: Stack) -> None:
    seen = run(last_sign(stack, ()))
    path = lock(stack, 17)
    with pytest.raises(WaitError, match="another run has begun meanwhile"):
        clearing.clear(stack, seen)
    assert path.exists()


def test_attributes_that_were_torn_are_removed_and_whole_ones_stay(stack: Stack) -> None:
    beside = checkpoint_of(stack.backend, stack.name).parent
    (beside / "test.json.attrs").write_text("")
    (beside / "test.json.bak.attrs").write_text('{"md5":"x"}')
    remove_torn_attributes(stack.backend)
    assert sorted(path.name for path in beside.iterdir()) == ["test.json", "test.json.bak.attrs"]


def test_permission_to_adopt_lasts_until_it_was_used(tmp_path: Path) -> None:
    mark = tmp_path / "adopt-once"
    assert adoption.environment(mark) == {}
    adoption.allow(mark)
    assert adoption.environment(mark) == {"GREENLAKE_ADOPT_ONCE": "true"}
    adoption.used(mark)
    adoption.used(mark)
    assert adoption.environment(mark) == {}
