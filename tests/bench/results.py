"""Made-up results, for tests of what is computed from them."""

from bench.exchanges import Request, counted
from bench.limits import Result
from bench.pairs import Pairs, Sample
from bench.phases import END, PHASES, START


def sample(seconds: float, graph: int = 0) -> Sample:
    """A run that spent a second on its end and the rest on its start."""
    requests: list[Request] = [{"seq": number, "service": "graph", "client": ""} for number in range(graph)]
    return Sample(seconds, {**dict.fromkeys(PHASES, 0.0), START: seconds - 1, END: 1.0}, counted(requests))


def pairs(ours: list[float], empty: list[float]) -> Pairs:
    return Pairs([sample(each, graph=8) for each in ours], [sample(each) for each in empty])


QUICK = pairs([3.0], [2.0])


def result(
    *, no_op: Pairs = QUICK, create: Pairs = QUICK, starts: tuple[float, ...] = (1.0,), stand_in: bool = True
) -> Result:
    return Result(stand_in, starts, no_op, create)
