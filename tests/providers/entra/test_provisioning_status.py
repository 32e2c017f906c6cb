"""What `up` and `destroy` do with provisioning; a refresh and an overlap have their own files."""

import json
from typing import Any

import pytest

from providers.entra.status_properties import COMPUTED
from providers.errors import ForbiddenError, StoppedError
from tests.providers.entra.conftest import SETTLE_SECONDS
from tests.providers.entra.cycles import calls, has_ended, last
from tests.providers.entra.status_state import VERBS, inputs, is_on
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, wait_until

pytestmark = pytest.mark.usefixtures("no_backoff", "settled_soon")


def test_the_connection_is_tested_and_then_provisioning_is_switched_on(here: World, application: Application) -> None:
    since = last(here)
    made = VERBS.created(inputs(application))

    assert made.id == f"{application.job}/status"
    assert calls(here, since) == ["secrets", "validateCredentials", "start"]
    assert is_on(application)


def test_all_outputs_are_there_and_no_credential_is_among_them(application: Application) -> None:
    news = inputs(application, principals=["b", "a"])
    outs = VERBS.create(news)

    assert set(outs) == {*news, *COMPUTED, "schema_version"} - {"credentials"}
    assert (outs["overlap"], outs["credentials_state"], outs["schedule_state"]) == ("closed", "accepted", "Active")
    assert outs["tested_fingerprint"] == news["token_fingerprint"]
    assert outs["tested_at"] >= news["token_issued_at"]
    assert outs["undeclared_principals"] == []
    assert application.token not in json.dumps(outs)


def test_right_after_it_nothing_is_to_be_done(application: Application, capsys: pytest.CaptureFixture[str]) -> None:
    news = inputs(application)
    found = VERBS.diff(VERBS.create(news), news)

    assert not found.changes
    assert found.replaces == []
    assert capsys.readouterr().err == ""


def test_provisioning_that_is_to_be_off_is_tested_all_the_same(here: World, application: Application) -> None:
    since = last(here)
    VERBS.create(inputs(application, status="off"))

    assert calls(here, since) == ["secrets", "validateCredentials"]
    assert not is_on(application)


def test_status_follows_the_stack_file(here: World, application: Application) -> None:
    on, off = inputs(application), inputs(application, status="off")
    outs = VERBS.create(on)
    since = last(here)

    assert VERBS.diff(outs, off).changes
    outs = VERBS.update(outs, off)
    assert not is_on(application)
    assert not VERBS.diff(outs, off).changes

    outs = VERBS.update(outs, on)
    assert is_on(application)
    assert [one for one in calls(here, since) if one != "validateCredentials"] == ["pause", "start"]


def test_credentials_that_are_refused_stop_before_provisioning_is_switched_on(application: Application) -> None:
    application.save("pasted-by-mistake")

    with pytest.raises(StoppedError, match="Entra's Test Connection fails with the new token as well"):
        VERBS.create(inputs(application, "a-token-that-nobody-knows"))

    assert not is_on(application)


def test_a_test_that_is_not_permitted_stops_up(here: World, application: Application) -> None:
    here.fail({"path": "/validateCredentials$", "status": 403, "times": 9})

    with pytest.raises(ForbiddenError, match=r"grant the application permission Synchronization\.ReadWrite\.All"):
        VERBS.create(inputs(application))


def test_a_job_in_quarantine_is_healed_by_one_start(here: World, application: Application) -> None:
    here.set(quarantine_ladder_s=[3600])  # its next attempt is far away, as that of a real one
    news = inputs(application)
    outs = VERBS.create(news)
    wait_until(lambda: has_ended(application))
    application.save("pasted-by-mistake")
    application.cycle()
    began = application.status()["quarantine"]["seriesBegan"]
    since = last(here)

    ill = VERBS.read(outs)
    healed = VERBS.update(ill, news)

    assert (ill["status_code"], ill["credentials_state"]) == ("Quarantine", "refused")
    assert calls(here, since)[-1] == "start"
    assert healed["tried_series"] == began
    assert application.status()["quarantine"] is None


