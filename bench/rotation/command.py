"""`./run bench rotation`: what becomes of Entra's pushes while the token rotates."""

from collections.abc import Sequence

from bench.rotation import cases, report
from bench.rotation.cases import Case
from bench.rotation.measure import measured
from launcher.commands.parser import Parser, help_text, positive
from launcher.deployment.preparation import toolchain
from launcher.errors import UsageError
from launcher.progress import show

ROTATIONS = 20
PROMISE_BROKEN = 1


def work(arguments: list[str]) -> int:
    """Measure, print, judge."""
    if not {"--help", "-h"}.isdisjoint(arguments):
        show(help_text("bench-rotation"))
        return 0
    parser = Parser("bench rotation")
    parser.add_argument("--rotations", type=positive, default=ROTATIONS)
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args(arguments)
    results = list(measured(toolchain(), _cases(options.rotations, options.only)))
    show(report.text(results))
    return 0 if all(result.keeps_its_promise for result in results) else PROMISE_BROKEN


def _cases(rotations: int, only: Sequence[str]) -> list[Case]:
    """Return the cases that have all words of one of the choices, or every case."""
    every = cases.every(rotations)
    wanted = [case for words in only for case in cases.chosen(every, words.split())]
    if only and not wanted:
        raise UsageError("no case has all of these words: see `./run bench rotation --help`")
    return list(dict.fromkeys(wanted)) or every
