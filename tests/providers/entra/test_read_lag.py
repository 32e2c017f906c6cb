"""The mappings while reads of Graph lag behind its writes: no stop, no false drift, and no older schema comes back."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import tenacity

from tests.providers.entra.conftest import SETTLE_SECONDS
from tests.providers.entra.test_synchronization_schema import VERBS, inputs, live, mapping_display_name, targets
from tests.providers.verbs import Properties
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, wait_until

pytestmark = pytest.mark.usefixtures("no_backoff", "settled_soon")

TIMES = range(4)  # each read lags by another time
OTHER = mapping_display_name(source="mail")


@pytest.fixture
def lagging(application: Application) -> Callable[[], Application]:
    """Let reads lag by up to the settle time; what was set up before is read by everybody."""

    def lag() -> Application:
        application.world.set(read_lag_s=SETTLE_SECONDS)
        return application

    return lag


def wanted(turn: int) -> Properties:
    return {"mappings": OTHER} if turn % 2 else {}


def test_a_job_that_was_just_made_is_waited_for(
    lagging: Callable[[], Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.http.transport._backoff", tenacity.wait_fixed(SETTLE_SECONDS / 4))
    application = lagging()
    jobs = f"servicePrincipals/{application.service_principal}/synchronization/jobs"
    for _ in TIMES:
        job = application.graph.post(jobs, json={"templateId": "scim"}).raise_for_status().json()["id"]
        assert VERBS.create({**inputs(application), "job_id": job})["drift"] == []


@pytest.mark.parametrize("status", [401, 403, 404, 409])
@pytest.mark.parametrize("path", ["/schema$", "/parseExpression$"])
def test_whatever_graph_answers_about_a_job_that_was_just_made_is_waited_out(
    here: World, application: Application, status: int, path: str
) -> None:
    here.fail({"service": "graph", "path": path, "status": status, "times": 2})
    expression = mapping_display_name(expression="Trim([mail])")
    assert VERBS.create(inputs(application, mappings=expression))["drift"] == []


def test_mappings_are_saved_and_read_back_without_a_stop_and_without_false_drift(
    lagging: Callable[[], Application],
) -> None:
    outs = VERBS.create(inputs(lagging()))
    for turn in TIMES:
        outs = VERBS.update(outs, inputs(lagging(), **wanted(turn + 1)))
        assert [VERBS.read(outs)["drift"] for _ in range(3)] == [[], [], []]


def test_a_save_never_brings_back_what_somebody_else_has_just_changed(lagging: Callable[[], Application]) -> None:
    application = lagging()
    outs = VERBS.create(inputs(application))
    time.sleep(SETTLE_SECONDS)
    for turn in TIMES:
        rename(application, f"named {turn}")
        outs = VERBS.update(outs, inputs(application, **wanted(turn + 1)))
        time.sleep(SETTLE_SECONDS)
        assert names(application) == [f"named {turn}"]


def test_the_first_run_for_a_job_that_has_run_before_keeps_what_somebody_has_just_changed(
    lagging: Callable[[], Application],
) -> None:
    application = lagging()
    application.graph.post(f"{application.path}/start").raise_for_status()
    wait_until(lambda: application.status()["lastExecution"] is not None)
    time.sleep(SETTLE_SECONDS)  # until every read knows that the job has run
    for turn in TIMES:
        rename(application, f"named {turn}")
        VERBS.create(inputs(application, **wanted(turn)))
        time.sleep(SETTLE_SECONDS)
        assert names(application) == [f"named {turn}"]


def test_throttling_on_top_of_the_lag_changes_nothing(lagging: Callable[[], Application]) -> None:
    application = lagging()
    throttled = {"service": "graph", "client": "program", "status": 429, "headers": {"Retry-After": "0"}}
    application.world.fail(*({**throttled, "skip": skip} for skip in (1, 2, 4, 7)))
    outs = VERBS.update(VERBS.create(inputs(application)), inputs(application, mappings=OTHER))
    assert VERBS.read(outs) == outs


def test_drift_that_a_refresh_saw_is_put_right_although_the_next_read_may_not_see_it(
    lagging: Callable[[], Application],
) -> None:
    application = lagging()
    outs = VERBS.create(inputs(application))
    for _ in TIMES:
        time.sleep(SETTLE_SECONDS)
        application.edit("User", flowTypes="Add,Update,Delete")
        outs = VERBS.update({**outs, "drift": ["User Update is ticked"]}, inputs(application))
        time.sleep(SETTLE_SECONDS)
        assert live(application)["flowTypes"] == "Add,Delete"


def test_real_drift_is_reported_without_waiting(
    lagging: Callable[[], Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    application = lagging()
    outs = VERBS.create(inputs(application))
    application.world.set(read_lag_s=0)
    application.edit("Group", enabled=False)
    waits: list[float] = []
    clock = SimpleNamespace(sleep=waits.append, monotonic=time.monotonic)
    monkeypatch.setattr("providers.entra.job.consistency.time", clock)
    assert VERBS.read(outs)["drift"] == ["Group mapping is disabled"]
    assert waits == []


def test_a_job_that_one_read_does_not_find_is_not_gone(here: World, application: Application) -> None:
    outs = VERBS.create(inputs(application))
    here.fail({"service": "graph", "path": "/schema$", "status": 404})
    assert VERBS.read(outs) == outs


def test_the_defaults_are_restored_right_after_provisioning_was_stopped(
    lagging: Callable[[], Application], capsys: pytest.CaptureFixture[str]
) -> None:
    application = lagging()
    outs = VERBS.create(inputs(application))
    application.graph.post(f"{application.path}/start").raise_for_status()
    time.sleep(SETTLE_SECONDS)
    application.graph.post(f"{application.path}/pause").raise_for_status()
    VERBS.delete(outs)
    time.sleep(SETTLE_SECONDS)
    assert "title" in targets(application)
    assert "provisioning is on" not in capsys.readouterr().err


def rename(application: Application, name: str) -> None:
    """Change what the program does not manage, as the portal does: from the newest state."""
    application.world.set(read_lag_s=0)
    schema: dict[str, Any] = application.graph.get(f"{application.path}/schema").json()
    application.world.set(read_lag_s=SETTLE_SECONDS)
    schema["synchronizationRules"][0]["name"] = name
    application.graph.put(f"{application.path}/schema", json=schema).raise_for_status()


def names(application: Application) -> list[str]:
    return [rule["name"] for rule in application.graph.get(f"{application.path}/schema").json()["synchronizationRules"]]
