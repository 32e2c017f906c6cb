"""Results as tables, with a line for each promise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from bench.rotation.cases import PACED, RATE_PROMISED
from bench.rotation.measure import Measured
from bench.tables import table, verdict

Columns = Mapping[str, Callable[[Measured], str]]

_CASES: Columns = {  # seconds count from the request to GreenLake
    "case": lambda one: one.case.name,
    "pushes": lambda one: f"{one.figures.pushes:,}",
    "a second": lambda one: f"{one.figures.rate:.1f}",
    "failures": lambda one: str(one.figures.failures),
    "longest gap": lambda one: _s(max, [one.figures.longest_gap]),
    "tested: median": lambda one: _s(median, one.figures.until("tested")),
    "tested: longest": lambda one: _s(max, one.figures.until("tested")),
    "left to Entra": lambda one: f"{one.figures.left_to_entra}/{len(one.figures.rotations)}",
    "with an old token": lambda one: f"{one.figures.overlapping:,}",
}
_WINDOWS: Columns = {  # the time without a valid token in Entra, which an overlap avoids
    "the token in use is ended": lambda one: one.case.name,
    "hit": lambda one: f"{one.figures.hit} of {len(one.figures.rotations)}",
    "saved: median": lambda one: _s(median, one.figures.until("saved")),
    "saved: longest": lambda one: _s(max, one.figures.until("saved")),
    "next success: median": lambda one: _s(median, one.figures.until("healed")),
    "next success: longest": lambda one: _s(max, one.figures.until("healed")),
    "healed": lambda one: f"{len(one.figures.until('healed'))}/{one.figures.hit}",
}


def text(results: Sequence[Measured]) -> str:
    """Return the tables and a line for each promise; a case without a rotation to speak of shows a dash."""
    windows = [one for one in results if not one.case.promises_no_failure]
    tables = [_table(_CASES, results), *([_table(_WINDOWS, windows)] if windows else [])]
    return "\n\n".join([*tables, "\n".join(_verdicts(results))])


def _table(columns: Columns, results: Sequence[Measured]) -> str:
    return table([list(columns), *([cell(one) for cell in columns.values()] for one in results)])


def _verdicts(results: Sequence[Measured]) -> Iterator[str]:
    safe = [one for one in results if one.case.promises_no_failure]
    if safe:
        failures, pushes = sum(one.figures.failures for one in safe), sum(one.figures.pushes for one in safe)
        cases = f"{len(safe)} case{'s' * (len(safe) > 1)}"
        yield verdict(not failures, f"with overlap {failures} of {pushes:,} pushes failed, in {cases}")
    healed = all(not one.figures.unhealed and one.recovered for one in results)
    yield verdict(healed, "the next cycle heals whatever failed, and ends well")
    for one in safe:
        if one.case.rate == PACED and one.figures.rate < RATE_PROMISED:
            yield f"note    {one.case.name}: fewer than {RATE_PROMISED:.0f} pushes a second: let the machine rest"


def _s(choose: Callable[[Sequence[float]], float], seconds: Sequence[float]) -> str:
    return f"{choose(seconds):.2f} s" if seconds else "-"
