"""Run a program in front of the user, who answers its questions; `./run` does it too, before anything is installed."""

import os
import signal
import stat
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread
from types import FrameType
from typing import IO, Any

SIGNALLED = 128  # a shell adds the number of the signal to it
_RELAY_S = 5.0  # for what an ended program has printed; what it started may hold its output open
_OWN = (1, 2)


def in_front(
    command: Sequence[str], environ: Mapping[str, str], *, unbroken: bool = False, to: tuple[int, int] = _OWN
) -> int:
    """Run it until it ends and return its exit code; `to` is where its two outputs go, by the numbers of ours.

    Ctrl-C reaches the program by the terminal itself, SIGTERM from here: it decides how to end, and that is waited for.
    An `unbroken` program goes on if the terminal is closed, or a pipe that it writes to: SIGHUP is ignored, a question
    counts as declined, and what goes to a pipe is written from here, since a pipe that nobody reads would end it.
    """
    process: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def hand_on(number: int, _frame: FrameType | None) -> None:
        if process is None:
            early.append(number)
        else:
            process.send_signal(number)

    handlers: dict[signal.Signals, Any] = {signal.SIGINT: _leave_it_to_the_program, signal.SIGTERM: hand_on}
    handlers |= {signal.SIGHUP: signal.SIG_IGN} if unbroken else {}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    out, err = _streams(to, unbroken=unbroken)
    try:
        process = subprocess.Popen(command, env=environ, bufsize=0, stdout=out, stderr=err)
        for number in early:
            process.send_signal(number)
        code = _relayed(process, to)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return SIGNALLED - code if code < 0 else code


def _leave_it_to_the_program(_number: int, _frame: FrameType | None) -> None:
    """Do nothing, but not as SIG_IGN would, which the program would inherit."""


def _streams(to: tuple[int, int], *, unbroken: bool) -> list[int | None]:
    """Return our own pipe for each output that goes to a pipe; an output that goes where it would anyway is None."""
    streams = [
        subprocess.PIPE if unbroken and _is_pipe(output) else None if output == own else output
        for own, output in zip(_OWN, to, strict=True)
    ]
    if streams == [subprocess.PIPE] * 2 and os.path.sameopenfile(*to):
        streams[1] = subprocess.STDOUT
    return streams


def _is_pipe(output: int) -> bool:
    with suppress(OSError):  # it is closed
        mode = os.fstat(output).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
    return False


def _relayed(process: "subprocess.Popen[bytes]", to: tuple[int, int]) -> int:
    """Wait for a program while what it prints is passed on."""
    outputs = zip((process.stdout, process.stderr), to, strict=True)
    relays = [Thread(target=_relay, args=(source, output), daemon=True) for source, output in outputs if source]
    for relay in relays:
        relay.start()
    code = process.wait()
    for relay in relays:
        relay.join(_RELAY_S)
    return code


def _relay(source: IO[bytes], output: int) -> None:
    while some := source.read(65536):
        with suppress(OSError):  # nobody reads it any more
            while some:
                some = some[os.write(output, some) :]
