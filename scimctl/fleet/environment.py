"""The environment of the work on one stack: what the process has, less what belongs to others, with its own secrets."""

import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence

from providers.errors import ConfigurationError
from providers.masking import brief
from scimctl.fleet.fleet_file import PATH, Fleet, Member, is_secret

_SECONDS = 60
_OF_WRITES = "HPEGL_"  # the bearer of GreenLake's token API, which no read needs


def for_reading(variable: str) -> bool:
    """Return whether a read needs a secret."""
    return not variable.startswith(_OF_WRITES)


def environ_of(
    fleet: Fleet,
    member: Member,
    tenant_id: str,
    inherited: Mapping[str, str],
    wanted: Callable[[str], bool] = lambda _: True,
) -> dict[str, str]:
    """Return all that a command about this stack sees.

    A variable that the file sets for another stack does not reach this one from outside. Raises ConfigurationError for
    a secret whose command fails.
    """
    open_values = {name: value for name, value in inherited.items() if name not in fleet.variables}
    open_values |= {**member.environment, "ARM_TENANT_ID": tenant_id, "PULUMI_STACK": member.name}
    secrets = {
        name: _secret(name, _printed(name, command, open_values))
        for name, command in member.secrets.items()
        if wanted(name)
    }
    return {**open_values, **secrets}


def withheld(fleet: Fleet, members: Sequence[Member], inherited: Mapping[str, str]) -> list[str]:
    """Return a line for each variable from outside that stacks do not see since the file sets it for another; pure."""
    lines: list[str] = []
    for name in sorted(fleet.variables & inherited.keys()):
        owners = [each.name for each in fleet.members if name in {*each.environment, *each.secrets}]
        without = [each.name for each in members if each.name not in owners]
        if without:
            lines.append(
                f"{name} is set here, but {PATH} sets it for {owners[0]}, so it reaches no other stack, such as "
                f"{without[0]}: write it under defaults of {PATH}"
            )
    return lines


def _printed(name: str, command: str, environ: Mapping[str, str]) -> bytes:
    """Return what a command prints to standard output, which no error shows."""
    of = f"{PATH}: the command of {name}"
    try:
        arguments = shlex.split(command)
    except ValueError:
        raise ConfigurationError(f"{of} has a quote that is not closed") from None
    pipe = subprocess.PIPE
    try:  # in a separate session, so that what it has started ends with it
        running = subprocess.Popen(
            arguments, env=environ, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True
        )
    except OSError as error:
        raise ConfigurationError(f"{of} cannot be run ({error.strerror})") from None
    with running:
        try:
            printed, said = running.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            raise ConfigurationError(f"{of} did not end within {_SECONDS} s") from None
    if running.returncode != 0:
        last = brief((said.decode(errors="replace").strip().splitlines() or [""])[-1])
        raise ConfigurationError(f"{of} ended with exit code {running.returncode}{f': {last}' if last else ''}")
    return printed


def _secret(name: str, printed: bytes) -> str:
    """Return the value without the line ends after it, as a shell does; a password or token is one line."""
    of = f"{PATH}: the command of {name} printed"
    try:
        found = printed.decode("utf-8-sig").rstrip("\r\n")  # PowerShell writes a byte order mark
    except UnicodeDecodeError:
        raise ConfigurationError(f"{of} something that is not UTF-8") from None
    if not found.strip():
        raise ConfigurationError(f"{of} nothing")
    if "\0" in found:
        raise ConfigurationError(f"{of} a NUL byte, which no environment variable can hold")
    if is_secret(name) and len(found.splitlines()) > 1:
        raise ConfigurationError(f"{of} {len(found.splitlines())} lines, and a secret is one")
    return found
