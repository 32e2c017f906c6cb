"""What `./run bench` runs: measures, prints, and judges by the exit code."""

import sys

from bench import speed
from bench.rotation import command
from launcher.__main__ import ended


def main(arguments: list[str]) -> int:
    """Measure; return the exit code of the process."""
    if arguments[:1] == ["rotation"]:
        return ended(lambda: command.work(arguments[1:]))
    return ended(lambda: speed.work(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
