"""Kill the engine anywhere: `recover` and one more run make everything correct.

A sample covers each kind of blow and of operation, and test_documented.py a token that was being made;
`./run test --full` tries every exchange.
"""

import queue
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.e2e.killed import operation
from tests.e2e.killed.blow import KILLS, SIGNALS
from tests.e2e.killed.conftest import Exchanges, staged
from tests.e2e.killed.exchange import Exchange, first
from tests.e2e.killed.operation import Operation
from tests.e2e.killed.point import Point, Stage
from tests.full import only_in_full

pytestmark = pytest.mark.engine
full = only_in_full("takes up to an hour")

Record = Callable[[str, object], None]
_STAGES = 3  # a run waits more than it works
_SIGNALLED = 10

SAMPLE = (
    (operation.CREATE, "graph", "POST", "/synchronization/jobs", "before the answer is written down"),
    (operation.ROTATE, "proxytoken", "POST", "/proxytoken/rotate", "engine alone"),
    (operation.ROTATE, "graph", "PUT", "/synchronization/secrets", "SIGTERM"),
    (operation.ROTATE_AT_ONCE, "proxytoken", "POST", "/proxytoken/rotate", "before it is answered"),
    (operation.SCHEMA, "graph", "PUT", "/schema", "before it is carried out"),
    (operation.STATUS, "graph", "POST", "/pause", "SIGINT"),
    (operation.DESTROY, "proxytoken", "DELETE", "/proxytoken", "before it is answered"),
)


@pytest.mark.parametrize(
    ("killed", "service", "method", "ending", "blow"), SAMPLE, ids=lambda value: str(value).replace("/", " ")
)
def test_recover_and_one_more_run_make_everything_correct(
    stage: Stage, killed: Operation, service: str, method: str, ending: str, blow: str
) -> None:
    world = stage.scene(killed).workspace.world
    stage.try_point(Point(killed, first(world, service, method, ending), blow))


@pytest.fixture(scope="module")
def stages(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Generator[list[Stage]]:
    with ExitStack() as stack:
        more = [stack.enter_context(staged(tmp_path_factory.mktemp("stage"))) for _ in range(_STAGES - 1)]
        yield [stage, *more]


def stories(stages: list[Stage], points: Sequence[Point]) -> list[str]:
    """Try points side by side, each on a stage that is free; return what went wrong."""
    free: queue.Queue[Stage] = queue.Queue()
    for each in stages:
        free.put(each)

    def attempt(point: Point) -> str:
        stage = free.get()
        try:
            return stage.story(point)
        finally:
            free.put(stage)

    with ThreadPoolExecutor(len(stages)) as pool:
        return [story for story in pool.map(attempt, points) if story]


@full
@pytest.mark.parametrize("blow", KILLS)
@pytest.mark.parametrize("killed", operation.ALL, ids=str)
def test_a_kill_at_every_exchange_is_recovered_from(
    stages: list[Stage], exchanges: Exchanges, killed: Operation, blow: str, record_property: Record
) -> None:
    points = [Point(killed, exchange, blow) for exchange in exchanges[killed] if is_another_point(exchange, blow)]
    failed = stories(stages, points)
    record_property("told", f"{killed}, {blow}: {len(points)} points, {len(failed)} failed")
    assert failed == [], "\n\n".join(failed)


@full
@pytest.mark.parametrize("blow", SIGNALS)
def test_a_signal_at_ten_of_the_writes_is_recovered_from(
    stages: list[Stage], exchanges: Exchanges, blow: str, record_property: Record
) -> None:
    writes = [(killed, each) for killed in operation.ALL for each in exchanges[killed] if not each.changes_nothing]
    chosen = [writes[len(writes) * number // _SIGNALLED] for number in range(_SIGNALLED)]
    failed = stories(stages, [Point(killed, each, blow) for killed, each in chosen])
    record_property("told", f"{blow}: {len(chosen)} points, {len(failed)} failed")
    assert failed == [], "\n\n".join(failed)


def is_another_point(exchange: Exchange, blow: str) -> bool:
    """Leave out what is the same: whether a read was carried out before all that knew of it were killed."""
    return not (exchange.changes_nothing and blow == "before it is answered")
