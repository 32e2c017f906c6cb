"""Ask the Pulumi engine about the stack: it alone knows the backend, the secrets provider and what is selected."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from providers import environment
from providers.errors import ConfigurationError, ProvisioningError
from providers.masking import brief
from providers.output import BY_RUN
from scimctl.engine import in_front as foreground
from scimctl.engine.backend import folder_of

_ERROR = re.compile(r"^error: (.*(?:(?<=:)(?:\n[ \t].*)+)?)$", re.MULTILINE)  # after a colon with the lines below it
_PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE with the path of a file"
_CANNOT = "the secrets of the stack cannot be decrypted"
_CIPHER = "(cipher: message authentication failed|bad value|unknown value version)$"
_KNOWN = {  # by the engine's own words
    "incorrect passphrase": f"{_CANNOT} (incorrect passphrase): set {_PASSPHRASE}, to the stack's own",
    "passphrase must be set": f"{_CANNOT} (no passphrase): set {_PASSPHRASE}",
    "unable to read PULUMI_CONFIG_PASSPHRASE_FILE": f"{_CANNOT} (the file that it names cannot be read): "
    "set PULUMI_CONFIG_PASSPHRASE_FILE to the path of a file with the stack's own passphrase",
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


def ask(arguments: Sequence[str], stack: str, *, given: str | None = None, seconds: float | None = None) -> str:
    """Run a command of the engine in this folder, which has to be the project's, and return what it printed.

    `stack` is "" for the selected stack, `given` what it reads from standard input. Raises EngineError, and
    ConfigurationError if there is no engine; subprocess.TimeoutExpired after so many `seconds`.
    """
    done = run(arguments, stack, seconds, given=given)
    if done.returncode != 0:
        raise failed(arguments, done)
    return done.stdout


def selected(name: str) -> str:
    """Return the name of a stack; "" is the selected stack."""
    return name or ask(["stack", "--show-name"], "").strip()


def backend_folder() -> Path | None:
    """Return the folder of the backend in use, None for a backend that is not a folder."""
    return folder_of(str(json.loads(ask(["whoami", "--json"], ""))["url"]))


def failed(arguments: Sequence[str], done: "subprocess.CompletedProcess[str]") -> EngineError:
    """Return the error of a command that failed, in the engine's first words."""
    said = " ".join((_ERROR.findall(done.stderr) or [f"exit code {done.returncode}"])[0].split())
    known = next((told for words, told in _KNOWN.items() if re.search(words, said)), "")
    if known:  # the passphrase of what `./run` starts is the right one
        by_run = BY_RUN in environment.current() and "passphrase)" in known
        return DecryptionError(_OF_ANOTHER if by_run else known)
    if own := _in_our_words(said, done.args):
        return EngineError(own)
    if "no stack named" in said:
        return EngineError(f"{brief(said)}: run `pulumi stack ls` to see which there are")
    again = " ".join(each for each in arguments if each != "--show-secrets")  # a log keeps what a person looks at
    return EngineError(f"`pulumi {arguments[0]}` failed: {brief(said)}: run `pulumi {again}` to see it all")


def _in_our_words(said: str, command: Sequence[str]) -> str:
    """Return why nothing of a stack can be read, and what to do, if the engine's words name neither; else ""."""
    if "PULUMI_ACCESS_TOKEN must be set" in said:
        return (
            "nobody is signed in to the backend that holds the state: run `pulumi login ADDRESS`, or set "
            "PULUMI_BACKEND_URL, and PULUMI_ACCESS_TOKEN for Pulumi Cloud"
        )
    of_a_backend = (
        'read ".pulumi/meta.yaml"',
        "unable to open ",
        "performing HTTP request",
        "missing google credentials",
    )
    if said.startswith(of_a_backend):
        todo = "check PULUMI_BACKEND_URL, the network, and who is signed in to it"
        return f"the backend that holds the state cannot be read: {brief(said)}: {todo}"
    if re.search(r"\byaml\b", said, re.IGNORECASE):
        name = command[command.index("--stack") + 1].rpartition("/")[2] if "--stack" in command else "<stack>"
        return f"the stack file cannot be read: {brief(said)}: correct stacks/Pulumi.{name}.yaml"
    return ""


def run(
    arguments: Sequence[str], stack: str, seconds: float | None = None, /, *, given: str | None = None, **environ: str
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
        timeout=seconds,
        check=False,
    )


def in_front(arguments: Sequence[str], stack: str, **environ: str) -> int:
    """Run a command of the engine in front of the user and return its exit code.

    What it prints goes to standard error, because standard output is the result's.
    """
    command = [program(), *arguments, "--stack", stack]
    return foreground.in_front(command, {**environment.current(), **environ}, unbroken=True, to=(2, 2))


def program() -> str:
    """Return the path of the engine."""
    found = shutil.which("pulumi")
    if found is None:
        raise ConfigurationError("pulumi is not on PATH: install it, or use `./run scimctl` for the sandbox")
    return found
