"""One point: an operation, an exchange of it, and a blow; what happens there, and the account of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.killed import outcome
from tests.e2e.killed.blow import strike
from tests.e2e.killed.exchange import Exchange, exchanges_since
from tests.e2e.killed.operation import Operation
from tests.e2e.killed.recovery import again, recover
from tests.e2e.scene import Scene


@dataclass(frozen=True)
class Point:
    """Where to hit, and how."""

    operation: Operation
    exchange: Exchange
    blow: str

    def __str__(self) -> str:
        return f"{self.operation}, {self.exchange}, {self.blow}"


@dataclass(frozen=True)
class Stage:
    """The two scenes on one sandbox, and how many users and groups there are to be provisioned."""

    bare: Scene
    deployed: Scene
    expected: dict[str, int]
    log: Path

    def scene(self, operation: Operation) -> Scene:
        return self.bare if operation.begins == "bare" else self.deployed

    def undisturbed(self, operation: Operation) -> list[Exchange]:
        """Run an operation and list its exchanges."""
        scene = self.scene(operation)
        scene.restore(operation.changes)
        since = scene.workspace.world.last_request()
        done = again(scene.workspace, operation, {})
        assert done.code == 0, done.text
        found = exchanges_since(scene.workspace.world, since)
        self._assert_right(operation)
        return found

    def try_point(self, point: Point) -> None:
        """Hit a run, recover, run again, and look."""
        scene, operation = self.scene(point.operation), point.operation
        workspace = scene.workspace
        scene.restore(operation.changes)
        strike(workspace, operation, point.exchange, point.blow, self.log)
        if operation.keeps_pushing:
            (job,) = outcome.jobs(workspace)
            assert outcome.cycle(workspace, job) == "Succeeded", "a push failed before the recovery"
        done = again(workspace, operation, recover(workspace))
        assert done.code == 0, done.text
        self._assert_right(operation)

    def story(self, point: Point) -> str:
        """Try a point; return what went wrong, "" if nothing did."""
        return _told(point, lambda: self.try_point(point), self.log)

    def _assert_right(self, operation: Operation) -> None:
        workspace = self.scene(operation).workspace
        if operation.command == "destroy":
            outcome.assert_destroyed(workspace, self.expected)
        else:
            outcome.assert_deployed(workspace, self.expected)


def _told(point: Point, attempt: Callable[[], None], log: Path) -> str:
    try:
        attempt()
    except Exception as error:  # noqa: BLE001 - every point is tried, and each failure is a line of the account
        return f"{point}: {type(error).__name__}: {error}\n--- the run that was hit:\n{log.read_text()}"
    return ""
