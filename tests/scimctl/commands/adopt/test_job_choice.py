"""Which job is taken over, and when that is not decided."""

import pytest

from providers.errors import StoppedError
from scimctl.commands.adopt.found import FoundJob, choose_job


def _job(name: str, state: str = "Disabled", template: str = "scim") -> FoundJob:
    schedule = {"state": state, "interval": "PT40M"}
    return FoundJob.model_validate({"id": name, "templateId": template, "schedule": schedule})


A, B, C = (_job(name) for name in "abc")
A_RUNS, B_RUNS, B_BOX = _job("a", "Active"), _job("b", "Active"), _job("b", "Active", template="AzureAD2Box")
CHOSEN = {
    "the only job, which does not run": ([A], "", "a"),
    "the only job, which runs": ([A_RUNS], "", "a"),
    "of several the one that runs": ([A, B_RUNS, C], "", "b"),
    "a job of another kind is not counted": (
        [_job("a", template="AzureAD2Box"), _job("b", template="customappsso")],
        "",
        "b",
    ),
    "the job that is asked for": ([A, B], "b", "b"),
}
REFUSED: dict[str, tuple[list[FoundJob], str, str]] = {
    "a job of another kind that runs presents the same credentials": ([A, B_BOX], "", "another job runs as well (b)"),
    "an application for something else": ([B_BOX], "", "only b: is it the right application?"),
    "an application without a job is set up by up itself": ([], "", "set app.mode to existing"),
    "of several that are stopped one has to be named": ([A, B], "", "2 jobs (a, b): name one with --job"),
    "an unknown job, with those that are there": ([A, B], "x", "no job x: it has a, b"),
    "two that run: a test of one could cut off the other": ([A_RUNS, B_RUNS], "", "stop"),
    "a named job of two that run": ([A_RUNS, B_RUNS], "a", "stop"),
    "a stopped job beside one that runs": ([A, B_RUNS], "a", "another job runs as well (b)"),
}


@pytest.mark.parametrize(("jobs", "wanted", "name"), CHOSEN.values(), ids=list(CHOSEN))
def test_a_job_is_taken_if_it_is_certain_which(jobs: list[FoundJob], wanted: str, name: str) -> None:
    assert choose_job(jobs, wanted).id == name


@pytest.mark.parametrize(("jobs", "wanted", "words"), REFUSED.values(), ids=list(REFUSED))
def test_no_job_is_taken_if_pushes_could_be_lost_or_it_is_not_decided(
    jobs: list[FoundJob], wanted: str, words: str
) -> None:
    with pytest.raises(StoppedError) as stopped:
        choose_job(jobs, wanted)
    assert words in str(stopped.value)
