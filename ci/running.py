"""How every script of this folder runs: it prints UTF-8, and a failure that we know is one line on standard error."""

import sys
from collections.abc import Callable

from providers.errors import ProvisioningError
from providers.output import settle_streams

TROUBLE = 1
USAGE = 2


def run(main: Callable[[list[str]], int | None], usage: str) -> int:
    """Run a script with the arguments of the command line; return its exit code, 2 for arguments that do not fit.

    `usage` is the command with the names of its arguments, such as `python -m ci.x NAME FILE...`: one or more files.
    """
    settle_streams(output="utf-8")
    names, arguments = usage.split()[3:], sys.argv[1:]
    more = usage.endswith("...") and len(arguments) > len(names)
    if not (more or len(arguments) == len(names)) or any(not each or each.startswith("-") for each in arguments):
        sys.stderr.write(f"usage: {usage}\n")
        return USAGE
    try:
        return main(arguments) or 0
    except ProvisioningError as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
    return TROUBLE
