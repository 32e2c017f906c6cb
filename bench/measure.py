"""The benchmark itself: the sandbox's start, then both programs in turn, first from nothing, then as a no-op."""

from collections.abc import Callable
from pathlib import Path

from bench import programs, services
from bench.control import BenchControl
from bench.limits import Pairs, Result
from bench.programs import Program
from launcher.deployment.preparation import Toolchain

Run = Callable[[Program, str], float]


def measured(tools: Toolchain, folder: Path, pairs: int) -> Result:
    """Measure everything in a folder, which the caller removes."""
    starts = [_start(tools.python, folder / "sandbox") for _ in range(pairs + 1)]
    with services.running(tools.python, folder / "sandbox") as sandbox:
        control = BenchControl(sandbox.entra, sandbox.state)
        environment = programs.environment(tools, control)
        ours = programs.ours(folder / "ours", tools.pulumi, environment, control.bench_world)
        empty = programs.empty(folder / "empty", tools.pulumi, environment)

        def create(program: Program, title: str) -> float:
            """Deploy from nothing to a world to which nothing was deployed, so that no earlier job pushes."""
            control.begin({})
            program.renew_stack()
            return program.up(title)

        created = _alternate("create", create, ours, empty, pairs)
        create(empty, "what is not to change, empty")
        create(ours, "what is not to change, ours")
        no_op = _alternate("no-op", lambda program, title: program.up(title), ours, empty, pairs)
    return Result(tools.plugin.stand_in, starts[1:], no_op, created)


def _alternate(name: str, run: Run, ours: Program, empty: Program, pairs: int) -> Pairs:
    """Run ours and the empty program in turn; the first pair warms up and does not count."""
    seconds: dict[str, list[float]] = {"ours": [], "empty": []}
    for number in range(pairs + 1):
        pair = f"{name}, pair {number} of {pairs}" if number else f"{name}, warm-up"
        seconds["ours"].append(run(ours, f"{pair}, ours"))
        seconds["empty"].append(run(empty, f"{pair}, empty"))
    return Pairs(seconds["ours"][1:], seconds["empty"][1:])


def _start(python: str, state: Path) -> float:
    with services.running(python, state) as sandbox:
        return sandbox.started_s
