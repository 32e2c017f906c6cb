"""`scimctl fleet kubernetes` against an API server: what it writes there, what it sends, and what is refused."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from providers.timestamps import to_text
from scimctl.terminal.report import Report
from tests.providers.tls_service import Service, answer, authority, serving
from tests.scimctl.commands.fleet.kubernetes.cluster import NAMESPACE, TOKEN, Cluster
from tests.scimctl.commands.fleet.kubernetes.looking import CLEAN, DRIFT, looks, titles
from tests.scimctl.conftest import webhook

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by what signs mail, on Python 3.11 and 3.12
_AGO = datetime.now(tz=timezone.utc) - timedelta(minutes=10)


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


def test_metrics_that_cannot_be_sent_keep_back_nothing_that_was_found(
    cluster: Cluster, finds: dict[str, Report], capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.add("contoso")
    finds["contoso"] = CLEAN

    assert looks("--prometheus", "gone/x.prom") == 1

    assert "no drift" in capsys.readouterr().out
    assert cluster.conditions("contoso")["Drift"] == ("False", "NoDrift")


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


def test_while_one_address_refuses_the_other_gets_no_message_twice_and_the_condition_is_true_all_the_same(
    cluster: Cluster, finds: dict[str, Report], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cluster.add("contoso")
    certificate, trusted = authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    kept: list[tuple[str, str]] = []
    with serving(certificate) as refusing, serving(certificate) as other:
        monkeypatch.setenv("APPRISE_URLS", f"{webhook(refusing)} {webhook(other)}")
        refusing.answers(answer(500))
        other.answers(answer(202))
        for finds["contoso"] in (DRIFT, DRIFT, CLEAN, CLEAN):
            assert looks() == 1
            kept.append(cluster.conditions("contoso")["Drift"])
        refusing.answers(answer(202))
        assert [looks(), looks()] == [0, 0]

    assert kept[0] == kept[1] == ("True", "DriftedNotSent_1")
    assert (kept[2][0], kept[2]) == ("False", kept[3])
    assert re.fullmatch(r"NoDriftNotSent_1_since_\d{8}T\d{6}Z", kept[2][1])
    assert cluster.conditions("contoso")["Drift"] == ("False", "NoDrift")
    assert [each["reason"] for each in cluster.events] == ["Drifted", "NoDrift"]
    assert [len(other.seen), len(refusing.seen)] == [2, 5]


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
