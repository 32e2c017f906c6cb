"""How every script of this folder runs: it prints UTF-8, and a failure that we know is one line on standard error."""

import sys
from collections.abc import Callable

from providers.errors import ProvisioningError
from providers.text_streams import settle_streams


def run(main: Callable[[list[str]], None]) -> int:
    """Run a script with the arguments of the command line; return its exit code."""
    settle_streams(output="utf-8")
    try:
        main(sys.argv[1:])
    except ProvisioningError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
