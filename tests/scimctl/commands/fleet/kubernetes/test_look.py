"""`scimctl fleet kubernetes` against an API server: what it writes there, sends, clears and leaves alone."""

import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import tenacity
import yaml

from providers.errors import StoppedError
from providers.timestamps import to_text
from scimctl.cli import main
from scimctl.commands.fleet.kubernetes import look
from scimctl.commands.recover.backend import checkpoint_of
from scimctl.fleet.fleet_file import Member
from scimctl.terminal.report import FINE, FOUND, Report
from stacks.config import StackConfig
from tests.providers.tls_service import Service, answer, authority, serving
from tests.scimctl.commands.fleet.kubernetes.cluster import NAMESPACE, TOKEN, Cluster, running

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by what signs mail, on Python 3.11 and 3.12

_ENGINE = """#!/bin/sh
echo "$@" >> {log}
case "$1" in
  whoami) echo '{{"url": "{url}"}}' ;;
  stack) echo '{{"deployment": {{}}}}' ;;
  cancel) rm -f {locks}/* ;;
  *) exit 1 ;;
esac
"""
_CONFIG = """\
config:
  azuread:tenantId: 11111111-1111-4111-8111-111111111111
  greenlake-scim:token: {every: 60d}
  greenlake-scim:access: {groups: [Admins]}
"""
DRIFT = Report(["changed: job: stopped"], {}, FOUND)
CLEAN = Report(["no drift"], {}, FINE)
_AGO = datetime.now(tz=timezone.utc) - timedelta(minutes=10)


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
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A webhook that takes messages."""
    (tmp_path / "hook").mkdir()
    certificate, trusted = authority(tmp_path / "hook")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with serving(certificate) as service:
        service.answers(answer(202))
        monkeypatch.setenv("APPRISE_URLS", service.url.replace("https://", "jsons://"))
        yield service


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let attempts follow each other at once."""
    monkeypatch.setattr("providers.http.transport._backoff", tenacity.wait_fixed(0.01))


def looks(*arguments: str) -> int:
    return main(["fleet", "kubernetes", "--parallel", "1", *arguments])


def titles(hook: Service) -> list[str]:
    return [json.loads(each.body)["title"] for each in hook.seen]


def test_drift_is_a_condition_an_event_and_one_message_when_it_begins_and_when_it_ends(
    cluster: Cluster, finds: dict[str, Report], hook: Service
) -> None:
    cluster.add("organization/greenlake-scim/contoso", lastUpdate={"state": "succeeded"})
    finds["contoso"] = DRIFT
    codes = [looks(), looks()]
    begun = dict(cluster.conditions("contoso"))
    finds["contoso"] = CLEAN
    codes += [looks(), looks()]

    assert codes == [7, 7, 0, 0]
    assert begun["Drift"] == ("True", "Drifted")
    assert cluster.conditions("contoso") == {"Drift": ("False", "NoDrift"), "UpdateStalled": ("False", "Updated")}
    assert [(each["type"], each["reason"]) for each in cluster.events] == [
        ("Warning", "Drifted"),
        ("Normal", "NoDrift"),
    ]
    assert cluster.events[0]["message"] == "changed: job: stopped"
    assert titles(hook)[0] == "contoso: drift ended with exit code 7"
    assert titles(hook)[1].startswith("contoso: drift: resolved after")
    assert len(hook.seen) == 2


def test_the_conditions_of_the_operator_stay(cluster: Cluster, finds: dict[str, Report]) -> None:
    ready = {"type": "Ready", "status": "True", "reason": "ProcessingCompleted", "message": ""}
    cluster.add("contoso", conditions=[{**ready, "lastTransitionTime": to_text(_AGO)}])
    finds["contoso"] = DRIFT

    assert looks() == 7
    assert cluster.conditions("contoso") == {"Ready": ("True", "ProcessingCompleted"), "Drift": ("True", "Drifted")}


def test_drift_that_cannot_be_looked_at_any_more_has_not_ended(cluster: Cluster, finds: dict[str, Report]) -> None:
    cluster.add("contoso")
    finds["contoso"] = DRIFT
    assert looks() == 7
    del finds["contoso"]

    assert looks() == 1
    assert cluster.conditions("contoso")["Drift"] == ("True", "NotRead")


