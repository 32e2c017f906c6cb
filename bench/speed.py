"""`./run bench`: how long an `up` takes if nothing changes, beside that of an empty program on the same engine."""

from collections.abc import Mapping, Sequence
from statistics import median

from bench import programs
from bench.control import bench_sandbox
from bench.tables import table, verdict
from launcher.commands.parser import Parser, positive
from launcher.deployment.preparation import Toolchain, say_which_plugin, toolchain
from launcher.progress import show

PAIRS = 5
MOST_TIMES, MOST_MORE_S = 1.9, 1.5
LIMIT_BROKEN = 1


def work(arguments: list[str]) -> int:
    """Measure, print, judge."""
    parser = Parser("bench")
    parser.add_argument("--pairs", type=positive, default=PAIRS)
    pairs = parser.parse_args(arguments).pairs
    tools = toolchain()
    say_which_plugin(tools)
    seconds = _measured(tools, pairs)
    holds, text = judged(seconds["ours"], seconds["empty"])
    show(text)
    return 0 if holds else LIMIT_BROKEN


def judged(ours: Sequence[float], empty: Sequence[float]) -> tuple[bool, str]:
    """Return whether the medians keep the limits, and the medians as a table with a line for each limit."""
    times, more = median(ours) / median(empty), median(ours) - median(empty)
    limits = [
        (times <= MOST_TIMES, f"ours to empty     {times:.2f} times, at most {MOST_TIMES:g}"),
        (more <= MOST_MORE_S, f"ours above empty  {more:.2f} s, at most {MOST_MORE_S:g}"),
    ]
    medians = [f"{seconds:.2f} s" for seconds in (median(ours), median(empty), more)]
    rows = [[f"no-op, median of {len(ours)}", "ours", "empty", "more", "times"], ["", *medians, f"{times:.2f}"]]
    return all(holds for holds, _ in limits), "\n".join([table(rows), "", *(verdict(*each) for each in limits)])


def _measured(tools: Toolchain, pairs: int) -> Mapping[str, list[float]]:
    """Return the seconds of both programs, run in turn; the first pair warms up and does not count."""
    with bench_sandbox(tools) as control:
        made = {"ours": programs.ours(tools, control), "empty": programs.empty(tools, control)}
        for name, program in made.items():
            program.renew_stack()
            program.up(f"what is not to change, {name}")
        seconds: dict[str, list[float]] = {name: [] for name in made}
        for number in range(pairs + 1):
            pair = f"pair {number} of {pairs}" if number else "warm-up"
            for name, program in made.items():
                seconds[name].append(program.up(f"no-op, {pair}, {name}"))
    return {name: each[1:] for name, each in seconds.items()}
