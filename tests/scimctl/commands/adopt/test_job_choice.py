"""Which job is taken over, and when that is not decided."""

import pytest

from providers.entra.job.job import Job, read_job
from providers.errors import StoppedError
from scimctl.commands.adopt.found import FoundJob, choose_job


def _job(name: str, state: str = "Disabled", template: str = "scim") -> FoundJob:
    return FoundJob(template, read_job({"id": name, "schedule": {"state": state, "interval": "PT40M"}}))


def _chosen(jobs: list[FoundJob], wanted: str = "") -> Job:
    return choose_job(jobs, wanted).job


def _refusal(jobs: list[FoundJob], wanted: str = "") -> str:
    with pytest.raises(StoppedError) as stopped:
        choose_job(jobs, wanted)
    return str(stopped.value)


def test_the_only_job_is_taken_whether_it_runs_or_not() -> None:
    assert _chosen([_job("a")]).id == "a"
    assert _chosen([_job("a", "Active")]).id == "a"


def test_of_several_the_one_that_runs_is_taken() -> None:
    assert _chosen([_job("a"), _job("b", "Active"), _job("c")]).id == "b"


def test_a_job_of_another_kind_is_not_counted() -> None:
    assert _chosen([_job("a", template="AzureAD2Box"), _job("b", template="customappsso")]).id == "b"


def test_a_job_of_another_kind_that_runs_presents_the_same_credentials() -> None:
    assert "another job runs as well (b)" in _refusal([_job("a"), _job("b", "Active", template="AzureAD2Box")])


def test_an_application_for_something_else_is_asked_about() -> None:
    assert "only b: is it the right application?" in _refusal([_job("b", "Active", template="AzureAD2Box")])


def test_an_application_without_a_job_is_set_up_by_up_itself() -> None:
    assert "set app.mode to existing" in _refusal([])


def test_of_several_that_are_stopped_one_has_to_be_named() -> None:
    jobs = [_job("a"), _job("b")]
    assert "2 jobs (a, b): name one with --job" in _refusal(jobs)
    assert _chosen(jobs, "b").id == "b"


def test_an_unknown_job_is_refused_with_those_that_are_there() -> None:
    assert "no job x: it has a, b" in _refusal([_job("a"), _job("b")], "x")


@pytest.mark.parametrize("wanted", ["", "a"])
def test_two_that_run_are_refused_since_a_test_of_one_could_cut_off_the_other(wanted: str) -> None:
    assert "stop" in _refusal([_job("a", "Active"), _job("b", "Active")], wanted)


def test_naming_a_stopped_job_beside_one_that_runs_is_refused() -> None:
    assert "another job runs as well (b)" in _refusal([_job("a"), _job("b", "Active")], "a")
