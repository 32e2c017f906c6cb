"""One case after the other: a stack deployed to a new world, then rotation upon rotation while the engine pushes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench import programs
from bench.control import BenchControl, bench_sandbox
from bench.programs import Program
from bench.rotation.cases import LOST_ANSWER, REMOVE_CURRENT, Case
from bench.rotation.story import Story, read_story
from launcher.deployment.preparation import Toolchain
from launcher.deployment.sandbox_control import Json
from launcher.errors import WaitError
from launcher.locks import wait_until

TRIGGER = f"{programs.TOKEN}.rotateWhenChanged.rotation"
RUNS_AT_MOST = 5  # a rotation may wait until the one before it is finished
CYCLE_S = 240.0
POLL = {"AZUREAD_STAND_IN_POLL_S": "5"}  # the stand-in then waits 20 s after each save, as the real plugin does


@dataclass(frozen=True)
class Measured:
    """A case and what happened in it; `recovered`: a cycle ended well after the last rotation."""

    case: Case
    story: Story
    recovered: bool

    @property
    def keeps_its_promise(self) -> bool:
        """Return whether no push failed if none may, and whether the next cycle healed those that did."""
        failed = self.story.failures if self.case.promises_no_failure else 0
        return not failed and self.is_healed

    @property
    def is_healed(self) -> bool:
        """Return whether the next cycle healed what failed, and ended well."""
        return not self.story.unhealed and self.recovered


def measured(tools: Toolchain, cases: Sequence[Case]) -> Iterator[Measured]:
    """Measure the cases, one after the other."""
    with bench_sandbox(tools) as control:
        program = programs.ours(tools, control, **POLL)
        for number, case in enumerate(cases, 1):
            yield _measured(f"{number} of {len(cases)}: {case.name}", case, program, control)


def _measured(title: str, case: Case, program: Program, control: BenchControl) -> Measured:
    token = {"every": programs.EVERY, "removeCurrent": case.kind == REMOVE_CURRENT}
    program = replace(program, config={**program.config, programs.TOKEN: token})
    control.begin(case.settings)
    program.renew_stack()
    program.up(f"{title}, first up")
    if not _goes_on(control):
        raise WaitError(f"no provisioning cycle of the benchmark ended within {CYCLE_S:.0f} s: let the machine rest")
    last, entries, run_ends = control.last_request(), list[Json](), list[int]()
    for rotation in range(1, case.rotations + 1):
        program.configure(TRIGGER, f"number {rotation}")
        if case.kind == LOST_ANSWER:
            control.lose_an_answer()
        for _ in range(RUNS_AT_MOST):
            program.up(f"{title}, rotation {rotation} of {case.rotations}")
            fresh = control.entries(last)  # run by run: the sandbox keeps only the latest requests
            entries += fresh
            last = max((entry["seq"] for entry in fresh), default=last)
            run_ends.append(last)
            if any(map(_rotated, fresh)):
                break
        else:
            raise WaitError(f"nothing was rotated in {RUNS_AT_MOST} runs of `pulumi up`: the last rotation is open")
    recovered = _goes_on(control)
    story = read_story([*entries, *control.entries(last)], control.tokens(), run_ends)
    return Measured(case, story, recovered)


def _rotated(entry: Json) -> bool:
    return entry["path"].endswith("/rotate") and entry["status"] == 200


def _goes_on(control: BenchControl) -> bool:
    """Wait until a cycle has ended well with the newest token; False if none did in time."""
    before: list[object] = []

    def ended_well() -> bool:
        if not control.tokens()[-1]["used_at"]:
            return False
        last = control.last_cycle()
        before[:] = before or [last]
        return last is not None and last != before[0] and last.get("state") == "Succeeded"

    return wait_until(ended_well, seconds=CYCLE_S)
