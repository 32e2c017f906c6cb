"""`./run bench`: how fast the program is, compared with what the engine takes by itself."""

import json

from bench.folder import bench_folder
from launcher.commands.command import Command
from launcher.deployment.preparation import toolchain
from launcher.errors import UsageError

PAIRS = 5
LIMIT_BROKEN = 1

HELP = f"""\
usage: ./run bench [--pairs N] [--json]
       ./run bench rotation ...

Measure this program side by side with an empty one, on the same engine and in the same virtual environment.

  no-op    `pulumi up` where nothing is to be changed: at most 2 times as long as the empty program, and 1.5 s more
  create   `pulumi up` from nothing: at most 6 s more than the empty program; that is for the stand-in of the azuread
           plugin alone, since the real one waits 20 s each for some resources by design
  sandbox  from its start with an empty folder until both services accept: at most 2 s

Both programs run in turn, once to warm up and then {PAIRS} times each, and medians are compared. It takes some minutes.
Other work on this machine shows in the numbers, so let it rest, or ask for more pairs.

It prints where our time goes, by the lines of the engine's output: the time from one line to the next counts for the
resource that the later one names. The start ends when the program has imported everything and the first plugin runs.
And it prints how many requests reached each service, those of Entra's provisioning engine apart.

  --pairs N   so many counted pairs
  --json      everything as one JSON document instead, with each single run

It uses a sandbox, stacks and programs of its own in .sandbox/bench, which is removed at the end: yours is left alone.
The exit code is 0 where every limit holds, {LIMIT_BROKEN} where one is broken.

`./run bench rotation` measures something else: whether a push is lost while the token rotates. It has a help of its
own."""


def work(arguments: list[str]) -> int:
    """Measure, print, judge."""
    if arguments[:1] == ["rotation"]:
        return _rotation(arguments[1:])
    from bench import report
    from bench.measure import measured

    pairs, as_json = _options(arguments)
    tools = toolchain()
    with bench_folder() as folder:
        result = measured(tools, folder, pairs)
    print(json.dumps(report.document(result), indent=2) if as_json else report.text(result))
    return 0 if all(limit.holds for limit in result.limits) else LIMIT_BROKEN


def _rotation(arguments: list[str]) -> int:
    from bench.rotation import command as bench_rotation

    if arguments[:1] in (["--help"], ["-h"]):
        print(bench_rotation.HELP)
        return 0
    return bench_rotation.work(arguments)


def _options(arguments: list[str]) -> tuple[int, bool]:
    rest = [argument for argument in arguments if argument != "--json"]
    if not rest:
        return PAIRS, "--json" in arguments
    if len(rest) == 2 and rest[0] == "--pairs" and rest[1].isdigit() and int(rest[1]):
        return int(rest[1]), "--json" in arguments
    raise UsageError(f"bench does not take {' '.join(rest)}: see `./run bench --help`")


COMMAND = Command("bench", "measure the program's speed, or what a rotation does to pushes", HELP, work)
