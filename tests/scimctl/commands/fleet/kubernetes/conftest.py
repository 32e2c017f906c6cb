"""A namespace of the stand-in, a project with two stacks, what a look at them finds, and who gets messages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import tenacity
import yaml

from providers.errors import StoppedError
from scimctl.commands.fleet.kubernetes import look
from scimctl.fleet.fleet_file import Member
from scimctl.terminal.report import Report
from stacks.config import StackConfig
from tests.scimctl.commands.fleet.kubernetes.cluster import Cluster, running
from tests.scimctl.commands.fleet.kubernetes.looking import CLEAN

_CONFIG = """\
config:
  azuread:tenantId: 11111111-1111-4111-8111-111111111111
  greenlake-scim:token: {every: 60d}
  greenlake-scim:access: {groups: [Admins]}
"""


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A namespace, and a project with the stacks contoso and fabrikam."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "greenlake-scim", "runtime": "python"}))
    (tmp_path / "fleet.yaml").write_text("stacks: {contoso: {}, fabrikam: {}}\n")
    for name in ("contoso", "fabrikam"):
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text(_CONFIG)
    monkeypatch.chdir(tmp_path)
    with running(tmp_path) as made:
        for name, value in made.environ.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Report]:
    """What a look at each stack finds; a stack that is missing here cannot be read."""
    found: dict[str, Report] = {"contoso": CLEAN, "fabrikam": CLEAN}

    def drift_of(member: Member, _config: StackConfig) -> Report:
        if member.name not in found:
            raise StoppedError(f"{member.name} cannot be read")
        return found[member.name]

    monkeypatch.setattr(look, "drift_of", drift_of)
    return found


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let attempts follow each other at once."""
    monkeypatch.setattr("providers.http.transport._backoff", tenacity.wait_fixed(0.01))
