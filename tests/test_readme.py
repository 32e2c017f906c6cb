"""The commands of README and docs/sandbox.md, in order, for somebody who has just cloned and has an empty home."""

import re
import shlex
from collections.abc import Generator
from pathlib import Path

import pytest

from launcher.engine import MINIMUM
from tests.console import commands, typed
from tests.full import FULL
from tests.launcher.clone import PROJECT, Clone

pytestmark = pytest.mark.engine

README = (PROJECT / "README.md").read_text()
SANDBOX = (PROJECT / "docs" / "sandbox.md").read_text()
ROTATION = (PROJECT / "docs" / "rotation.md").read_text()
PROGRAM = (PROJECT / "__main__.py").read_text()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Generator[Clone]:
    made = Clone.make(tmp_path_factory.mktemp("clone") / "greenlake-scim", whole=True)
    yield made
    made.run("down")


def files(root: Path) -> set[str]:
    """List the files outside of the state folder and of Python's own caches."""
    names = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith(".sandbox/") and "__pycache__" not in name}


def test_every_command_works_prints_what_is_shown_and_leaves_nothing_elsewhere(clone: Clone, home: Path) -> None:
    before = files(clone.root)
    for shown in (*commands(README), *commands(SANDBOX)):
        done = typed(shown.command, clone.root, home)
        assert done.returncode == 0, f"{shown.command}\n{done.stdout}"
        assert shown.missing(done.stdout) == [], f"{shown.command}\n{done.stdout}"
    assert files(clone.root) == before
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_the_steps_for_real_tenants_name_files_and_settings_that_exist() -> None:
    for path in re.findall(r"\]\(([\w./-]+)\)", README):
        assert (PROJECT / path).exists(), path
    configuration = (PROJECT / "docs" / "configuration.md").read_text()
    sections = re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", configuration, re.MULTILINE | re.DOTALL)
    keys = {f"{name}.{key}" for name, text in sections for key in re.findall(r"^\| `(\w+)`", text, re.MULTILINE)}
    named = set(re.findall(r"`((?:token|access|app|provisioning|greenlake)\.\w+)", README + ROTATION))
    assert named
    assert named <= keys


def test_the_program_that_is_shown_is_the_one_that_runs() -> None:
    (shown,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    at = -1
    for line in shown.splitlines():
        declared = PROGRAM.find(line.partition("(")[0])
        assert declared > at, line
        at = declared
    assert [word for word in re.findall(r"\w+=?", shown) if word not in re.findall(r"\w+=?", PROGRAM)] == []


def test_the_stack_file_that_is_shown_consists_of_lines_of_the_one_of_prod() -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = iter((PROJECT / "stacks" / "Pulumi.prod.yaml").read_text().splitlines())
    assert [line for line in shown.splitlines() if line not in lines] == []


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(README.split()) <= 1000


def test_the_steps_for_real_tenants_say_the_oldest_engine_that_works() -> None:
    assert f"{MINIMUM} or newer" in README


def test_the_steps_for_real_tenants_work_as_they_stand_with_the_sandbox_as_the_tenant(tmp_path: Path) -> None:
    clone = Clone.make(tmp_path / "greenlake-scim", whole=True)
    (step3,) = re.findall(r"^\*\*3\..*?^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    look, go = re.findall(r"^\*\*[56]\. \w+\.\*\* `([^`]+)`", README, re.MULTILINE)
    script = [
        f'eval "$({shlex.quote(str(clone.root / "run"))} env)"; unset PULUMI_STACK',
        *(line for line in step3.splitlines() if FULL or not line.split()[0].startswith(("python3", "pip"))),
        # Step 4: the tenant, the application and the groups
        'pulumi config set azuread:tenantId "$ARM_TENANT_ID"',
        "pulumi config set --path greenlake-scim:app.mode create",
        f"{look} --non-interactive",
        f"{go} --yes --skip-preview",
        "scimctl status",
    ]
    (tmp_path / "home").mkdir()
    try:
        done = typed("set -e\n" + "\n".join(script), clone.root, tmp_path / "home")
    finally:
        clone.run("sandbox", "stop")
    assert done.returncode == 0, done.stdout
    assert not (clone.root / "venv").exists()
