"""The two programs in separate folders: ours, by links to this checkout, and one that declares nothing."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.stopwatch import Timed, clocked
from launcher.deployment.environment import STACK, engine_settings, passphrase
from launcher.paths import PROJECT, STATE, make_private
from launcher.progress import Progress

LINKED = ("providers", "components", "__main__.py", "Pulumi.yaml", "requirements.txt")
TOKEN, EVERY = "greenlake-scim:token", "60d"
EMPTY_PROJECT = {"name": "empty", "runtime": {"name": "python", "options": {"toolchain": "pip"}}}
EMPTY_PROGRAM = '"""Declares nothing: what is left is what the engine and Python take by themselves."""\n'


@dataclass(frozen=True)
class Program:
    """A program that `engine` runs; `environment` is everything that it sees, `stack_file` the stack's settings."""

    root: Path
    engine: str
    environment: Mapping[str, str]
    stack_file: Path
    config: Mapping[str, object]

    def renew_stack(self, progress: Progress, detail: str) -> None:
        """Begin with a stack to which nothing was deployed."""
        backend = self.root / "pulumi"
        shutil.rmtree(backend, ignore_errors=True)
        backend.mkdir()
        self.stack_file.write_text(json.dumps({"config": self.config}))
        self._pulumi(progress, detail, "stack", "init", STACK, "--secrets-provider", "passphrase")

    def up(self, progress: Progress, detail: str) -> Timed:
        """Deploy; the engine names resources that stay the same, too, or there would be no lines to time."""
        return self._pulumi(progress, detail, "up", "--yes", "--skip-preview", "--show-sames")

    def configure(self, key: str, value: str, progress: Progress, detail: str) -> None:
        """Change one key of the stack's settings, as a person does."""
        self._pulumi(progress, detail, "config", "set", "--plaintext", "--path", key, value)

    def _pulumi(self, progress: Progress, detail: str, *arguments: str) -> Timed:
        command = [self.engine, *arguments, "--non-interactive", "--color", "never"]
        return clocked(command, environment=self.environment, directory=self.root, progress=progress, detail=detail)


def ours(root: Path, engine: str, environment: Mapping[str, str], tenant_id: str, api_url: str) -> Program:
    """Lay out this checkout's program, with settings like those of the shipped stack `sandbox`."""
    stacks = make_private(root / "stacks")
    for name in LINKED:
        (root / name).symlink_to(PROJECT / name)
    for path in (PROJECT / "stacks").glob("*.py"):
        (stacks / path.name).symlink_to(path)
    config = {
        "azuread:tenantId": tenant_id,
        "greenlake-scim:greenlake": {"apiUrl": api_url},
        TOKEN: {"every": EVERY},
        "greenlake-scim:access": {"groups": ["GreenLake Administrators", "GreenLake Operators"]},
    }
    return Program(root, engine, {**environment, **_settings(root)}, stacks / f"Pulumi.{STACK}.yaml", config)


def empty(root: Path, engine: str, environment: Mapping[str, str]) -> Program:
    """Lay out the program that ours is compared with."""
    make_private(root)
    (root / "Pulumi.yaml").write_text(json.dumps(EMPTY_PROJECT))
    (root / "__main__.py").write_text(EMPTY_PROGRAM)
    return Program(root, engine, {**environment, **_settings(root)}, root / f"Pulumi.{STACK}.yaml", {})


def _settings(root: Path) -> dict[str, str]:
    """Give a program its own engine state, where a plugin that the user's sandbox has is found, too."""
    home = make_private(root / "pulumi-home")
    plugins = STATE / "pulumi-home" / "plugins"
    if plugins.is_dir():
        (home / "plugins").symlink_to(plugins)
    (root / "passphrase").write_text(passphrase())
    return engine_settings(root)
