"""How every script of this folder runs: it prints UTF-8, and a failure that we know is one line on standard error."""

import sys
from collections.abc import Callable, Mapping, Sequence

from providers.errors import ConfigurationError, ProvisioningError
from providers.output import settle_streams

TROUBLE = 1
USAGE = 2


def run(main: Callable[[list[str]], int | None], usage: str) -> int:
    """Run a script with the arguments of the command line; return its exit code, 2 for arguments that do not fit.

    `usage` is the command with the names of its arguments, such as `python -m ci.x NUMBER FILE...`.
    """
    settle_streams(output="utf-8")
    arguments = sys.argv[1:]
    if not fit(usage.split()[3:], arguments):
        sys.stderr.write(f"usage: {usage}\n")
        return USAGE
    try:
        return main(arguments) or 0
    except ProvisioningError as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
    return TROUBLE


def fit(names: Sequence[str], arguments: Sequence[str]) -> bool:
    """Return whether arguments fit their names: `FILE...` is one or more, NUMBER has digits only, none is an option."""
    many = bool(names) and names[-1].endswith("...")
    if len(arguments) < len(names) or (len(arguments) > len(names) and not many):
        return False
    if any(not argument or argument.startswith("-") for argument in arguments):
        return False
    return all(argument.isdecimal() for name, argument in zip(names, arguments, strict=False) if name == "NUMBER")


def required(environ: Mapping[str, str], *names: str) -> list[str]:
    """Return the values of variables that the workflow sets. Raises ConfigurationError if one is missing or empty."""
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise ConfigurationError(f"{', '.join(missing)} not set: the workflow hands them to this step")
    return [environ[name] for name in names]
