"""A result for people, as tables, and for scripts, as JSON."""

from bench.exchanges import PUSHES, SERVICES
from bench.limits import Limit, Result
from bench.pairs import Pairs, exchange_medians, phase_medians
from bench.phases import PHASES

REAL = (
    "azuread plugin: the real one; its own waits, 20 s for each of some resources, are included and create has no limit"
)
STAND_IN = "azuread plugin: the sandbox's stand-in"


def text(result: Result) -> str:
    """Return tables; seconds are medians of the counted runs."""
    parts = (
        [STAND_IN if result.stand_in else REAL],
        _compared(result),
        _phases(result),
        _exchanges(result),
        [_verdict(limit) for limit in result.limits],
    )
    return "\n\n".join("\n".join(part) for part in parts)


def document(result: Result) -> dict[str, object]:
    """Return the same and every single run for `json.dumps`: seconds, and counts of exchanges."""
    return {
        "plugin": "stand-in" if result.stand_in else "real",
        "pairs": len(result.no_op.ours),
        "no_op": _pairs(result.no_op),
        "create": _pairs(result.create),
        "sandbox_start": {"runs_s": list(result.sandbox_starts), "median_s": result.sandbox_start_s},
        "limits": [
            {"name": each.name, "value": each.value, "most": each.most, "unit": each.unit, "holds": each.holds}
            for each in result.limits
        ],
    }


def _compared(result: Result) -> list[str]:
    rows = [("no-op", result.no_op), ("create", result.create)]
    return [
        f"{'median of ' + str(len(result.no_op.ours)):<26}{'ours':>9}{'empty':>9}{'more':>9}{'times':>9}",
        *(
            f"{name:<26}{_s(pairs.ours_s)}{_s(pairs.empty_s)}{_s(pairs.more_s)}{pairs.times:>9.2f}"
            for name, pairs in rows
        ),
        f"{'start of the sandbox':<26}{_s(result.sandbox_start_s)}",
    ]


def _phases(result: Result) -> list[str]:
    columns = [_spent(result.no_op), _spent(result.create)]
    heading = f"{'share':>9}{'empty':>9}"
    return [
        f"{'where ours spends it':<26}{'no-op':>9}{heading}{'create':>9}{heading}",
        *(f"{label:<26}{''.join(column[name] for column in columns)}" for name, label in PHASES.items()),
    ]


def _spent(pairs: Pairs) -> dict[str, str]:
    ours, empty = phase_medians(pairs.ours), phase_medians(pairs.empty)
    whole = sum(ours.values())
    return {name: f"{_s(ours[name])}{ours[name] / whole:>9.0%}{_s(empty[name])}" for name in PHASES}


def _exchanges(result: Result) -> list[str]:
    no_op, create = exchange_medians(result.no_op.ours), exchange_medians(result.create.ours)
    names = {name: f"{host:<10} {name}" for name, host in SERVICES.items()}
    names[PUSHES] = "Entra's pushes, apart"
    return [
        f"{'HTTP exchanges of ours':<26}{'no-op':>9}{'create':>18}",
        *(f"{label:<26}{no_op[name]:>9}{create[name]:>18}" for name, label in names.items()),
    ]


def _verdict(limit: Limit) -> str:
    word = "holds" if limit.holds else "BROKEN"
    return f"{word:<8}{limit.name:<27}{limit.value:.2f} {limit.unit}, at most {limit.most:g}"


def _pairs(pairs: Pairs) -> dict[str, object]:
    exchanges = exchange_medians(pairs.ours)
    return {
        "ours_s": [sample.seconds for sample in pairs.ours],
        "empty_s": [sample.seconds for sample in pairs.empty],
        "median": {"ours_s": pairs.ours_s, "empty_s": pairs.empty_s, "more_s": pairs.more_s, "times": pairs.times},
        "phases_s": phase_medians(pairs.ours),
        "empty_phases_s": phase_medians(pairs.empty),
        "exchanges": {host: _of(host, exchanges) for host in dict.fromkeys(SERVICES.values())},
        "pushes": exchanges[PUSHES],
    }


def _of(host: str, exchanges: dict[str, int]) -> dict[str, int]:
    return {name: exchanges[name] for name in SERVICES if SERVICES[name] == host}


def _s(seconds: float) -> str:
    return f"{seconds:>7.2f} s"
