"""A lock that a killed run left is reported before `up` stops at it; the lock of a run at work is not a problem yet."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from providers.timestamps import from_text
from scimctl.commands.doctor.check import Verdict
from scimctl.commands.doctor.machine import of_locks, of_pending
from scimctl.commands.recover.backend import Lock

BEGAN = from_text("2026-11-29T03:00:00Z")
NO_PROCESS = 1 << 22


@pytest.mark.parametrize(("minutes", "verdict"), [(5, Verdict.WARNING), (61, Verdict.PROBLEM)])
def test_the_age_of_a_lock_of_another_machine_distinguishes_a_killed_run_from_one_at_work(
    minutes: int, verdict: Verdict
) -> None:
    lock = Lock(Path("one.json"), 42, "ci", "runner-1", BEGAN)

    check = of_locks([lock], BEGAN + timedelta(minutes=minutes))

    assert check.verdict is verdict
    assert check.says.endswith("ago: process 42 of ci on runner-1; nothing is known here of that machine")
    assert check.todo == "wait until that run has ended; if it was killed, run `scimctl recover`"


def test_a_run_of_this_machine_that_has_ended_left_its_lock_at_once() -> None:
    lock = Lock(Path("one.json"), NO_PROCESS, "ci", socket.gethostname(), BEGAN)

    check = of_locks([lock], BEGAN + timedelta(seconds=1))

    assert (check.verdict, check.todo) == (Verdict.PROBLEM, "run `scimctl recover`")
    assert check.says.endswith("; it has ended")


def test_a_run_at_work_on_this_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lock, "owner_lives", True)

    check = of_locks([Lock(Path("one.json"), 42, "ci", socket.gethostname(), BEGAN)], BEGAN + timedelta(hours=2))

    assert (check.verdict, check.todo) == (Verdict.WARNING, "wait until that run has ended")
    assert check.says.endswith("; it is at work")


def test_without_a_lock_all_is_well_and_without_a_look_nothing_is_known() -> None:
    assert of_locks([], BEGAN).verdict is Verdict.OK
    assert of_locks(None, BEGAN).verdict is Verdict.UNKNOWN


def test_an_operation_whose_end_nobody_wrote_down_is_a_problem_in_every_backend() -> None:
    urn = "urn:pulumi:prod::greenlake-scim::pulumi-python:dynamic/greenlake:ScimProxyToken::token"

    check = of_pending([{"type": "creating", "resource": {"urn": urn}}])

    assert (check.verdict, check.says) == (Verdict.PROBLEM, "a run was cut off, or is at work: creating token")
