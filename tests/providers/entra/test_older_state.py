"""State that an earlier commit wrote is filled in once, without a call, a replacement or a drift."""

import pytest

from providers.entra.unclaimed_application import UnclaimedApplicationProvider
from providers.state.schema import STATUS, VERSION
from tests.providers.entra.status_state import VERBS, inputs, is_on
from tests.providers.greenlake.token_state import is_quiet, mark
from tests.providers.verbs import Properties, Verbs, older
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

OF_APPLICATION = Verbs(UnclaimedApplicationProvider())


@pytest.fixture
def status(application: Application) -> tuple[Properties, Properties]:
    """The inputs and outputs of a provisioning status as an older commit laid them down."""
    news = inputs(application)
    return older(STATUS, news), older(STATUS, VERBS.create(news))


def test_each_key_of_a_status_that_older_state_lacks_is_in_its_table(application: Application) -> None:
    outs = VERBS.create(inputs(application))

    assert outs.keys() - older(STATUS, outs).keys() <= {*STATUS.added, VERSION}


def test_an_older_status_is_filled_in_by_one_update_that_sends_nothing(
    here: World, application: Application, status: tuple[Properties, Properties]
) -> None:
    stored, olds = status
    news = {**inputs(application), **stored}
    since = mark(here)

    found = VERBS.diff(olds, news)
    filled = VERBS.update(olds, news)

    assert (found.changes, found.replaces) == (True, [])
    assert not VERBS.diff(filled, news).changes
    assert is_quiet(here, since)


def test_what_a_refresh_could_not_fill_in_is_recorded_by_the_next_up_without_a_call(
    here: World, application: Application, status: tuple[Properties, Properties]
) -> None:
    olds, news = VERBS.read(status[1]), inputs(application)
    since = mark(here)

    assert VERBS.diff(olds, news).changes
    assert not VERBS.diff(VERBS.update(olds, news), news).changes
    assert is_quiet(here, since)


def test_an_older_status_is_filled_in_by_a_refresh_which_shows_no_drift(
    status: tuple[Properties, Properties],
) -> None:
    stored, olds = status

    assert not VERBS.diff(VERBS.read(olds), stored).changes


def test_provisioning_is_stopped_by_the_delete_of_an_older_status(
    application: Application, status: tuple[Properties, Properties]
) -> None:
    VERBS.delete(status[1])

    assert not is_on(application)


def test_an_older_application_is_filled_in_without_being_looked_at(here: World) -> None:
    olds, since = {"service_principal_id": "sp"}, mark(here)

    found = OF_APPLICATION.diff(olds, olds)

    assert (found.changes, found.replaces) == (True, [])
    assert not OF_APPLICATION.diff(OF_APPLICATION.update(olds, olds), olds).changes
    assert not OF_APPLICATION.diff(OF_APPLICATION.read(olds), olds).changes
    assert is_quiet(here, since)
