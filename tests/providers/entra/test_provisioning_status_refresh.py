"""What a refresh sees of provisioning, and what it must leave alone."""

from datetime import timedelta
from typing import Any

import pytest

from providers.scim import used_tokens
from providers.timestamps import now, to_text
from tests.providers.entra.cycles import calls, has_ended, last, running_cycle
from tests.providers.entra.graph_errors import WRAPPED
from tests.providers.entra.status_state import VERBS, inputs
from tests.providers.greenlake.token_state import end_tokens
from tests.providers.verbs import Properties
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, wait_until

pytestmark = pytest.mark.usefixtures("no_backoff", "quick_probes", "settled_soon")


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No running cycle is awaited."""
    monkeypatch.setattr("providers.entra.job.connection_test._LOOK_SECONDS", 0.0)


@pytest.fixture
def outs(application: Application) -> Properties:
    """Provisioning that is on and quiet: its first cycle has ended."""
    made = VERBS.create(inputs(application))
    wait_until(lambda: has_ended(application))
    return {**made, "status_code": "Active"}


@pytest.fixture
def overlapping(application: Application, outs: Properties) -> tuple[Properties, str]:
    """The outputs after a rotation whose new token was not tested, and that token; Entra holds the old one."""
    new = application.workspace.rotate()
    news = inputs(application, new, previous_token=application.token)
    return {**outs, **{name: news[name] for name in news if name in outs}, "overlap": "open"}, new


def used(world: World) -> list[bool]:
    return [one["used"] for one in world.control("GET")["tokens"]]


def test_what_is_in_order_is_reported_as_it_was(here: World, application: Application, outs: Properties) -> None:
    since = last(here)
    fresh = VERBS.read(outs)

    assert fresh == {**outs, "tested_at": fresh["tested_at"]}
    assert calls(here, since) == ["validateCredentials"]
    assert not VERBS.diff(fresh, inputs(application)).changes


def test_a_job_that_is_gone_takes_its_status_with_it(application: Application, outs: Properties) -> None:
    application.graph.delete(application.path).raise_for_status()
    looked = VERBS.looked(outs)

    assert (looked.id, looked.outs) == ("", {})


def test_provisioning_that_was_stopped_is_drift_that_an_update_heals(
    application: Application, outs: Properties
) -> None:
    application.graph.post(f"{application.path}/pause").raise_for_status()

    fresh = VERBS.read(outs)

    assert (fresh["schedule_state"], fresh["credentials_state"]) == ("Disabled", "accepted")
    assert VERBS.diff(fresh, inputs(application)).changes
    assert VERBS.update(fresh, inputs(application))["schedule_state"] == "Active"


def test_drift_is_reported_in_time_if_the_last_run_was_on_a_machine_whose_clock_is_ahead(
    application: Application, outs: Properties
) -> None:
    application.graph.post(f"{application.path}/pause").raise_for_status()

    fresh = VERBS.read({**outs, "tested_at": to_text(now() + timedelta(minutes=10))})

    assert (fresh["schedule_state"], fresh["credentials_state"]) == ("Disabled", "accepted")


def test_credentials_that_were_overwritten_are_drift_that_an_update_heals(
    application: Application, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    application.save("pasted-by-mistake")

    fresh = VERBS.read(outs)

    assert fresh["credentials_state"] == "refused"
    assert "refused by GreenLake (Test Connection: SystemForCross" in capsys.readouterr().err
    assert VERBS.diff(fresh, inputs(application)).changes
    assert VERBS.update(fresh, inputs(application))["credentials_state"] == "accepted"


@pytest.mark.parametrize("status", [401, 403])
def test_a_test_that_is_not_permitted_is_a_note_and_no_drift(
    here: World, application: Application, outs: Properties, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    here.fail({"path": "/validateCredentials$", "status": status})

    fresh = VERBS.read(outs)

    assert fresh["credentials_state"] == "untested"
    assert "provisioning status: the credentials were not tested: Graph: test the connection" in capsys.readouterr().err
    assert not VERBS.diff(fresh, inputs(application)).changes


@pytest.mark.parametrize(
    "fault", [{"service": "scim", "status": 503}, {"path": "/validateCredentials$", "status": 400, "body": WRAPPED}]
)
def test_where_entra_does_not_reach_greenlake_nothing_is_known_of_the_credentials(
    here: World,
    application: Application,
    outs: Properties,
    capsys: pytest.CaptureFixture[str],
    fault: dict[str, Any],
) -> None:
    here.fail({**fault, "times": 9})

    fresh = VERBS.read(outs)

    assert (fresh["credentials_state"], fresh["tested_at"]) == ("untested", outs["tested_at"])
    assert "Entra does not reach GreenLake" in capsys.readouterr().err
    assert not VERBS.diff(fresh, inputs(application)).changes


def test_while_a_cycle_runs_nothing_is_tested_and_that_is_a_note(
    here: World, application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    off = VERBS.create(inputs(application, status="off"))
    with running_cycle(application):
        since = last(here)
        fresh = VERBS.read({**off, "status": "on"})

    assert (fresh["credentials_state"], fresh["tested_at"]) == ("untested", off["tested_at"])
    assert calls(here, since) == []
    assert "a provisioning cycle is running, so the credentials were not tested" in capsys.readouterr().err
    assert not VERBS.diff(fresh, inputs(application)).changes


def test_while_an_overlap_is_open_the_new_token_is_used_by_nobody(
    here: World, overlapping: tuple[Properties, str]
) -> None:
    outs, new = overlapping
    since = last(here)

    fresh = VERBS.read(outs)

    assert calls(here, since) == ["probe"]
    assert used(here) == [True, False]
    assert (fresh["overlap"], fresh["credentials_state"]) == ("open", "untested")
    assert fresh["tested_fingerprint"] == outs["tested_fingerprint"] != outs["token_fingerprint"]
    assert new not in str(fresh)


def test_while_the_old_token_cannot_be_probed_the_overlap_is_open(
    here: World, overlapping: tuple[Properties, str]
) -> None:
    here.fail({"service": "scim", "status": 403, "times": 9})

    fresh = VERBS.read(overlapping[0])

    assert fresh["overlap"] == "open"
    assert used(here) == [True, False]


def test_once_a_cycle_of_entra_has_used_the_token_that_we_saved_it_counts_as_tested(
    application: Application, overlapping: tuple[Properties, str]
) -> None:
    outs, new = overlapping
    application.save(new)
    application.cycle()
    saved = {"saved_fingerprint": outs["token_fingerprint"], "saved_at": to_text(now() - timedelta(minutes=1))}

    fresh = VERBS.read({**outs, **saved})

    assert (fresh["overlap"], fresh["credentials_state"]) == ("closed", "accepted")
    assert fresh["tested_fingerprint"] == outs["token_fingerprint"]
    assert used_tokens.is_used(outs["token_fingerprint"])


def test_that_a_token_is_refused_which_cycles_use_is_found_without_a_look_at_the_one_before(
    here: World, application: Application, overlapping: tuple[Properties, str]
) -> None:
    outs, new = overlapping
    application.save(new)
    application.cycle()
    end_tokens(here)
    saved = {"saved_fingerprint": outs["token_fingerprint"], "saved_at": to_text(now() - timedelta(minutes=1))}
    since = last(here)

    fresh = VERBS.read({**outs, **saved})

    assert (fresh["overlap"], fresh["credentials_state"]) == ("closed", "refused")
    assert used_tokens.is_used(outs["token_fingerprint"])
    assert set(calls(here, since)) == {"validateCredentials"}


@pytest.mark.parametrize("saved", ["", "just now"])
def test_an_accepted_test_proves_nothing_for_a_token_that_may_not_have_been_the_one(
    application: Application, overlapping: tuple[Properties, str], saved: str
) -> None:
    outs, new = overlapping
    application.save(new)
    application.cycle()
    moment = to_text(now() + timedelta(minutes=1)) if saved else ""

    fresh = VERBS.read({**outs, "saved_fingerprint": outs["token_fingerprint"] if saved else "", "saved_at": moment})

    assert (fresh["credentials_state"], fresh["tested_fingerprint"]) == ("accepted", outs["tested_fingerprint"])
    assert not used_tokens.is_used(outs["token_fingerprint"])


def test_a_service_that_keeps_an_old_token_alive_after_the_test_is_not_drift(
    here: World, application: Application, overlapping: tuple[Properties, str]
) -> None:
    here.set(old_token_ends="delay")
    outs, new = overlapping
    news = inputs(application, new, previous_token=application.token)

    tested = VERBS.update(outs, news)
    fresh = VERBS.read(tested)

    assert (tested["overlap"], tested["credentials_state"]) == ("open", "accepted")
    assert fresh["credentials_state"] == "accepted"
    assert not VERBS.diff(fresh, news).changes


def test_what_somebody_else_assigned_is_listed_and_no_drift(
    application: Application, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = application.new_group(displayName="Ours"), application.new_group(displayName="Theirs")
    for group in (ours, theirs):
        application.assign(group)

    fresh = VERBS.read({**outs, "principals": [ours]})

    assert fresh["undeclared_principals"] == ["Group Theirs"]
    assert "assigned by somebody else, or by a run that was cut off: Group Theirs" in capsys.readouterr().err
    assert not VERBS.diff(fresh, inputs(application, principals=[ours])).changes


def test_a_job_that_is_not_ours_is_listed_and_no_change(
    application: Application, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"servicePrincipals/{application.service_principal}/synchronization/jobs"
    second = application.graph.post(path, json={"templateId": "scim"}).raise_for_status().json()["id"]
    fresh = VERBS.read(outs)

    assert (outs["undeclared_jobs"], fresh["undeclared_jobs"]) == ([], [second])
    assert f"of a run whose answer was lost: {second}: delete it" in capsys.readouterr().err
    assert not VERBS.diff(fresh, inputs(application)).changes


def test_assignments_that_may_not_be_listed_are_a_note(
    here: World, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    here.fail({"path": "/appRoleAssignedTo$", "status": 403})

    assert VERBS.read(outs)["undeclared_principals"] == []
    assert "provisioning status: the assignments were not listed: Graph: list the assign" in capsys.readouterr().err


def test_a_refresh_writes_nothing(here: World, outs: Properties) -> None:
    since = last(here)
    VERBS.read(outs)

    sent: list[dict[str, Any]] = here.requests(since)
    assert {one["method"] for one in sent if not one["path"].endswith("/validateCredentials")} == {"GET"}