def test_a_quarantine_that_was_tried_is_not_started_again(here: World, application: Application) -> None:
    news = inputs(application)
    outs = VERBS.create(news)
    wait_until(lambda: has_ended(application))
    application.save("pasted-by-mistake")
    application.cycle()
    application.save()
    began = application.status()["quarantine"]["seriesBegan"]
    since = last(here)

    again = VERBS.update({**outs, "tried_series": began}, news)

    assert "start" not in calls(here, since)
    assert (again["status_code"], again["tried_series"]) == ("Quarantine", began)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schedule_state": "Disabled"}, "provisioning is stopped (schedule Disabled)"),
        ({"status_code": "Quarantine", "quarantine_reason": "R"}, "the job is in quarantine (R)"),
        ({"credentials_state": "refused"}, "the credentials saved in Entra are refused by GreenLake"),
    ],
)
def test_drift_is_a_change_and_is_reported(
    application: Application, changes: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    news = inputs(application)

    assert VERBS.diff({**VERBS.create(news), **changes}, news).changes
    assert f"provisioning status: {said}" in capsys.readouterr().err


def test_a_status_that_the_stack_file_changes_is_not_drift(
    application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = VERBS.create(inputs(application))

    assert VERBS.diff(outs, inputs(application, status="off")).changes
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["service_principal_id", "job_id"])
def test_another_job_replaces_the_status_and_the_old_one_is_stopped_in_its_turn(
    application: Application, name: str
) -> None:
    news = inputs(application)
    found = VERBS.diff(VERBS.create(news), {**news, name: "another"})

    assert found.changes
    assert (found.replaces, found.delete_before_replace) == ([name], None)


def test_diff_sends_nothing(here: World, application: Application) -> None:
    news = inputs(application)
    outs = VERBS.create(news)
    since = last(here)

    VERBS.diff(outs, {**news, "status": "off"})

    assert here.requests(since) == []


def test_a_delete_stops_provisioning_once(here: World, application: Application) -> None:
    outs = VERBS.create(inputs(application))
    since = last(here)

    VERBS.delete(outs)
    VERBS.delete(outs)

    assert calls(here, since) == ["pause"]
    assert not is_on(application)


@pytest.mark.parametrize("_", range(3))  # each read lags by another time
def test_a_delete_right_after_provisioning_was_started_stops_it_although_no_read_may_show_it(
    here: World, application: Application, _: int
) -> None:
    outs = VERBS.create(inputs(application))
    here.set(read_lag_s=SETTLE_SECONDS)
    application.graph.post(f"{application.path}/pause").raise_for_status()
    application.graph.post(f"{application.path}/start").raise_for_status()

    VERBS.delete(outs)

    here.set(read_lag_s=0)
    assert not is_on(application)


def test_a_refresh_right_after_a_run_reports_no_drift_although_it_reads_the_job_as_it_was_before(
    here: World, application: Application
) -> None:
    before = application.graph.get(application.path).text
    outs = VERBS.create(inputs(application))
    lagging = {"service": "graph", "method": "GET", "path": f"/{application.job}$", "status": 200, "times": 2}
    here.fail({**lagging, "body": before, "headers": {"Content-Type": "application/json"}})

    assert VERBS.read(outs)["schedule_state"] == "Active"


@pytest.mark.parametrize(("before", "after"), [("on", "off"), ("off", "on")])
def test_a_status_that_changes_right_after_the_last_run_is_brought_about_although_reads_lag(
    here: World, application: Application, before: str, after: str
) -> None:
    outs = VERBS.create(inputs(application, status=before))
    here.set(read_lag_s=SETTLE_SECONDS)
    for status in (after, before, after):
        outs = VERBS.update(outs, inputs(application, status=status))
        assert (outs["schedule_state"] == "Active") == (status == "on")

    here.set(read_lag_s=0)
    assert is_on(application) == (after == "on")


def test_where_the_job_is_gone_there_is_nothing_to_stop(here: World, application: Application) -> None:
    outs = VERBS.create(inputs(application))
    here.fail({"path": "/pause$", "status": 404})
    VERBS.delete(outs)

    application.graph.delete(application.path).raise_for_status()
    VERBS.delete(outs)

    assert is_gone(application)


def is_gone(application: Application) -> bool:
    return application.graph.get(application.path).status_code == 404


def test_a_stop_that_fails_is_an_error(here: World, application: Application) -> None:
    outs = VERBS.create(inputs(application))
    here.fail({"path": "/pause$", "status": 403})

    with pytest.raises(ForbiddenError, match="Graph: stop provisioning was answered 403"):
        VERBS.delete(outs)
