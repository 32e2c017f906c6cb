"""Results as tables, with a line for each promise."""

from collections.abc import Iterator, Sequence
from statistics import median

from bench.rotation.cases import PACED, RATE_PROMISED
from bench.rotation.measure import Measured

_NAME = 38
_MEDIAN = f"{'median':>14}{'longest':>10}"


def text(results: Sequence[Measured]) -> str:
    """Return the tables and a line for each promise; a case without a rotation to speak of shows a dash."""
    windows = [one for one in results if not one.case.promises_no_failure]
    parts = [_all(results), *([_windows(windows)] if windows else []), list(_verdicts(results))]
    return "\n\n".join("\n".join(part) for part in parts)


def _all(results: Sequence[Measured]) -> list[str]:
    heading = f"{'pushes':>8}{'a second':>10}{'failures':>10}{'longest gap':>13}"
    return [
        f"{'':<{_NAME + 41}}{'from rotate to tested':>24}{'left to':>9}{'pushes with':>13}",
        f"{'case':<{_NAME}}{heading}{_MEDIAN}{'Entra':>9}{'an old token':>13}",
        *(_row(one) for one in results),
    ]


def _row(one: Measured) -> str:
    found = one.figures
    return (
        f"{one.case.name:<{_NAME}}{found.pushes:>8,}{found.rate:>10.1f}{found.failures:>10}"
        f"{_s(found.longest_gap):>13}{_spread(found.tested, 14)}"
        f"{f'{found.left_to_entra}/{len(found.rotations)}':>9}{found.overlapping:>13,}"
    )


def _windows(results: Sequence[Measured]) -> list[str]:
    """Report the time without a valid token in Entra, which an overlap avoids."""
    return [
        f"{'':<{_NAME + 12}}{'from rotate to saved':>24}{'to the next success':>24}",
        f"{'the token in use is ended':<{_NAME}}{'hit':>12}{_MEDIAN}{_MEDIAN}{'healed':>9}",
        *(_window(one) for one in results),
    ]


def _window(one: Measured) -> str:
    rotations = one.figures.rotations
    hit = [each for each in rotations if each.failures]
    saved = [each.saved for each in rotations if each.saved is not None]
    healed = [each.healed for each in hit if each.healed is not None]
    share = f"{len(hit)} of {len(rotations)}"
    return (
        f"{one.case.name:<{_NAME}}{share:>12}{_spread(saved, 14)}{_spread(healed, 14)}{f'{len(healed)}/{len(hit)}':>9}"
    )


def _verdicts(results: Sequence[Measured]) -> Iterator[str]:
    safe = [one for one in results if one.case.promises_no_failure]
    if safe:
        failures, pushes = sum(one.figures.failures for one in safe), sum(one.figures.pushes for one in safe)
        yield _verdict(
            not failures,
            f"with overlap {failures} of {pushes:,} pushes failed, in {len(safe)} case{'s' * (len(safe) > 1)}",
        )
    healed = all(not one.figures.unhealed and one.recovered for one in results)
    yield _verdict(healed, "the next cycle heals whatever failed, and ends well")
    slow = [one for one in safe if one.case.rate == PACED and one.figures.rate < RATE_PROMISED]
    for one in slow:
        yield f"note    {one.case.name}: fewer than {RATE_PROMISED:.0f} pushes a second: let the machine rest"


def _verdict(holds: bool, said: str) -> str:
    return f"{'holds' if holds else 'BROKEN':<8}{said}"


def _spread(seconds: Sequence[float], first: int) -> str:
    if not seconds:
        return f"{'-':>{first}}{'-':>10}"
    return f"{_s(median(seconds)):>{first}}{_s(max(seconds)):>10}"


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"
