"""The stage, made once, and the exchanges of every operation, found by undisturbed runs."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.killed import operation, outcome
from tests.e2e.killed.exchange import Exchange
from tests.e2e.killed.operation import Operation
from tests.e2e.killed.point import Stage
from tests.e2e.scene import Scene
from tests.sandbox.driver import running

Exchanges = Mapping[Operation, list[Exchange]]


@contextmanager
def staged(root: Path) -> Generator[Stage]:
    """Set a stage on its own sandbox: exchanges that name no tenant would hit another stage's runs."""
    with running(root / "state") as sandbox:
        deployed = Scene.deployed(sandbox, root)
        expected = outcome.provisioned(deployed.workspace)
        yield Stage(Scene.bare(sandbox, root), deployed, expected, root / "hit.log")


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stage]:
    with staged(tmp_path_factory.mktemp("killed")) as made:
        yield made


@pytest.fixture(scope="package")
def exchanges(stage: Stage) -> Exchanges:
    return {each: stage.undisturbed(each) for each in operation.ALL}
