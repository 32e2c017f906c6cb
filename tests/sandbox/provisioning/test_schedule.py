"""Cycles that nobody asks for, over real HTTP."""

import time

from sandbox.provisioning import moments
from tests.sandbox.provisioning.application import Application, wait_until


def executions(application: Application) -> str:
    return (application.status()["lastExecution"] or {"timeBegan": ""})["timeBegan"]


def test_a_started_job_runs_at_once_and_then_once_an_interval(application: Application) -> None:
    application.world.set(cycle_interval_s=1)
    application.graph.post(f"{application.path}/start")
    assert application.status()["code"] == "NotRun"
    wait_until(lambda: executions(application) != "")
    first = executions(application)
    wait_until(lambda: executions(application) != first)
    apart = moments.read(executions(application)) - moments.read(first)
    assert apart.total_seconds() >= 1
    assert application.status()["code"] == "Active"
    assert application.graph.get(application.path).json()["schedule"]["interval"] == "PT1S"


def test_a_cycle_that_somebody_runs_is_the_one_that_a_start_asked_for(application: Application) -> None:
    application.cycle()
    application.graph.post(f"{application.path}/start")
    application.cycle()
    last = application.last_request()
    time.sleep(0.6)  # three looks of the scheduler
    assert application.world.pushes(last) == []


def test_a_job_that_is_off_runs_no_cycle(application: Application) -> None:
    application.world.set(cycle_interval_s=1)
    application.graph.post(f"{application.path}/start")
    wait_until(lambda: executions(application) != "")
    application.graph.post(f"{application.path}/pause")
    last = application.last_request()
    application.advance(3600)
    time.sleep(0.6)  # three looks of the scheduler, at which a job that is on would be due
    assert application.world.pushes(last) == []
    assert application.status()["code"] == "Paused"


def test_time_that_is_let_pass_makes_the_next_cycle_due(application: Application) -> None:
    application.graph.post(f"{application.path}/start")
    wait_until(lambda: executions(application) != "")
    first = executions(application)
    application.advance(3600)
    wait_until(lambda: executions(application) != first)


def test_a_restart_in_the_middle_of_an_initial_cycle_is_followed_by_another_initial_one(
    application: Application,
) -> None:
    application.assign(application.new_user("ada@example.com"))
    application.world.fail({"service": "scim", "method": "POST", "client": "engine", "action": "hold"})
    application.graph.post(f"{application.path}/start")
    wait_until(lambda: application.world.faults()[0]["times"] == 0)
    application.graph.post(f"{application.path}/restart", json={"criteria": {"resetScope": "Watermark"}})
    application.world.fail()
    wait_until(lambda: "ada@example.com" in application.scim("Users"))
    ada = application.scim("Users")["ada@example.com"]["id"]
    wait_until(lambda: any(one["path"].endswith(ada) for one in application.world.pushes()))


def test_in_quarantine_the_next_attempt_counts_and_a_start_ends_the_waiting(application: Application) -> None:
    application.world.set(cycle_interval_s=1, quarantine_ladder_s=[3600])
    application.save("wrong")
    application.graph.post(f"{application.path}/start")
    wait_until(lambda: application.status()["quarantine"] is not None)
    failed = executions(application)
    application.save()
    application.advance(60)
    time.sleep(0.6)  # three looks of the scheduler
    assert executions(application) == failed
    application.graph.post(f"{application.path}/start")
    wait_until(lambda: executions(application) != failed)
    assert application.status()["code"] == "Active"


def test_after_four_weeks_in_quarantine_the_job_is_switched_off(application: Application) -> None:
    application.save("wrong")
    application.graph.post(f"{application.path}/start")
    wait_until(lambda: application.status()["quarantine"] is not None)
    application.advance(29 * 24 * 3600)
    wait_until(lambda: application.graph.get(application.path).json()["schedule"]["state"] == "Disabled")
    assert application.status()["code"] == "Quarantine"
