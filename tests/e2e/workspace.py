"""A checkout of the program in its own folder, with a stack, a file backend and a world of the sandbox."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from tests.forked_python import pythons
from tests.sandbox.driver import World

PROJECT = Path(__file__).parents[2]
PASSPHRASE = "correct horse battery staple canary"
TENANT_KEY = "azuread:tenantId"
_PLUGIN = "pulumi-resource-azuread"
COMMAND_S = 600.0  # no command takes so long, however busy the machine
_SIGN_IN = ("login", "iam")
_CLEAR: dict[str, str] = {}  # tokens by what state holds of them
_LINKED = ("providers", "components", "scimctl", "ci", "__main__.py", "Pulumi.yaml", "requirements.txt")
# What the engine prints of a plugin, in three lines, if another has used up the time that it has to end them all.
_ENDED_LATE = ("exited prematurely", "This is *always* a bug", "To assist with debugging")


def configuration(world: World, **changes: Any) -> dict[str, Any]:
    """Return the configuration that most tests start from, with some sections replaced."""
    return {
        "greenlake": {"apiUrl": world.about["greenlake"]},
        "token": {"every": "60d"},
        "access": {"groups": ["GreenLake Administrators"]},
        **changes,
    }


def writes(world: World, since: int = 0) -> list[str]:
    """Name the writes since a request: sign-ins and the pushes of Entra's engine do not count."""
    sent = [each for each in world.requests(since) if each["method"] != "GET" and each["service"] not in _SIGN_IN]
    return [f"{each['method']} {each['path']}" for each in sent]


@dataclass(frozen=True)
class Run:
    """What one command of the engine printed: standard output and error together, as a person sees them."""

    code: int
    text: str

    @property
    def errors(self) -> set[str]:
        """The errors among the diagnostics, a line each, without the engine's own words of how the run ended."""
        diagnostics = self.text.rpartition("Diagnostics:")[2].partition("Outputs:")[0].partition("Resources:")[0]
        said = [line.strip() for line in diagnostics.splitlines() if line.startswith("    ") and line.strip()]
        ours = [line for line in said if not line.startswith(("warning:", "info:"))]
        noise = ("update failed", "program exited with non-zero", *_ENDED_LATE)
        return {line.removeprefix("error: ") for line in ours if not any(each in line for each in noise)}


