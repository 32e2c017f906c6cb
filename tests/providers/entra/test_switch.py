from typing import Any

import pytest

from providers.entra.graph.provisioning import Graph
from providers.entra.status_verbs import switched
from tests.providers.entra.jobs import job_body, quarantine
from tests.providers.tls_service import Service, answer, reset
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

pytestmark = pytest.mark.usefixtures("no_backoff", "settled_soon")

DONE = answer(204, b"")
RUNNING = answer(200, job_body())
STOPPED = answer(200, job_body("Disabled", "Paused"))
ILL = answer(200, job_body(code="Quarantine", quarantine=quarantine()))
SERIES = quarantine()["seriesBegan"]
STOPPED_FOR_SURE = answer(200, job_body("Disabled", "Paused", interval="PT0S"))  # so short that nothing lags
ILL_FOR_SURE = answer(200, job_body(code="Quarantine", quarantine=quarantine(), interval="PT0S"))


def actions(service: Service) -> list[str]:
    """List what was asked of the job beside looking at it."""
    return [one.target.rpartition("/")[2] for one in service.seen if one.method == "POST"]


def writes(world: World) -> list[str]:
    """List the actions of the program and of the administrator at the job."""
    found = [one for one in world.requests() if one["service"] == "graph" and one["method"] == "POST"]
    return [name for one in found if (name := one["path"].rpartition("/")[2]) in ("start", "pause")]


def test_a_stopped_job_is_started(here: World, application: Application, of_application: Graph) -> None:
    job, series = switched(of_application, application.job, on=True, tested=True, tried="")

    assert job.active
    assert series == ""
    assert writes(here) == ["start"]


def test_a_running_job_is_never_started_again(here: World, application: Application, of_application: Graph) -> None:
    of_application.start(application.job)

    assert switched(of_application, application.job, on=True, tested=True, tried="x")[0].active
    assert writes(here) == ["start"]


def test_a_running_job_is_stopped_and_a_stopped_one_is_left_alone(
    here: World, application: Application, of_application: Graph
) -> None:
    of_application.start(application.job)

    for _ in range(2):
        job, series = switched(of_application, application.job, on=False, tested=True, tried="x")
        assert not job.active
        assert series == "x"

    assert writes(here) == ["start", "pause"]


def test_a_job_in_quarantine_is_started_and_its_series_remembered(
    here: World, application: Application, of_application: Graph
) -> None:
    application.save("a-token-that-nobody-knows")
    of_application.start(application.job)
    application.cycle()
    began = application.status()["quarantine"]["seriesBegan"]
    application.save()

    job, series = switched(of_application, application.job, on=True, tested=True, tried="")

    assert not job.quarantined
    assert series == began
    assert writes(here) == ["start", "start"]


@pytest.mark.parametrize(("tried", "starts"), [("", 1), ("an-earlier-series", 1), (SERIES, 0)])
def test_a_quarantined_job_is_started_once_a_series(service: Service, scripted: Graph, tried: str, starts: int) -> None:
    service.answers(*([ILL, DONE, ILL] if starts else [ILL]))

    assert switched(scripted, "a-job", on=True, tested=True, tried=tried)[1] == SERIES
    assert actions(service) == ["start"] * starts


def test_a_quarantined_job_is_not_started_before_its_credentials_were_tested(service: Service, scripted: Graph) -> None:
    service.answers(ILL)

    assert switched(scripted, "a-job", on=True, tested=False, tried="")[1] == ""
    assert actions(service) == []


def test_a_stopped_job_is_started_although_its_series_was_tried(service: Service, scripted: Graph) -> None:
    stopped = answer(200, job_body("Disabled", "Quarantine", quarantine=quarantine()))
    service.answers(stopped, DONE, ILL)

    assert switched(scripted, "a-job", on=True, tested=True, tried=SERIES)[1] == SERIES
    assert actions(service) == ["start"]


@pytest.mark.parametrize("lost", [reset, answer(504), answer(500)])
@pytest.mark.parametrize(("then", "starts"), [(RUNNING, 1), (STOPPED_FOR_SURE, 2), (ILL_FOR_SURE, 2)])
def test_after_a_lost_answer_it_is_looked_at_before_it_is_started_again(
    service: Service, scripted: Graph, lost: Any, then: Any, starts: int
) -> None:
    began = ILL if then is ILL_FOR_SURE else STOPPED
    service.answers(began, lost, then, *([DONE] if starts == 2 else []), RUNNING)

    assert switched(scripted, "a-job", on=True, tested=True, tried="")[0].active
    assert actions(service) == ["start"] * starts


def test_after_a_lost_answer_a_look_that_lags_is_not_followed_by_a_second_start(
    service: Service, scripted: Graph
) -> None:
    service.answers(STOPPED, reset, STOPPED, STOPPED, RUNNING)

    assert switched(scripted, "a-job", on=True, tested=True, tried="")[0].active
    assert actions(service) == ["start"]


@pytest.mark.parametrize(
    ("on", "reads"),
    [
        (True, [STOPPED, DONE, STOPPED, STOPPED, RUNNING]),
        (True, [ILL, DONE, ILL, ILL, RUNNING]),
        (False, [RUNNING, DONE, RUNNING, RUNNING, STOPPED]),
    ],
)
def test_what_was_switched_is_reported_as_it_is_and_not_as_a_read_that_lags_shows_it(
    service: Service, scripted: Graph, on: bool, reads: list[Any]
) -> None:
    service.answers(*reads)

    job, _ = switched(scripted, "a-job", on=on, tested=True, tried="")

    assert (job.active, job.quarantined) == (on, False)
    assert len(actions(service)) == 1


@pytest.mark.parametrize(
    ("on", "known", "reads", "acts"),
    [
        (True, "Active", [STOPPED, STOPPED, RUNNING], []),
        (True, "Disabled", [RUNNING, RUNNING, STOPPED, DONE, RUNNING], ["start"]),
        (True, "Active", [STOPPED_FOR_SURE, DONE, RUNNING], ["start"]),
        (False, "Active", [STOPPED, RUNNING, DONE, STOPPED], ["pause"]),
        (False, "Disabled", [RUNNING, STOPPED], []),
    ],
)
def test_a_look_that_contradicts_the_last_run_counts_once_the_settle_time_is_over(
    service: Service, scripted: Graph, on: bool, known: str, reads: list[Any], acts: list[str]
) -> None:
    service.answers(*reads)

    assert switched(scripted, "a-job", on=on, tested=True, tried="", known=known)[0].active is on
    assert actions(service) == acts
