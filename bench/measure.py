"""The benchmark itself: the sandbox's start, then both programs in turn, first from nothing, then as a no-op."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import programs, services
from bench.exchanges import counted
from bench.limits import Result
from bench.pairs import Pairs, Sample
from bench.phases import spent
from bench.programs import Program
from bench.request_log import RequestLog
from bench.services import Services
from launcher.deployment.environment import service_settings, without_proxy
from launcher.deployment.preparation import Prepared, Toolchain
from launcher.progress import Progress, working

WORLD = "bench"

Run = Callable[[Program, Progress, str], Sample]


@dataclass(frozen=True)
class Bench:
    """Both programs, and the log of the sandbox that they reach."""

    ours: Program
    empty: Program
    log: RequestLog

    def create(self, program: Program, progress: Progress, detail: str) -> Sample:
        """Deploy from nothing to a world to which nothing was deployed, so that no job of an earlier run pushes."""
        self.log.reset(WORLD)
        program.renew_stack(progress, detail)
        return self.up(program, progress, detail)

    def up(self, program: Program, progress: Progress, detail: str) -> Sample:
        """Deploy once and look at what that took."""
        before = self.log.last(WORLD)
        timed = program.up(progress, detail)
        return Sample(timed.seconds, spent(timed.lines, timed.seconds), counted(self.log.since(WORLD, before)))

    def alternate(self, run: Run, pairs: int, progress: Progress) -> Pairs:
        """Run ours and the empty program in turn; the first pair warms up and does not count."""
        ours: list[Sample] = []
        empty: list[Sample] = []
        for number in range(pairs + 1):
            pair = f"pair {number} of {pairs}" if number else "warm-up"
            ours.append(run(self.ours, progress, f"{pair}, ours"))
            empty.append(run(self.empty, progress, f"{pair}, empty"))
        return Pairs(ours[1:], empty[1:])


def measured(tools: Toolchain, folder: Path, pairs: int) -> Result:
    """Measure everything in a folder, which the caller removes."""
    with working("start of the sandbox") as progress:
        starts = [_start(tools.python, folder / "sandbox", progress) for _ in range(pairs + 1)]
    with services.running(tools.python, folder / "sandbox") as sandbox:
        bench = _laid_out(tools, folder, sandbox)
        with working("create") as progress:
            create = bench.alternate(bench.create, pairs, progress)
        with working("no-op up") as progress:
            bench.create(bench.empty, progress, "what is not to change, empty")
            bench.create(bench.ours, progress, "what is not to change, ours")
            no_op = bench.alternate(bench.up, pairs, progress)
    return Result(tools.plugin.stand_in, starts[1:], no_op, create)


def _start(python: str, state: Path, progress: Progress) -> float:
    progress.update()
    with services.running(python, state) as sandbox:
        return sandbox.started_s


def _laid_out(tools: Toolchain, folder: Path, sandbox: Services) -> Bench:
    log = RequestLog(sandbox.entra, sandbox.state)
    world = log.world(WORLD)
    settings = {**service_settings(world, sandbox.state), **without_proxy(os.environ), **tools.settings}
    environment = Prepared(tools, log, settings).environment
    ours = programs.ours(folder / "ours", tools.pulumi, environment, world.tenant_id, sandbox.greenlake)
    return Bench(ours, programs.empty(folder / "empty", tools.pulumi, environment), log)
