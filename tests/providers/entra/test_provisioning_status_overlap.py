"""How `up` ends a rotation: Entra holds the new token and uses it between two cycles, and the old one is refused."""

import pytest

from tests.providers.entra.cycles import calls, has_ended, last, let_end_once_awaited, running_cycle
from tests.providers.entra.status_state import VERBS, inputs, is_on
from tests.providers.verbs import Properties
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

pytestmark = pytest.mark.usefixtures("no_backoff", "settled_soon")


@pytest.fixture
def first(application: Application) -> Properties:
    """The outputs before the rotation, with provisioning off."""
    return VERBS.create(inputs(application, status="off"))


def rotated(application: Application, **changes: str) -> Properties:
    """Rotate with overlap and return the inputs that follow from it."""
    return inputs(application, application.workspace.rotate(), previous_token=application.token, **changes)


def token_of(news: Properties) -> str:
    return news["credentials"][1]["value"]


def test_a_new_token_is_a_change(application: Application, first: Properties) -> None:
    assert VERBS.diff(first, rotated(application, status="off")).changes


def test_the_new_token_is_tested_and_the_old_one_refused_before_up_ends(
    application: Application, first: Properties
) -> None:
    news = rotated(application)
    application.save(token_of(news))

    outs = VERBS.update(first, news)

    assert (outs["overlap"], outs["credentials_state"]) == ("closed", "accepted")
    assert outs["tested_fingerprint"] == news["token_fingerprint"]
    assert not application.workspace.accepts(application.token)
    assert application.workspace.accepts(token_of(news))
    assert not VERBS.diff(outs, news).changes


def test_a_save_that_failed_and_was_refreshed_away_is_repeated(
    here: World, application: Application, first: Properties
) -> None:
    news = rotated(application)
    since = last(here)

    outs = VERBS.update(first, news)

    assert "secrets" in calls(here, since)
    assert (outs["overlap"], outs["credentials_state"]) == ("closed", "accepted")
    assert application.test().is_success
    assert not application.workspace.accepts(application.token)


def test_a_save_that_failed_after_the_current_token_was_removed_is_repeated(
    application: Application, first: Properties
) -> None:
    news = inputs(application, application.workspace.rotate("true"))

    outs = VERBS.update(first, news)

    assert (outs["overlap"], outs["credentials_state"]) == ("closed", "accepted")
    assert application.test().is_success


def test_an_accepted_token_proves_nothing_where_the_one_before_an_adoption_may_work(application: Application) -> None:
    news = inputs(application, application.workspace.rotate(), adopted=True)
    application.save(application.token)  # as after a save of the new one that failed and was refreshed away

    outs = VERBS.create(news)

    assert (outs["overlap"], outs["credentials_state"]) == ("closed", "accepted")
    assert application.test().is_success
    assert not application.workspace.accepts(application.token)
    assert application.workspace.accepts(token_of(news))


@pytest.mark.parametrize("credentials", ["accepted", "refused"])
def test_after_an_adoption_a_cycle_is_awaited_even_if_an_earlier_run_found_the_credentials_refused(
    application: Application, first: Properties, monkeypatch: pytest.MonkeyPatch, credentials: str
) -> None:
    monkeypatch.setattr("providers.entra.job.connection_test._WAIT_SECONDS", 0.0)
    news = inputs(application, application.workspace.rotate(), adopted=True)
    with running_cycle(application):
        outs = VERBS.update({**first, "credentials_state": credentials}, news)
    assert outs["credentials_state"] == "untested"


def test_the_end_of_the_running_cycle_is_awaited(
    application: Application, first: Properties, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = rotated(application)
    with running_cycle(application):
        let_end_once_awaited(application, monkeypatch)
        outs = VERBS.update(first, news)
        assert has_ended(application)
    assert application.status()["quarantine"] is None
    assert (outs["overlap"], outs["credentials_state"]) == ("closed", "accepted")


def test_a_cycle_that_goes_on_leaves_the_overlap_open_and_the_next_run_records_its_end(
    here: World,
    application: Application,
    first: Properties,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("providers.entra.job.connection_test._WAIT_SECONDS", 0.0)
    news = rotated(application)
    application.save()
    with running_cycle(application):
        since = last(here)
        left = VERBS.update(first, news)

        assert (left["overlap"], left["credentials_state"]) == ("open", "untested")
        assert left["tested_fingerprint"] == first["tested_fingerprint"]
        assert "so the new token was saved and not tested" in capsys.readouterr().err
        assert "validateCredentials" not in calls(here, since)
        assert not here.control("GET")["tokens"][1]["used"]
        application.save(token_of(news))

    monkeypatch.setattr("providers.entra.job.connection_test._WAIT_SECONDS", 20.0)
    recorded = VERBS.update(left, news)
    assert (recorded["overlap"], recorded["credentials_state"]) == ("closed", "accepted")


def test_a_service_that_ends_old_tokens_by_a_delay_is_tested_and_its_overlap_stays_open(
    here: World, application: Application, first: Properties
) -> None:
    here.set(old_token_ends="delay")
    news = rotated(application)

    outs = VERBS.update(first, news)

    assert (outs["overlap"], outs["credentials_state"]) == ("open", "accepted")
    assert not VERBS.diff(outs, news).changes


def test_provisioning_that_is_on_already_is_tested_between_cycles_at_the_first_run(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_cycle(application):
        let_end_once_awaited(application, monkeypatch)
        VERBS.create(inputs(application))
        assert has_ended(application)
    assert is_on(application)
    assert application.status()["quarantine"] is None
