"""One sandbox process for a whole test session, and its own world for every test that asks for one."""

import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings

from providers import run_log
from tests.e2e.scene import Scene
from tests.forked_python import pythons
from tests.sandbox.driver import Sandbox, World, running

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # properties are judged by what they find, not by how fast a shared machine is
_numbers = itertools.count(1)
_OF_A_TENANT = ("ARM_", "HPEGL_", "BEARER_TOKEN", "GREENLAKE_API_", "GREENLAKE_ADOPT_", "PULUMI_", "SSL_CERT_")


def pytest_configure(config: pytest.Config) -> None:
    """Let workers take files in our order, not those with the most tests first, and start programs as a shell does.

    A worker ignores SIGINT. What it starts would inherit that, and the engine ends its plugins by an interrupt. What
    `./run env`, or somebody with a tenant, has set in this shell is no part of any test.
    """
    for name in [each for each in os.environ if each.startswith(_OF_A_TENANT)]:
        del os.environ[name]
    config.option.loadscopereorder = False
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda _number, _frame: None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left with one of them at the end."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    engine = {item.path for item in items if item.get_closest_marker("engine")}
    items.sort(key=lambda item: (item.path not in long, item.path not in engine))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests record as `told`, such as how much they tried: what a worker prints nobody sees."""
    for report in itertools.chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport) and report.when == "call":
            for name, value in report.user_properties:
                if name == "told":
                    terminalreporter.write_line(str(value))


@pytest.fixture(autouse=True)
def run_of_its_own() -> None:
    """Forget what was printed: a test is its own run, which in the engine is its own process."""
    run_log.printed.clear()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox") / "state") as started:
        yield started


@pytest.fixture(scope="session")
def forked_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has imported what scimctl needs."""
    return pythons(tmp_path_factory.mktemp("forked") / "bin") / "python3"


@pytest.fixture(scope="session")
def shared_scene(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A stack that is deployed once, and brought back to that for each module that shares it."""
    return Scene.deployed(sandbox, tmp_path_factory.mktemp("scene"), "shared")


@pytest.fixture(scope="session")
def own_scene(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A stack that is deployed once, and brought back to that for each test that has it to itself."""
    return Scene.deployed(sandbox, tmp_path_factory.mktemp("scene"), "own")


@pytest.fixture
def world(sandbox: Sandbox) -> Iterator[World]:
    """A fresh tenant and workspace."""
    made = sandbox.make_world(f"w{next(_numbers)}")
    yield made
    sandbox.control("DELETE", f"/worlds/{made.name}")


@pytest.fixture
def graph(world: World) -> Iterator[httpx.Client]:
    """Graph v1.0 as the program's client sees it."""
    with world.graph() as client:
        yield client


@pytest.fixture
def admin(world: World) -> Iterator[httpx.Client]:
    """Graph v1.0 as an administrator sees it."""
    with world.graph("admin_client") as client:
        yield client
