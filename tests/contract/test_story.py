"""The whole life of the four resources under the real engine: the stand-in must do what the real plugin did."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.engine import Run, Stack
from tests.contract.graph_stub import graph_stub
from tests.contract.graph_world import GROUP, OTHER_ROLE, USER_ROLE, GraphStub
from tests.contract.recordings import (
    reads,
    recorded_reads,
    recorded_state,
    recorded_writes,
    state_of,
    writes,
)

pytestmark = pytest.mark.engine

_FIRST: dict[str, Any] = {
    "name": "probe app",
    "token": "token-1",
    "role": USER_ROLE,
    "group": GROUP,
    "template": "customappsso",
}
_RENAMED = {**_FIRST, "name": "renamed aft"}
_ROTATED = {**_RENAMED, "token": "token-2"}
_OTHER_ROLE = {**_ROTATED, "role": OTHER_ROLE}
_PREVIEW = "aft-05-preview-refresh-expect-no-changes"


class Story:
    """The runs of the story by the name of their recording, and the states after some of them."""

    def __init__(self, stack: Stack, graph: GraphStub) -> None:
        self.runs: dict[str, Run] = {}
        self.states: dict[str, list[Any]] = {}
        self._live(stack)
        self._drift(stack, graph)

    def _live(self, stack: Stack) -> None:
        self.runs["aft-01-up"] = stack.up(_FIRST)
        self.states["aft-01-up"] = state_of(stack.resources())
        self.runs["aft-02-noop"] = stack.up(_FIRST)
        self.runs["aft-03-refresh"] = stack.pulumi(_FIRST, "refresh", "--yes", "--skip-preview", "--stack", "dev")
        self.states["aft-03-refresh"] = state_of(stack.resources())
        self.runs["aft-04-rename"] = stack.up(_RENAMED)
        self.states["aft-04-rename"] = state_of(stack.resources())
        self.runs[_PREVIEW] = stack.preview(_RENAMED)
        self.runs["main-06-update-secret-token"] = stack.up(_ROTATED)
        self.runs["main-07-job-disable"] = stack.up({**_ROTATED, "enabled": False})
        self.runs["main-08-job-enable"] = stack.up(_ROTATED)
        self.runs["main-11-ara-role-replace"] = stack.up(_OTHER_ROLE)

    def _drift(self, stack: Stack, graph: GraphStub) -> None:
        graph.assignments.clear()
        self.runs["assignment gone"] = stack.preview(_OTHER_ROLE)
        self.runs["main-22-drift-ara-up-refresh"] = stack.up(_OTHER_ROLE, "--refresh")
        for job in graph.jobs.values():
            job["schedule"]["state"] = "Disabled"
        self.runs["job paused"] = stack.preview(_OTHER_ROLE)
        self.runs["main-24-drift-job-up-refresh"] = stack.up(_OTHER_ROLE, "--refresh")
        self.runs["aft-09-destroy"] = stack.pulumi(_OTHER_ROLE, "destroy", "--yes", "--skip-preview", "--stack", "dev")


@pytest.fixture(scope="module")
def story(engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    with graph_stub(folder) as graph:
        yield Story(Stack(engine, folder, graph), graph)


@pytest.mark.parametrize("scenario", ["aft-01-up", "aft-02-noop", "aft-03-refresh", "aft-04-rename", _PREVIEW])
def test_each_command_ends_well_and_asks_graph_what_the_real_plugin_asked(story: Story, scenario: str) -> None:
    run = story.runs[scenario]
    assert run.exit_code == 0, run.output
    assert writes(run.asked) == recorded_writes(scenario)
    assert reads(run.asked) == recorded_reads(scenario)


@pytest.mark.parametrize(
    "scenario",
    [
        "main-06-update-secret-token",
        "main-07-job-disable",
        "main-08-job-enable",
        "main-11-ara-role-replace",
        "main-22-drift-ara-up-refresh",
        "main-24-drift-job-up-refresh",
        "aft-09-destroy",
    ],
)
def test_each_change_sends_the_writes_of_the_real_plugin_in_its_order(story: Story, scenario: str) -> None:
    run = story.runs[scenario]
    assert run.exit_code == 0, run.output
    assert writes(run.asked) == recorded_writes(scenario)
    assert reads(run.asked) >= recorded_reads(scenario)


@pytest.mark.parametrize("scenario", ["aft-01-up", "aft-03-refresh", "aft-04-rename"])
def test_state_holds_the_ids_and_outputs_of_the_real_plugin(story: Story, scenario: str) -> None:
    assert story.states[scenario] == recorded_state(scenario)


def test_a_refresh_reads_each_resource_once(story: Story) -> None:
    assert len(story.runs["aft-03-refresh"].asked) == 4


@pytest.mark.parametrize("drift", ["assignment gone", "job paused"])
def test_drift_fails_a_preview_that_expects_no_changes_and_writes_nothing(story: Story, drift: str) -> None:
    run = story.runs[drift]
    assert run.exit_code == 7, run.output
    assert run.writes == ()


def test_no_command_prints_the_token_or_the_client_secret(story: Story) -> None:
    printed = "".join(run.output for run in story.runs.values())
    assert "renamed aft" in printed
    assert [word for word in ("token-1", "token-2", "probe-secret") if word in printed] == []
