"""`./run bench rotation`: what becomes of Entra's pushes while the token rotates."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.folder import bench_folder
from bench.rotation import cases, picture, report
from bench.rotation.cases import Case
from bench.rotation.measure import Measured, measured
from launcher.deployment.preparation import toolchain
from launcher.errors import UsageError

ROTATIONS = 20
PROMISE_BROKEN = 1

HELP = f"""\
usage: ./run bench rotation [--rotations N] [--only WORDS] [--svg FOLDER] [--json]

Rotate tokens while Entra pushes users and groups without a pause, and count the pushes that fail.

The sandbox's engine sends to GreenLake over HTTPS, at least 25 requests a second (the rate that Entra asks of a target)
or as fast as it can, because people come and go in the assigned groups before every cycle and one cycle follows upon
the last. Meanwhile `token.rotateWhenChanged` is changed and `pulumi up` run, {ROTATIONS} times a case. A case's words:

  overlap          the default: the old token lives until the new one is in use. No push may fail
  remove-current   `token.removeCurrent: true`: the old token ends at once. Pushes may fail until Entra has the new one
                   and the next cycle heals that
  lost-answer      with overlap, and the answer to the first call of each rotation is lost, so that there is a second
  long-cycles      with overlap, and cycles that last longer than the program waits for their end (40 s)
  cycle, request   Entra reads its credentials once a cycle, or once a request
  use, delay       GreenLake ends an old token by the first use of the new one, or 2 s after that
  replaces, adds, shifts
                   a second rotation replaces the unused token, adds one, or ends the one in use: then pushes may fail
  25, max, 5       the rate

It prints for each: pushes, failures (401, 403 or no answer at all), the longest time between two pushes that succeeded,
the time from rotate to tested, rotations that were left for Entra's next cycle to finish, and pushes that succeeded
with an old token after a rotation. Everything is read from the sandbox's request log. The stand-in of the azuread
plugin waits as the real one does, 20 s after each save, so it takes some hours: 20 s more for each rotation.

  --rotations N    so many rotations a case; a quarter of it with lost answers, a tenth with long cycles
  --only WORDS     only the cases that have all these words, such as --only "overlap cycle"; again for further ones
  --svg FOLDER     draw the beginning of each case there, as <words of the case>.svg
  --json           everything as one JSON document instead, with each single rotation

A small part, in two minutes: ./run bench rotation --rotations 1 --only "overlap cycle use 25"
It uses .sandbox/bench as `./run bench` does. The exit code is 0 where every promise holds, {PROMISE_BROKEN} where a
push failed with overlap or the next cycle did not heal a failure."""


@dataclass(frozen=True)
class _Options:
    rotations: int = ROTATIONS
    only: tuple[frozenset[str], ...] = ()
    svg: Path | None = None
    as_json: bool = False

    @property
    def cases(self) -> list[Case]:
        every = cases.every(self.rotations)
        wanted = [case for words in self.only for case in cases.chosen(every, words)]
        return list(dict.fromkeys(wanted)) if self.only else every


def work(arguments: list[str]) -> int:
    """Measure, draw, print, judge."""
    options = _options(arguments)
    if not options.cases:
        raise UsageError("no case has all of these words: see `./run bench rotation --help`")
    tools = toolchain()
    with bench_folder() as folder:
        results = list(measured(tools, folder, options.cases))
    if options.svg:
        _draw(results, options.svg)
    print(json.dumps(report.document(results), indent=2) if options.as_json else report.text(results))
    return 0 if all(result.keeps_its_promise for result in results) else PROMISE_BROKEN


def _draw(results: Sequence[Measured], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        path = folder / f"{'-'.join(result.case.words)}.svg"
        path.write_text(picture.drawn(result.case, result.story))


def _options(arguments: list[str]) -> _Options:
    found, rest = _Options(), arguments
    while rest:
        match rest:
            case ["--json", *more]:
                found = replace(found, as_json=True)
            case ["--rotations", number, *more] if number.isdigit() and int(number):
                found = replace(found, rotations=int(number))
            case ["--only", words, *more]:
                found = replace(found, only=(*found.only, frozenset(words.split())))
            case ["--svg", folder, *more]:
                found = replace(found, svg=Path(folder))
            case _:
                raise UsageError(f"bench rotation does not take {' '.join(rest)}: see `./run bench rotation --help`")
        rest = more
    return found
