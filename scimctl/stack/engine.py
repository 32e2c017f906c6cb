"""Ask the Pulumi engine about the stack: it alone knows the backend, the secrets provider and what is selected."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import IO

from providers import environment
from providers.errors import ConfigurationError, ProvisioningError
from providers.masking import brief
from providers.output import BY_RUN

_ERROR = re.compile(r"^error: (.*(?:(?<=:)(?:\n[ \t].*)+)?)$", re.MULTILINE)  # after a colon with the lines below it
SECRET = "4dabf18193072939515e22adb298388d"  # the key that marks a special value, such as a secret
_PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE with the path of a file,"
_CANNOT = "the secrets of the stack cannot be decrypted"
_CIPHER = "(cipher: message authentication failed|bad value|unknown value version)$"
_KNOWN = {  # by the engine's own words
    "incorrect passphrase": f"{_CANNOT} (incorrect passphrase): set {_PASSPHRASE} to the stack's own",
    "passphrase must be set": f"{_CANNOT} (no passphrase): set {_PASSPHRASE}",
    f"^(validating stack config|could not decrypt configuration values): {_CIPHER}": (
        "an encrypted value (`secure:`) of the stack file cannot be decrypted: it is damaged, or of another stack: "
        "write it again with `pulumi config set --secret`"
    ),
    f"^(could not deserialize deployment: )?{_CIPHER}": (
        "a secret in the state cannot be decrypted: it is damaged, or of another stack: import a backup of the state "
        "with `pulumi stack import`"
    ),
    "(stack secrets manager|decrypting secrets): (malformed|illegal base64)": (
        f"{_CANNOT}: encryptionsalt in the stack file is damaged: take that line from git"
    ),
    r"secrets \(code=": f"{_CANNOT}, because the key service refuses: sign in to it, or compare secretsprovider and "
    "encryptedkey in the stack file with git",
}


_OF_ANOTHER = f"{_CANNOT}: encryptionsalt in the stack file is another stack's: take that line from git"


class EngineError(ProvisioningError):
    """The engine did not do what it was asked; in its own words."""


class DecryptionError(EngineError):
    """Something of the stack cannot be decrypted, so that no run of the engine can begin."""


def ask(arguments: Sequence[str], stack: str, *, given: str | None = None) -> str:
    """Run a command of the engine in this folder, which has to be the project's, and return what it printed.

    `stack` is "" for the selected stack, `given` what it reads from standard input. Raises EngineError, and
    ConfigurationError if there is no engine.
    """
    done = run(arguments, stack, given=given)
    if done.returncode != 0:
        raise failed(arguments, done)
    return done.stdout


def selected(name: str) -> str:
    """Return the name of a stack; "" is the selected stack."""
    return name or ask(["stack", "--show-name"], "").strip()


def failed(arguments: Sequence[str], done: "subprocess.CompletedProcess[str]") -> EngineError:
    """Return the error of a command that failed, in the engine's first words."""
    said = " ".join((_ERROR.findall(done.stderr) or [f"exit code {done.returncode}"])[0].split())
    known = next((told for words, told in _KNOWN.items() if re.search(words, said)), "")
    if known:  # the passphrase of what `./run` starts is the right one
        by_run = BY_RUN in environment.current() and "passphrase)" in known
        return DecryptionError(_OF_ANOTHER if by_run else known)
    if "no stack named" in said:
        return EngineError(f"{brief(said)}: run `pulumi stack ls` to see which there are")
    return EngineError(
        f"`pulumi {arguments[0]}` failed: {brief(said)}: run `pulumi {' '.join(arguments)}` to see it all"
    )


def run(
    arguments: Sequence[str], stack: str, *, given: str | None = None, **environ: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command of the engine, with `environ` beside our own; the caller judges its exit code."""
    chosen = ["--stack", stack] if stack else []
    command = [program(), *arguments, *chosen, "--non-interactive", "--color", "never"]
    return subprocess.run(
        command,
        env={**environment.current(), **environ},
        input=given,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def in_front(arguments: Sequence[str], stack: str, **environ: str) -> int:
    """Run a command of the engine in front of the user, who answers its questions, and return its exit code.

    What it prints goes to standard error, because standard output is the result's. An interrupt reaches the engine by
    the terminal itself, a SIGTERM from here; it is the engine that ends its run in order, and that is waited for.
    SIGHUP would end it at once, so both ignore it: if the terminal closes, a question counts as declined and a run
    continues until it ends. A write to a pipe that nobody reads any more would end it too, so what is not a terminal is
    written from here.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    command = [program(), *arguments, "--stack", stack]
    try:
        with _started(command, {**environment.current(), **environ}) as engine:

            def hand_on(_number: int, _frame: FrameType | None) -> None:
                engine.terminate()

            signal.signal(signal.SIGINT, _leave_to_the_engine)
            signal.signal(signal.SIGTERM, hand_on)
            if engine.stdout:
                _relay(engine.stdout)
            return engine.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _started(command: Sequence[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    if sys.stderr.isatty():
        return subprocess.Popen(command, env=environ, stdout=sys.stderr)
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)


def _relay(output: IO[bytes]) -> None:
    """Write to standard error what comes, and go on reading if nobody takes it."""
    while some := output.read(65536):
        with suppress(OSError):
            os.write(sys.stderr.fileno(), some)


def _leave_to_the_engine(_number: int, _frame: FrameType | None) -> None:
    """Do nothing, but not as SIG_IGN would, which the engine would inherit."""


def program() -> str:
    """Return the path of the engine."""
    found = shutil.which("pulumi")
    if found is None:
        raise ConfigurationError("pulumi is not on PATH: install it, or use `./run scimctl` for the sandbox")
    return found
