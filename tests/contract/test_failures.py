"""What the next run does after something failed or was deleted behind the plugin's back, under the real engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.contract.engine import Run, Stack
from tests.contract.graph_stub import graph_stub
from tests.contract.graph_world import GROUP, USER_ROLE, Fault, GraphStub
from tests.contract.recordings import reads, recorded_reads, recorded_writes, writes
from tests.full import only_in_full

pytestmark = [
    pytest.mark.engine,
    only_in_full("changes with the pins of engine and plugin only, and the stand-in's verbs are tested by themselves"),
]


def _all_on(principal: str) -> dict[str, Any]:
    return {"principal": principal, "token": "token-1", "role": USER_ROLE, "group": GROUP, "template": "scim"}


@dataclass(frozen=True)
class Failures:
    """Three failed changes of the token, each with another sequel, in one stack."""

    created: Run
    failed: Run
    after_refresh: Run
    drift: Run
    up_with_refresh: Run
    again: Run
    stored: str


@pytest.fixture(scope="module")
def failures(engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Failures]:
    folder = tmp_path_factory.mktemp("failures")
    with graph_stub(folder) as graph:
        stack, principal = Stack(engine, folder, graph), graph.add_principal()

        def up(token: str, *more: str, fails: int = 0) -> Run:
            graph.faults = [Fault("PUT", "/secrets", 400, times=fails)]
            return stack.up({"principal": principal, "token": token}, *more)

        created = up("token-1")
        failed = up("t11", fails=1)
        stack.pulumi({}, "refresh", "--yes", "--skip-preview", "--stack", "dev")
        after_refresh = up("t11")
        drift = stack.preview({"principal": principal, "token": "t11"})
        up("t12", fails=1)
        up_with_refresh = up("t12", "--refresh")
        up("t13", fails=1)
        again = up("t13")
        yield Failures(
            created, failed, after_refresh, drift, up_with_refresh, again, graph.secrets[principal][1]["value"]
        )


def test_a_failed_secret_put_ends_the_command_with_the_sentence_of_graph(failures: Failures) -> None:
    assert failures.created.exit_code == 0, failures.created.output
    assert writes(failures.created.asked) == recorded_writes("secretfail2-01-up")
    assert failures.failed.exit_code != 0
    assert "unexpected status 400 (400 Bad Request) with error: BadRequest: x" in failures.failed.output
    assert writes(failures.failed.asked) == recorded_writes("secretfail2-a-02-put400")


def test_a_failed_secret_put_that_is_refreshed_afterwards_is_never_sent_again(failures: Failures) -> None:
    assert failures.after_refresh.exit_code == 0, failures.after_refresh.output
    assert writes(failures.after_refresh.asked) == recorded_writes("secretfail2-a-04-up")
    assert reads(failures.after_refresh.asked) == recorded_reads("secretfail2-a-04-up")
    assert failures.drift.exit_code == 0, failures.drift.output
    assert reads(failures.drift.asked) == recorded_reads("secretfail2-a-05-px")


def test_up_with_refresh_after_a_failed_secret_put_does_not_send_it_either(failures: Failures) -> None:
    assert failures.up_with_refresh.exit_code == 0, failures.up_with_refresh.output
    assert writes(failures.up_with_refresh.asked) == recorded_writes("secretfail2-b-04-up")
    assert reads(failures.up_with_refresh.asked) == recorded_reads("secretfail2-b-04-up")


def test_a_plain_up_after_a_failed_secret_put_sends_it_again(failures: Failures) -> None:
    assert failures.again.exit_code == 0, failures.again.output
    assert [each.method for each in failures.again.writes] == ["PUT"]
    assert failures.stored == "t13"


def test_after_a_failed_start_the_next_up_only_looks_and_the_one_after_it_starts(
    stack: Stack, graph: GraphStub
) -> None:
    wish = _all_on(graph.add_principal())
    graph.faults.append(Fault("POST", "/start", 400))
    assert stack.up(wish).exit_code != 0
    looked = stack.up(wish)
    assert (looked.exit_code, looked.writes) == (0, ()), looked.output
    started = stack.up(wish)
    assert [each.path.rpartition("/")[2] for each in started.writes] == ["start"]


def test_a_refresh_shows_everything_gone_with_its_service_principal(stack: Stack, graph: GraphStub) -> None:
    principal = graph.add_principal()
    created = stack.up(_all_on(principal))
    expected = [shape for shape in recorded_writes("gone-01-up") if not shape[1].endswith("provisionOnDemand")]
    assert writes(created.asked) == expected
    del graph.principals[principal]
    graph.jobs.clear()
    graph.assignments.clear()
    drift = stack.preview(_all_on(principal))
    assert drift.exit_code != 0
    assert reads(drift.asked) == recorded_reads("gone-02-rp-sp-gone")
    destroyed = stack.pulumi(_all_on(principal), "destroy", "--yes", "--skip-preview", "--stack", "dev")
    assert destroyed.exit_code != 0
    assert writes(destroyed.asked) == recorded_writes("gone-03-destroy-sp-gone")


def test_destroying_what_is_gone_fails_until_a_refresh_has_seen_it(stack: Stack, graph: GraphStub) -> None:
    wish = _all_on(graph.add_principal())
    stack.up(wish)
    graph.jobs.clear()
    graph.assignments.clear()
    assert stack.pulumi(wish, "destroy", "--yes", "--skip-preview", "--stack", "dev").exit_code != 0
    destroyed = stack.pulumi(wish, "destroy", "--yes", "--skip-preview", "--refresh", "--stack", "dev")
    assert destroyed.exit_code == 0, destroyed.output
    assert writes(destroyed.asked) == recorded_writes("gone-05-destroy-refresh")
    assert reads(destroyed.asked) == recorded_reads("gone-05-destroy-refresh")


def test_an_ignored_switch_does_not_drift(stack: Stack, graph: GraphStub) -> None:
    wish = {**_all_on(graph.add_principal()), "enabled": False, "ignore": ["enabled"]}
    assert stack.up(wish).exit_code == 0
    for job in graph.jobs.values():
        job["schedule"]["state"] = "Active"
    drift = stack.preview(wish)
    assert drift.exit_code == 0, drift.output
    changed = stack.up(wish, "--refresh")
    assert (changed.exit_code, changed.writes) == (0, ()), changed.output