@dataclass(frozen=True)
class Said:
    """What one command of scimctl printed; `out` is without the header, its first line."""

    code: int
    out: str
    err: str
    header: str = ""

    @classmethod
    def of(cls, code: int, out: str, err: str) -> "Said":
        """Take the header off the output."""
        header, _, rest = out.partition("\n") if out.startswith("stack ") else ("", "", out)
        return cls(code, rest, err, header)

    @property
    def first(self) -> str:
        """The first line of the result or, without one, of the errors."""
        errors = [line for line in self.err.splitlines() if line.startswith("scimctl: ")]
        return next(iter([*self.out.splitlines(), *errors]), "")

    @property
    def data(self) -> dict[str, Any]:
        """What it printed with --json."""
        assert self.out, self.err
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(frozen=True)
class Workspace:
    """One stack of the program; `environ` is everything that its commands see."""

    root: Path
    stack: str
    world: World
    environ: dict[str, str]

    @classmethod
    def make(cls, root: Path, stack: str, world: World, config: Mapping[str, Any]) -> "Workspace":
        """Lay out the program in `root` and point it at a world of the sandbox."""
        for name in _LINKED:
            (root / name).symlink_to(PROJECT / name)
        (root / "stacks").mkdir()
        for path in (PROJECT / "stacks").iterdir():
            if not path.name.startswith("Pulumi."):
                (root / "stacks" / path.name).symlink_to(path)
        (root / "backend").mkdir()
        _link_stand_in(root)
        workspace = cls(root, stack, world, _environ(root, world))
        workspace.configure(config)
        created = workspace.pulumi("stack", "init", stack)
        assert created.code == 0, created.text
        return workspace

    @property
    def stack_file(self) -> Path:
        return self.root / "stacks" / f"Pulumi.{self.stack}.yaml"

    def configure(self, config: Mapping[str, Any]) -> None:
        """Replace the stack's configuration but for its tenant; what `stack init` wrote beside it stays."""
        document: dict[str, Any] = {}
        if self.stack_file.exists():
            document = yaml.safe_load(self.stack_file.read_text()) or {}
        sections = {f"greenlake-scim:{key}": value for key, value in config.items()}
        document["config"] = {TENANT_KEY: self.world.tenant_id, **sections}
        self.stack_file.write_text(yaml.safe_dump(document, sort_keys=False))

    def pulumi(self, *args: str, **environ: str) -> Run:
        """Run the engine on this stack; an environment value of "" takes the variable away."""
        env = {name: value for name, value in {**self.environ, **environ}.items() if value}
        command = ["pulumi", "--non-interactive", "--color", "never", *args]
        if args[0] != "stack":
            command += ["--stack", self.stack]
        done = subprocess.run(
            command,
            cwd=self.root,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        return Run(done.returncode, done.stdout)

    def scimctl(self, *args: str, **environ: str) -> Said:
        """Run scimctl on this stack; an environment value of "" takes the variable away."""
        env = {name: value for name, value in {**self.environ, **environ}.items() if value}
        command = [str(self.root / "bin" / "python3"), "-m", "scimctl", *args, "--stack", self.stack]
        done = subprocess.run(
            command,
            cwd=self.root,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        return Said.of(done.returncode, done.stdout, done.stderr)

    def up(self, *args: str, **environ: str) -> Run:
        return self.pulumi("up", "--yes", "--skip-preview", *args, **environ)

    def preview(self, *args: str, **environ: str) -> Run:
        """Preview and expect no changes: 0 if there are none, 7 if there are."""
        return self.pulumi("preview", "--expect-no-changes", *args, **environ)

    def destroy(self, *args: str, **environ: str) -> Run:
        return self.pulumi("destroy", "--yes", "--skip-preview", *args, **environ)

    def outputs(self) -> dict[str, Any]:
        """Return the outputs of the stack as state holds them; none of them is a secret."""
        (found,) = [each["outputs"] for each in self.resources() if each["type"] == "pulumi:pulumi:Stack"]
        return found

    def token(self) -> str:
        """Return the proxy token in clear, which only a test may; the engine is asked once for each."""
        (found,) = [each["outputs"]["token"] for each in self.resources() if each["type"].endswith(":ScimProxyToken")]
        encrypted: str = found["ciphertext"]
        if encrypted not in _CLEAR:
            _CLEAR[encrypted] = self._decrypted_token()
        return _CLEAR[encrypted]

    def _decrypted_token(self) -> str:
        exported = self.pulumi("stack", "export", "--show-secrets", "--stack", self.stack).text
        found = [
            each["outputs"]["token"]["plaintext"]
            for each in json.loads(exported)["deployment"]["resources"]
            if each["type"].endswith(":ScimProxyToken")
        ]
        token: str = json.loads(found[0])
        return token

    def resources(self) -> Sequence[dict[str, Any]]:
        """Return the resources as state holds them, secrets encrypted; read from its file, which takes no engine."""
        (state,) = (self.root / "backend" / ".pulumi" / "stacks").glob(f"*/{self.stack}.json")
        latest: dict[str, Any] = json.loads(state.read_text())["checkpoint"]["latest"] or {}
        return latest.get("resources", [])


def _link_stand_in(root: Path) -> None:
    """If the real azuread plugin is not on PATH, put the stand-in where the engine looks for plugins."""
    if shutil.which(_PLUGIN):
        return
    sdk = version("pulumi-azuread")
    folder = root / "pulumi-home" / "plugins" / f"resource-azuread-v{sdk}"
    folder.mkdir(parents=True)
    (folder / _PLUGIN).symlink_to(PROJECT / "azuread_stand_in" / "bin" / _PLUGIN)


def _environ(root: Path, world: World) -> dict[str, str]:
    engine = os.environ["GREENLAKE_SCIM_ENGINE_PATH"]
    path = [engine, str(pythons(root / "bin")), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {
        "PATH": os.pathsep.join(path),
        "HOME": str(root),
        "PULUMI_HOME": str(root / "pulumi-home"),
        "PULUMI_BACKEND_URL": f"file://{root}/backend",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "GOGC": "400",  # an engine that lives for seconds need not collect its garbage
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        **world.environ(),
    }
