"""Walks on the real engine end well too: one in a plain run, fifty with `--full`."""

import queue
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.e2e.scene import Scene
from tests.full import only_in_full
from tests.sandbox.driver import running
from tests.walks.engine import walked

pytestmark = pytest.mark.engine
full = only_in_full("takes a quarter of an hour")

Record = Callable[[str, object], None]
_WALKS = 50
_STEPS = 4
_SIDE_BY_SIDE = 3  # a run waits more than it works


@contextmanager
def deployed(root: Path) -> Generator[Scene]:
    with running(root / "state") as sandbox:
        yield Scene.deployed(sandbox, root)


def test_a_walk_on_the_engine_ends_well(own_scene: Scene) -> None:
    story = walked(own_scene, seed=0, count=_STEPS // 2)
    assert not story, story


@full
def test_fifty_walks_on_the_engine_end_well(tmp_path_factory: pytest.TempPathFactory, record_property: Record) -> None:
    free: queue.Queue[Scene] = queue.Queue()

    def walk(seed: int) -> str:
        scene = free.get()
        try:
            return walked(scene, seed, _STEPS)
        finally:
            free.put(scene)

    with ExitStack() as stack:
        for _ in range(_SIDE_BY_SIDE):
            free.put(stack.enter_context(deployed(tmp_path_factory.mktemp("walk"))))
        began = time.monotonic()
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            stories = [story for story in pool.map(walk, range(_WALKS)) if story]
        seconds = time.monotonic() - began
    record_property("told", f"walks on the engine: seeds 0 to {_WALKS - 1}, {len(stories)} failed, {seconds:.0f} s")
    assert not stories, "\n\n".join(stories)