def test_a_message_that_is_not_taken_is_sent_by_the_next_look_and_the_condition_shows_the_drift(
    cluster: Cluster, finds: dict[str, Report], hook: Service
) -> None:
    cluster.add("contoso")
    finds["contoso"] = DRIFT
    hook.answers(answer(500))
    assert looks() == 1
    assert cluster.conditions("contoso")["Drift"] == ("True", "DriftedNotSent")
    hook.answers(answer(202))
    assert looks() == 7
    sent = len(hook.seen)

    assert looks() == 7
    assert cluster.conditions("contoso")["Drift"] == ("True", "Drifted")
    assert len(hook.seen) == sent


@pytest.mark.parametrize("status", [403, 404, 409, 410])
def test_a_stack_that_the_api_server_refuses_is_reported_and_the_others_are_done(
    cluster: Cluster, finds: dict[str, Report], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.add("contoso")
    cluster.add("fabrikam")
    cluster.refusals["PATCH .*/contoso/status"] = status
    finds["fabrikam"] = DRIFT

    assert looks("--json") == 7

    stacks = {each["name"]: each for each in json.loads(capsys.readouterr().out)["stacks"]}
    assert (stacks["contoso"]["exitCode"], stacks["fabrikam"]["exitCode"]) == (1, 7)
    assert f"was answered {status}" in stacks["contoso"]["lines"][0]
    assert cluster.conditions("fabrikam")["Drift"] == ("True", "Drifted")


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500])
@pytest.mark.usefixtures("finds", "no_backoff")
def test_an_api_server_that_refuses_the_list_is_one_line_without_the_token_and_exit_code_1(
    cluster: Cluster, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.refusals["GET"] = status

    assert looks() == 1

    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith(f"scimctl: Kubernetes: list the Stack resources was answered {status} (")
    assert TOKEN not in line


def _no_pod(_cluster: Cluster, _folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.delenv("KUBERNETES_SERVICE_HOST")


def _no_token(_cluster: Cluster, folder: Path, _patch: pytest.MonkeyPatch) -> None:
    (folder / "serviceaccount" / "token").unlink()


def _no_ca(_cluster: Cluster, folder: Path, _patch: pytest.MonkeyPatch) -> None:
    (folder / "serviceaccount" / "ca.crt").unlink()


def _another_ca(_cluster: Cluster, folder: Path, _patch: pytest.MonkeyPatch) -> None:
    (folder / "another").mkdir()
    _, trusted = authority(folder / "another")
    (folder / "serviceaccount" / "ca.crt").write_bytes(trusted.read_bytes())


def _no_stack(cluster: Cluster, _folder: Path, _patch: pytest.MonkeyPatch) -> None:
    cluster.stacks.clear()


@pytest.mark.parametrize(
    ("happen", "words"),
    [
        (_no_pod, "KUBERNETES_SERVICE_HOST is not set"),
        (_no_token, "serviceaccount/token cannot be read (No such file or directory)"),
        (_no_ca, "the certificates to trust cannot be read (No such file or directory)"),
        (_another_ca, "is not trusted"),
        (_no_stack, f"the namespace {NAMESPACE} has no Stack resource"),
    ],
)
@pytest.mark.usefixtures("finds")
def test_what_a_pod_lacks_is_one_line_and_exit_code_1(
    cluster: Cluster,
    happen: Callable[[Cluster, Path, pytest.MonkeyPatch], None],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cluster.add("contoso")
    happen(cluster, tmp_path, monkeypatch)

    assert looks() == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_a_stack_that_the_operator_has_not_seen_yet_is_looked_at(cluster: Cluster, finds: dict[str, Report]) -> None:
    cluster.add("contoso", conditions=None, lastUpdate=None)
    finds["contoso"] = CLEAN
    assert looks() == 0
    cluster.stacks["contoso"]["status"] = None

    assert looks() == 0


def test_a_stack_resource_that_fleet_yaml_does_not_name_is_reported(cluster: Cluster, finds: dict[str, Report]) -> None:
    cluster.add("contoso")
    cluster.add("unknown")
    finds["contoso"] = CLEAN

    assert looks() == 1
    assert cluster.conditions("contoso")["Drift"] == ("False", "NoDrift")


def test_two_resources_of_one_stack_are_reported_and_neither_is_woken(
    cluster: Cluster, finds: dict[str, Report], capsys: pytest.CaptureFixture[str]
) -> None:
    one = cluster.stall("contoso", "", to_text(_AGO))
    cluster.stacks["twin"] = {**one, "metadata": {**one["metadata"], "name": "twin"}}
    finds["contoso"] = CLEAN

    assert looks() == 1
    assert "run the stack contoso: delete all but one" in capsys.readouterr().out
    assert [cluster.requested(name) for name in cluster.stacks] == [None, None]


def _lock(folder: Path, monkeypatch: pytest.MonkeyPatch, host: str, since: datetime) -> Path:
    """Leave a lock in a folder backend, an hour old by the file's time, with an engine that can cancel it."""
    checkpoint = checkpoint_of(folder / "state", "contoso")
    locks = folder / "state/.pulumi/locks/organization/greenlake-scim/contoso"
    for made in (checkpoint.parent, locks, folder / "bin"):
        made.mkdir(parents=True)
    checkpoint.write_text("{}")
    lock = locks / "0a.json"
    lock.write_text(json.dumps({"pid": 17, "username": "pulumi", "hostname": host, "timestamp": to_text(since)}))
    hour_ago = time.time() - 3600
    for path in (checkpoint, lock):
        os.utime(path, (hour_ago, hour_ago))
    program = folder / "bin" / "pulumi"
    program.write_text(_ENGINE.format(log=folder / "log", url=f"file://{folder}/state", locks=locks))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return lock


def _pod(started: datetime) -> dict[str, Any]:
    container = {"name": "pulumi", "state": {"running": {"startedAt": to_text(started)}}}
    return {"metadata": {"name": "x"}, "status": {"phase": "Running", "containerStatuses": [container]}}


@pytest.mark.parametrize("pod", [None, _pod(_AGO + timedelta(minutes=1))])
def test_the_lock_of_a_pod_that_is_gone_is_cleared_and_the_stack_woken_with_one_message(
    cluster: Cluster,
    finds: dict[str, Report],
    hook: Service,
    pod: dict[str, Any] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock = _lock(tmp_path, monkeypatch, "contoso-workspace-0", _AGO)
    cluster.stall("contoso", "the stack is currently locked by 1 lock(s)", to_text(_AGO))
    cluster.pods |= {"contoso-workspace-0": pod} if pod else {}
    finds["contoso"] = CLEAN

    assert looks() == 7

    assert not lock.exists()
    first = cluster.requested("contoso")
    assert first
    assert [each["reason"] for each in cluster.events] == ["LockCleared", "Stalled"]
    assert cluster.conditions("contoso")["UpdateStalled"] == ("True", "Stalled")
    assert looks() == 7
    assert titles(hook) == ["contoso: pulumi up ended with exit code 1"]


@pytest.mark.parametrize(
    ("host", "pods"),
    [
        ("contoso-workspace-0", {"contoso-workspace-0": _pod(_AGO - timedelta(minutes=1))}),
        ("laptop.example", {}),
        ("fabrikam-workspace-0", {}),
    ],
)
def test_the_lock_of_a_pod_that_may_run_and_of_any_other_host_is_left_alone(
    cluster: Cluster,
    finds: dict[str, Report],
    host: str,
    pods: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lock = _lock(tmp_path, monkeypatch, host, _AGO)
    cluster.stall("contoso", "locked", to_text(_AGO))
    cluster.pods |= pods
    finds["contoso"] = CLEAN

    assert looks() == 1

    assert lock.exists()
    assert cluster.requested("contoso") is None
    assert "contoso: nothing was cleared: " in capsys.readouterr().out
    assert "cancel" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("status", [401, 403, 410])
@pytest.mark.usefixtures("finds")
def test_a_pod_that_cannot_be_asked_for_is_not_gone(
    cluster: Cluster, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = _lock(tmp_path, monkeypatch, "contoso-workspace-0", _AGO)
    cluster.stall("contoso", "locked", to_text(_AGO))
    cluster.refusals["GET .*/pods/"] = status

    assert looks() == 1
    assert lock.exists()


@pytest.mark.usefixtures("finds")
def test_a_stack_whose_resource_is_wrong_is_reported_and_not_woken(cluster: Cluster) -> None:
    cluster.stall("contoso", "", to_text(_AGO), reason="SpecInvalid")

    assert looks() == 7
    assert cluster.requested("contoso") is None
