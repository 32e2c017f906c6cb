"""How every script of this folder ends: a failure that we know is one line on standard error."""

import sys
from collections.abc import Callable

from providers.errors import ProvisioningError


def run(main: Callable[[list[str]], None]) -> int:
    """Run a script with the arguments of the command line; return its exit code."""
    try:
        main(sys.argv[1:])
    except ProvisioningError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
