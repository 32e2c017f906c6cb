"""A stack and its world that are brought back to where an operation begins, as often as it takes."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.workspace import Workspace, configuration
from tests.sandbox.driver import Sandbox

# Cycles run when a job is started, and when the test asks for it; a quarantine does not end by itself.
_BY_HAND = {"cycle_interval_s": 3600, "quarantine_ladder_s": [7200]}


@dataclass(frozen=True)
class Scene:
    """A workspace and the state that it is brought back to."""

    workspace: Workspace

    @classmethod
    def bare(cls, sandbox: Sandbox, root: Path) -> "Scene":
        """A stack that was initialized and never deployed."""
        world = sandbox.make_world("bare", _BY_HAND)
        (root / "bare").mkdir()
        scene = cls(Workspace.make(root / "bare", "test", world, configuration(world)))
        scene._save()
        return scene

    @classmethod
    def deployed(cls, sandbox: Sandbox, root: Path, name: str = "deployed") -> "Scene":
        """A stack that is up, with its users provisioned."""
        world = sandbox.make_world(name, _BY_HAND)
        (root / name).mkdir()
        workspace = Workspace.make(root / name, "test", world, configuration(world))
        up = workspace.up()
        assert up.code == 0, up.text
        world.control("POST", f"/jobs/{workspace.outputs()['job_id']}/cycle")
        scene = cls(workspace)
        scene._save()
        return scene

    def restore(self, changes: Mapping[str, Any]) -> None:
        """Bring everything back, with some sections of the configuration changed."""
        self.workspace.world.control("POST", "/restore")
        shutil.rmtree(self.workspace.root / "backend")
        shutil.copytree(self._saved, self.workspace.root / "backend")
        self.workspace.configure(configuration(self.workspace.world, **changes))

    @property
    def _saved(self) -> Path:
        return self.workspace.root / "saved"

    def _save(self) -> None:
        self.workspace.world.control("POST", "/save")
        shutil.copytree(self.workspace.root / "backend", self._saved)
