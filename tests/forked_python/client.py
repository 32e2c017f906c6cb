"""The `python3` of a run: lets the fork server run the program, or becomes Python itself if anything is unusual.

It is started without `site`, which takes a hundredth of a second.
"""

import os
import signal
import socket
import sys

PIP_LIST = ["-m", "pip", "list", "-v", "--format", "json"]  # the engine's language host asks in every run
_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_IN_EVERY_RUN = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}
_LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")
_BYTES = 8


def main(server: str, packages: str, arguments: list[str]) -> None:
    """Answer what pip lists from memory; run everything else, forked or not."""
    if arguments == PIP_LIST:
        os.execvp("cat", ["cat", packages])  # noqa: S606
    elif _is_usual(arguments):
        _forked(server, arguments)
    else:
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606


def _is_usual(arguments: list[str]) -> bool:
    program = next((each for each in arguments if each != "-u"), "-")
    settings = {name for name in os.environ if name.startswith("PYTHON")} - _IN_EVERY_RUN
    unicode = all(os.environ.get(name, "UTF-8").endswith("UTF-8") for name in _LOCALE)
    interruptible = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    has_streams = None not in (sys.stdin, sys.stdout, sys.stderr)
    return not settings and unicode and interruptible and has_streams and (program == "-m" or program[0] != "-")


def _forked(address: str, arguments: list[str]) -> None:
    environment = [name + b"=" + value for name, value in os.environb.items()]
    folder, given = os.getcwdb(), [os.fsencode(each) for each in arguments]  # noqa: PTH109 - pathlib loads slowly
    request = b"\0".join([folder, b"%d" % len(given), *given, *environment])
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(address)
        socket.send_fds(server, [len(request).to_bytes(_BYTES, "big")], [0, 1, 2])
        server.sendall(request)
        pid = int.from_bytes(server.recv(_BYTES), "big")
        for number in _FORWARDED:
            signal.signal(number, lambda number, _frame: os.kill(pid, number))
        status = int.from_bytes(server.recv(_BYTES) or b"\1", "big", signed=True)
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
