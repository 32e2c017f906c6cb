"""Results as tables, with a line for each promise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from bench.rotation.measure import Measured
from bench.rotation.story import Step
from bench.tables import table, verdict

Choose = Callable[[Sequence[float]], float]
Columns = Mapping[str, Callable[[Measured], str]]


def text(results: Sequence[Measured]) -> str:
    """Return the tables and a line for each promise; a case without a rotation to speak of shows a dash."""
    windows = [one for one in results if not one.case.promises_no_failure]
    tables = [_table(_CASES, results), *([_table(_WINDOWS, windows)] if windows else [])]
    return "\n\n".join([*tables, "\n".join(_verdicts(results))])


def _table(columns: Columns, results: Sequence[Measured]) -> str:
    return table([list(columns), *([cell(one) for cell in columns.values()] for one in results)])


def _verdicts(results: Sequence[Measured]) -> Iterator[str]:
    safe = [one.story for one in results if one.case.promises_no_failure]
    if safe:
        failures, pushes = sum(one.failures for one in safe), sum(len(one.pushes) for one in safe)
        cases = f"{len(safe)} case{'s' * (len(safe) > 1)}"
        yield verdict(not failures, f"with overlap {failures} of {pushes:,} pushes failed, in {cases}")
    healed = all(one.is_healed for one in results)
    yield verdict(healed, "the next cycle heals whatever failed, and ends well")


def _seconds(choose: Choose, step: Step) -> Callable[[Measured], str]:
    def cell(one: Measured) -> str:
        seconds = one.story.seconds_until(step)
        return f"{choose(seconds):.2f} s" if seconds else "-"

    return cell


_CASES: Columns = {  # seconds count from the request to GreenLake
    "case": lambda one: one.case.name,
    "pushes": lambda one: f"{len(one.story.pushes):,}",
    "a second": lambda one: f"{one.story.rate:.1f}",
    "failures": lambda one: str(one.story.failures),
    "tested: median": _seconds(median, "tested"),
    "tested: longest": _seconds(max, "tested"),
    "left to Entra": lambda one: f"{one.story.left_to_entra}/{len(one.story.rotations)}",
    "with an old token": lambda one: f"{one.story.with_an_old_token:,}",
}
_WINDOWS: Columns = {  # the time without a valid token in Entra, which an overlap avoids
    "the token in use is ended": lambda one: one.case.name,
    "hit": lambda one: f"{one.story.hit} of {len(one.story.rotations)}",
    "saved: median": _seconds(median, "saved"),
    "saved: longest": _seconds(max, "saved"),
    "next success: median": _seconds(median, "healed"),
    "next success: longest": _seconds(max, "healed"),
    "healed": lambda one: f"{len(one.story.seconds_until('healed'))}/{one.story.hit}",
}
