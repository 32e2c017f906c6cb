"""The real Pulumi engine over one stack in its own folder, with the stand-in as its azuread plugin."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contract.graph_world import Asked, GraphStub
from tests.e2e.workspace import COMMAND_S
from tests.forked_python import pythons

PROJECT = Path(__file__).parents[2]
_PROGRAM = Path(__file__).parent / "program"
_PLUGIN = PROJECT / "azuread_stand_in" / "bin" / "pulumi-resource-azuread"


@dataclass(frozen=True)
class Run:
    """One command: its exit code, everything it printed, and what Graph was asked meanwhile."""

    exit_code: int
    output: str
    asked: tuple[Asked, ...]

    @property
    def writes(self) -> tuple[Asked, ...]:
        """What may have changed something, in order."""
        return tuple(each for each in self.asked if each.method != "GET")


class Stack:
    """A stack `dev` of the program of the recordings."""

    def __init__(self, engine: Path, folder: Path, graph: GraphStub) -> None:
        self._graph = graph
        self._pulumi = engine / "pulumi"
        self._program = folder / "program"
        shutil.copytree(_PROGRAM, self._program)
        (folder / "backend").mkdir()
        installed = folder / "home" / "plugins" / "resource-azuread-v6.11.1"
        installed.mkdir(parents=True)
        (installed / _PLUGIN.name).symlink_to(_PLUGIN)
        inherited = {"HOME": os.environ.get("HOME", str(folder)), "LANG": "C.UTF-8"}
        path = (engine, pythons(folder / "bin"), Path(sys.executable).parent, "/usr/bin", "/bin")
        self._environment = {
            **inherited,
            **graph.environment(),
            "PATH": os.pathsep.join(str(each) for each in path),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "contract",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "GOGC": "400",  # an engine that lives for seconds need not collect its garbage
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        self.pulumi({}, "stack", "init", "dev")

    def pulumi(self, wish: dict[str, Any], *arguments: str) -> Run:
        """Run one command of the engine, with what the program is to declare."""
        before = len(self._graph.asked)
        done = subprocess.run(
            [str(self._pulumi), *arguments, "--non-interactive"],
            cwd=self._program,
            env={**self._environment, "WISH": json.dumps(wish)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        return Run(done.returncode, done.stdout, tuple(self._graph.asked[before:]))

    def up(self, wish: dict[str, Any], *more: str) -> Run:
        """`pulumi up` without its preview, every value shown that it would show."""
        return self.pulumi(wish, "up", "--yes", "--skip-preview", "--diff", "--stack", "dev", *more)

    def preview(self, wish: dict[str, Any]) -> Run:
        """`pulumi preview --refresh --expect-no-changes`, the drift check."""
        return self.pulumi(wish, "preview", "--refresh", "--expect-no-changes", "--diff", "--stack", "dev")

    def resources(self) -> list[dict[str, Any]]:
        """The azuread resources of the state, secrets in clear."""
        text = self.pulumi({}, "stack", "export", "--show-secrets", "--stack", "dev").output
        found = json.loads(text)["deployment"].get("resources", [])
        return [each for each in found if each["type"].startswith("azuread:")]
