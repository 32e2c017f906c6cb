"""The two programs, each in its own folder: ours, by links to this checkout, and one that declares nothing."""

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.control import BenchControl
from launcher.deployment.environment import STACK, engine_settings, passphrase, service_settings, without_proxy
from launcher.deployment.preparation import Prepared, Toolchain
from launcher.errors import MissingError
from launcher.paths import PROJECT, STATE, make_private
from launcher.processes import answer, behind, last_line

LINKED = ("providers", "components", "__main__.py", "Pulumi.yaml", "requirements.txt")
STACK_FILE = f"Pulumi.{STACK}.yaml"
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

    def renew_stack(self) -> None:
        """Begin with a stack to which nothing was deployed."""
        backend = self.root / "pulumi"
        shutil.rmtree(backend, ignore_errors=True)
        backend.mkdir()
        self.stack_file.write_text(json.dumps({"config": self.config}))
        self._pulumi("new stack", "stack", "init", STACK, "--secrets-provider", "passphrase")

    def up(self, title: str) -> float:
        """Deploy; return the seconds."""
        return self._pulumi(title, "up", "--yes", "--skip-preview")

    def configure(self, key: str, value: str) -> None:
        """Change one key of the stack's settings, as a person does."""
        command = [self.engine, "config", "set", "--plaintext", "--path", key, value]
        answer(command, self.environment, cwd=self.root).check_returncode()

    def _pulumi(self, title: str, *arguments: str) -> float:
        command = [self.engine, *arguments, "--non-interactive", "--color", "never"]
        log = self.root / "engine.log"
        log.unlink(missing_ok=True)
        began = time.monotonic()
        if behind(title, command, log, environment=self.environment, directory=self.root):
            raise MissingError(f"`pulumi {arguments[0]}` of the benchmark failed: {first_error(log.read_text())}")
        return time.monotonic() - began


def first_error(text: str) -> str:
    """Return the first error that the engine named, else its last line."""
    return next(iter(re.findall(r"error: (.*\S)", text)), "") or last_line(text)


def ours(tools: Toolchain, control: BenchControl, **environ: str) -> Program:
    """Lay out this checkout's program, with settings like those of the shipped stack `sandbox`."""
    root, world = control.folder / "ours", control.bench_world
    stacks = make_private(root / "stacks")
    for name in LINKED:
        (root / name).symlink_to(PROJECT / name)
    for path in (PROJECT / "stacks").glob("*.py"):
        (stacks / path.name).symlink_to(path)
    config = {
        "azuread:tenantId": world.tenant_id,
        "greenlake-scim:greenlake": {"apiUrl": world.greenlake},
        TOKEN: {"every": EVERY},
        "greenlake-scim:access": {"groups": ["GreenLake Administrators", "GreenLake Operators"]},
    }
    return Program(root, tools.pulumi, {**_environment(root, tools, control), **environ}, stacks / STACK_FILE, config)


def empty(tools: Toolchain, control: BenchControl) -> Program:
    """Lay out the program that ours is compared with."""
    root = make_private(control.folder / "empty")
    (root / "Pulumi.yaml").write_text(json.dumps(EMPTY_PROJECT))
    (root / "__main__.py").write_text(EMPTY_PROGRAM)
    return Program(root, tools.pulumi, _environment(root, tools, control), root / STACK_FILE, {})


def _environment(root: Path, tools: Toolchain, control: BenchControl) -> dict[str, str]:
    """Return all that a program sees: the benchmark's world, its own engine state, a plugin that the user has."""
    home = make_private(root / "pulumi-home")
    plugins = STATE / "pulumi-home" / "plugins"
    if plugins.is_dir():
        (home / "plugins").symlink_to(plugins)
    (root / "passphrase").write_text(passphrase())
    services = service_settings(control.bench_world, control.state)
    settings = {**services, **without_proxy(os.environ), **tools.settings, **engine_settings(root)}
    return Prepared(tools, control, settings).environment
