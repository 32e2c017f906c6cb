"""What `./run bench` runs: measures, prints, and judges by the exit code."""

import sys

from bench.measure import measured
from bench.rotation import command
from bench.services import bench_folder
from launcher.__main__ import ended
from launcher.commands.parser import Parser, positive
from launcher.deployment.preparation import toolchain
from launcher.progress import show

PAIRS = 5
LIMIT_BROKEN = 1


def main(arguments: list[str]) -> int:
    """Measure; return the exit code of the process."""
    if arguments[:1] == ["rotation"]:
        return ended(lambda: command.work(arguments[1:]))
    return ended(lambda: _speed(arguments))


def _speed(arguments: list[str]) -> int:
    parser = Parser("bench")
    parser.add_argument("--pairs", type=positive, default=PAIRS)
    options = parser.parse_args(arguments)
    tools = toolchain()
    with bench_folder() as folder:
        result = measured(tools, folder, options.pairs)
    show(result.text)
    return 0 if all(limit.holds for limit in result.limits) else LIMIT_BROKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
