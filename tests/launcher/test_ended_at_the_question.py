"""A run of the engine that is ended while it asks leaves nothing that stops the next one."""

import os
import pty
import select
import signal
import time
from pathlib import Path

import pytest

from tests.full import only_in_full
from tests.launcher.clone import Clone

pytestmark = [
    pytest.mark.engine,
    only_in_full("takes a minute"),
]
QUESTION = b"Do you want to perform this update?"
ASKED_S = 150.0


def ended_at_the_question(command: list[str], number: signal.Signals) -> str:
    """Run a command on its own terminal, send it a signal when it asks, and return what it printed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)  # noqa: S606 - the child of a fork
    printed, until, sent = b"", time.monotonic() + ASKED_S, False
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                printed += os.read(terminal, 65536)
            except OSError:  # the other side is closed
                break
        if QUESTION in printed and not sent:
            os.kill(pid, number)
            sent = True
    os.waitpid(pid, 0)
    os.close(terminal)
    return printed.decode(errors="replace")


def locks(clone: Clone) -> list[Path]:
    return list((clone.state / "pulumi" / ".pulumi" / "locks").rglob("*.json"))


def test_sigterm_at_the_question_leaves_no_lock(clone: Clone) -> None:
    printed = ended_at_the_question(clone.command("pulumi", "up"), signal.SIGTERM)
    assert QUESTION.decode() in printed
    assert locks(clone) == []
    assert clone.run("pulumi", "refresh", "--yes", "--skip-preview").code == 0
