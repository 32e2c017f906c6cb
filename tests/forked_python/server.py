"""Forks Python programs from one process that has imported what they need: to import it takes half a second of CPU.

A program is a separate process, with the folder, environment, arguments and streams of the client that asks for it.
"""

import gc
import importlib
import io
import os
import runpy
import selectors
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# What the program of a stack, its plugins and scimctl import.
_IMPORTED = ("azuread_stand_in.provider", "azuread_stand_in.servicer", "pulumi.dynamic", "components", "scimctl.cli")
_BYTES = 8
_STREAMS = ("stdin", "stdout", "stderr")


@dataclass(frozen=True)
class Program:
    """What a client asks to run."""

    folder: bytes
    arguments: list[str]
    environment: dict[bytes, bytes]
    streams: list[int]
    unbuffered: bool

    @classmethod
    def received(cls, client: socket.socket) -> "Program":
        """Read a request."""
        size, streams, *_ = socket.recv_fds(client, _BYTES, len(_STREAMS))
        with client.makefile("rb") as stream:
            folder, count, *rest = stream.read(int.from_bytes(size, "big")).split(b"\0")
        arguments = [os.fsdecode(each) for each in rest[: int(count)]]
        variables = {name: value for name, _, value in (each.partition(b"=") for each in rest[int(count) :])}
        return cls(folder, [each for each in arguments if each != "-u"], variables, streams, "-u" in arguments[:1])

    def become(self) -> None:
        """Run it in this process as Python would."""
        os.chdir(self.folder)
        os.environb.clear()
        os.environb.update(self.environment)
        buffered = not (self.unbuffered or os.environ.get("PYTHONUNBUFFERED"))
        for number, (name, stream) in enumerate(zip(_STREAMS, self.streams, strict=True)):
            os.dup2(stream, number)
            os.close(stream)
            setattr(sys, name, _opened(number, name, buffered=buffered))
        also = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
        first, *rest = self.arguments
        if first == "-m":
            sys.argv, sys.path[:1] = rest, [str(Path.cwd()), *also]
            runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
        else:
            sys.argv, sys.path[:1] = [first, *rest], [str(Path(first).resolve().parent), *also]
            runpy.run_path(first, run_name="__main__")


def _opened(number: int, name: str, *, buffered: bool) -> io.TextIOWrapper:
    """Open a standard stream as Python does at its start."""
    if name == "stdin":
        return io.TextIOWrapper(io.BufferedReader(io.FileIO(number, "r", closefd=False)), "utf-8", "surrogateescape")
    raw = io.FileIO(number, "w", closefd=False)
    errors, by_line = ("backslashreplace", True) if name == "stderr" else ("surrogateescape", raw.isatty())
    binary = io.BufferedWriter(raw) if buffered else raw
    return io.TextIOWrapper(binary, "utf-8", errors, line_buffering=buffered and by_line, write_through=not buffered)


class Server:
    """Listens for clients and watches over what runs for them."""

    def __init__(self, address: str) -> None:
        self._events = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(address)
        self._listener.listen(socket.SOMAXCONN)
        self._events.register(self._listener, selectors.EVENT_READ, self._fork)
        self._events.register(sys.stdin, selectors.EVENT_READ, self._end)

    def program(self) -> Program:
        """Serve; return in each child, with what it is to run."""
        while True:
            key, _ = self._events.select()[0]
            if program := key.data():
                return program

    def _end(self) -> None:
        """Leave nothing behind when the tests have ended."""
        Path(self._listener.getsockname()).unlink()
        Path(self._listener.getsockname()).parent.rmdir()
        sys.exit()

    def _fork(self) -> Program | None:
        client, _ = self._listener.accept()
        program = Program.received(client)
        pid = os.fork()
        if pid == 0:
            return program
        for each in program.streams:
            os.close(each)
        with suppress(BrokenPipeError):  # it was killed just now
            client.sendall(pid.to_bytes(_BYTES, "big"))
        running = os.pidfd_open(pid)
        self._events.register(client, selectors.EVENT_READ, lambda: self._left(client, pid))
        self._events.register(running, selectors.EVENT_READ, lambda: self._ended(client, pid, running))
        return None

    def _left(self, client: socket.socket, pid: int) -> None:
        """End what runs for a client that was killed."""
        self._events.unregister(client)
        os.kill(pid, signal.SIGKILL)

    def _ended(self, client: socket.socket, pid: int, running: int) -> None:
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self._events.unregister(running)
        os.close(running)
        if client in self._events.get_map():
            self._events.unregister(client)
            with suppress(BrokenPipeError):
                client.sendall(code.to_bytes(_BYTES, "big", signed=True))
        client.close()


def _program(address: str) -> Program:
    for name in _IMPORTED:
        importlib.import_module(name)
    gc.freeze()  # a child that collects garbage copies none of this
    server = Server(address)
    print(flush=True)  # noqa: T201 - ready
    return server.program()


if __name__ == "__main__":
    _program(sys.argv[1]).become()
