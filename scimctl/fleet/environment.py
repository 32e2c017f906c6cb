"""The environment of the work on one stack: what the process has, less what belongs to others, with its own secrets."""

import functools
import shlex
import subprocess
from collections.abc import Callable, Mapping

from providers.errors import ConfigurationError
from providers.masking import brief
from scimctl.fleet.fleet_file import PATH, Fleet, Member

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
    seen_by_commands = tuple(sorted(open_values.items()))
    secrets = {
        name: _printed(name, command, seen_by_commands) for name, command in member.secrets.items() if wanted(name)
    }
    return {**open_values, **secrets}


@functools.lru_cache(maxsize=1024)
def _printed(name: str, command: str, environ: tuple[tuple[str, str], ...]) -> str:
    """Return what a command prints to standard output, which no error shows."""
    try:
        arguments = shlex.split(command)
        done = subprocess.run(
            arguments,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
    except ValueError:
        raise ConfigurationError(f"{PATH}: the command of {name} has a quote that is not closed") from None
    except OSError as error:
        raise ConfigurationError(f"{PATH}: the command of {name} cannot be run ({error.strerror})") from None
    except subprocess.TimeoutExpired:
        raise ConfigurationError(f"{PATH}: the command of {name} did not end within {_SECONDS} s") from None
    if done.returncode != 0:
        said = brief((done.stderr.strip().splitlines() or [""])[-1])
        raise ConfigurationError(
            f"{PATH}: the command of {name} ended with exit code {done.returncode}{f': {said}' if said else ''}"
        )
    found = done.stdout.strip()
    if not found:
        raise ConfigurationError(f"{PATH}: the command of {name} printed nothing")
    return found
