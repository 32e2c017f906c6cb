import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from providers.entra.connection_test import Connection
from providers.entra.graph import Graph
from providers.errors import ApiError, StoppedError, UnauthorizedError
from providers.scim import Probe
from tests.providers.calling import soon
from tests.providers.entra.cycles import begin_cycle, calls, credentials, has_ended, last
from tests.providers.entra.graph_errors import WRAPPED
from tests.providers.entra.jobs import execution, job_body
from tests.providers.tls_service import Service, answer
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, no_backoff: None) -> None:  # noqa: ARG001
    """The second look of a probe comes at once."""
    monkeypatch.setattr("providers.scim._SECOND_LOOK_SECONDS", 0.01)


@dataclass(frozen=True)
class Overlap:
    """A rotation that has not been tested: Entra has used the old token, nobody the new one."""

    application: Application
    old: str
    new: str

    def connection(self) -> Connection:
        return connection(self.application, self.old)

    def accepted(self, token: str) -> bool:
        return self.application.workspace.accepts(token)


@pytest.fixture
def overlap(application: Application) -> Overlap:
    assert application.test().is_success
    return Overlap(application, application.token, application.workspace.rotate())


def connection(application: Application, previous: str = "") -> Connection:
    graph = Graph(application.world.tenant_id, application.service_principal, soon(30))
    base = f"{application.world.sandbox.greenlake}/v1alpha1/scimproxy"
    return Connection(graph, application.job, base, previous, soon(30))


def test_where_there_is_no_previous_token_nobody_is_asked(here: World, application: Application) -> None:
    since = last(here)

    assert connection(application).previous() is None
    assert connection(application).previous(twice=True) is None
    assert last(here) == since


def test_the_previous_token_is_probed_and_the_new_one_is_not(here: World, overlap: Overlap) -> None:
    assert overlap.connection().previous() is Probe.ACCEPTED
    assert overlap.connection().previous(twice=True) is Probe.ACCEPTED
    assert [one["used"] for one in here.control("GET")["tokens"]] == [True, False]


@pytest.mark.parametrize(("twice", "believed"), [(False, Probe.REFUSED), (True, Probe.ACCEPTED)])
def test_a_single_refusal_is_believed_only_where_that_is_enough(
    here: World, overlap: Overlap, twice: bool, believed: Probe
) -> None:
    here.fail({"service": "scim", "status": 401})

    assert overlap.connection().previous(twice=twice) is believed


def test_without_an_overlap_there_is_nothing_to_wait_for(application: Application) -> None:
    begin_cycle(application, 6)

    assert connection(application).may_be_tested(first_time=False)
    assert not has_ended(application)


def test_with_an_overlap_a_job_that_does_not_run_may_be_tested(overlap: Overlap) -> None:
    assert overlap.connection().may_be_tested(first_time=False)


def test_with_an_overlap_the_end_of_the_running_cycle_is_awaited_and_that_is_said_once(
    overlap: Overlap, capsys: pytest.CaptureFixture[str]
) -> None:
    overlap.application.world.set(cycle_interval_s=8)  # it is looked at once a second then
    begin_cycle(overlap.application, 2.5)

    assert overlap.connection().may_be_tested(first_time=False)
    assert has_ended(overlap.application)
    assert capsys.readouterr().err.count("waiting up to 40 s for the provisioning cycle to end") == 1


def test_at_the_first_run_the_cycle_of_a_job_that_is_on_is_awaited_too(application: Application) -> None:
    begin_cycle(application, 1)

    assert connection(application).may_be_tested(first_time=True)
    assert has_ended(application)


def test_a_cycle_that_does_not_end_in_time_forbids_the_test(overlap: Overlap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.entra.connection_test._WAIT_SECONDS", 0.0)
    begin_cycle(overlap.application, 2)

    assert not overlap.connection().may_be_tested(first_time=False)


def test_no_wait_outlives_the_deadline_of_the_verb(overlap: Overlap) -> None:
    begin_cycle(overlap.application, 4)
    short = Connection(
        overlap.connection().graph, overlap.application.job, overlap.connection().base_address, overlap.old, soon(0.5)
    )
    began = time.monotonic()

    assert not short.may_be_tested(first_time=False)
    assert time.monotonic() - began < 3.5


def test_it_is_quiet_where_no_cycle_runs_and_not_while_one_does(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connection(application).is_quiet()

    monkeypatch.setattr("providers.entra.connection_test._LOOK_SECONDS", 0.0)
    begin_cycle(application, 1.5)
    assert not connection(application).is_quiet()


def test_a_cycle_that_began_within_the_second_of_the_save_may_have_the_old_token(
    service: Service, scripted: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.entra.connection_test._WAIT_SECONDS", 0.0)
    second = datetime(2026, 11, 1, 10, tzinfo=timezone.utc)
    began = (second + timedelta(milliseconds=200)).isoformat().replace("+00:00", "Z")
    body = job_body(execution=execution(began, None))
    service.answers(answer(200, {}), answer(200, body, Date=format_datetime(second, usegmt=True)))

    assert not Connection(scripted, "a-job", service.url, "old", soon(5)).may_be_tested(first_time=False)


def test_without_a_clock_of_graph_our_own_counts(service: Service, scripted: Graph) -> None:
    began = (datetime.now(tz=timezone.utc) + timedelta(seconds=30)).isoformat().replace("+00:00", "Z")
    service.answers(answer(200, {}), answer(200, job_body(execution=execution(began, None)), Date=""))

    assert Connection(scripted, "a-job", service.url, "old", soon(5)).may_be_tested(first_time=False)


def test_credentials_that_work_are_not_saved_again(here: World, application: Application) -> None:
    since = last(here)
    connection(application).prove(credentials(application, application.token), adopted=False)

    assert calls(here, since) == ["validateCredentials"]


def test_the_first_test_ends_the_old_token_and_nothing_is_saved_again(here: World, overlap: Overlap) -> None:
    overlap.application.save(overlap.new)
    since = last(here)

    overlap.connection().prove(credentials(overlap.application, overlap.new), adopted=False)

    assert calls(here, since) == ["validateCredentials", "probe"]
    assert not overlap.accepted(overlap.old)


def test_where_entra_still_holds_the_old_token_the_new_one_is_saved_and_tested(here: World, overlap: Overlap) -> None:
    since = last(here)
    overlap.connection().prove(credentials(overlap.application, overlap.new), adopted=False)

    assert calls(here, since) == ["validateCredentials", "probe", "secrets", "validateCredentials"]
    assert not overlap.accepted(overlap.old)
    assert overlap.application.test().is_success


def test_credentials_that_were_overwritten_are_saved_again(here: World, application: Application) -> None:
    application.save("pasted-by-mistake")
    since = last(here)

    connection(application).prove(credentials(application, application.token), adopted=False)

    assert [one for one in calls(here, since) if one != "probe"] == [
        "validateCredentials",
        "secrets",
        "validateCredentials",
    ]
    assert application.test().is_success


def test_a_service_that_ends_old_tokens_by_a_delay_costs_one_save_more(here: World, overlap: Overlap) -> None:
    here.set(old_token_ends="delay")
    overlap.application.save(overlap.new)

    overlap.connection().prove(credentials(overlap.application, overlap.new), adopted=False)

    assert overlap.application.test().is_success


@pytest.mark.parametrize("previous", ["", "a-token-before"])
def test_where_the_new_token_is_refused_as_well_it_stops_and_names_the_way_out(
    application: Application, previous: str
) -> None:
    application.save("pasted-by-mistake")

    with pytest.raises(StoppedError) as caught:
        connection(application, previous).prove(credentials(application, "a-token-that-nobody-knows"), adopted=False)

    way_out = "; token.removeCurrent: true ends both tokens and begins anew" if previous else ""
    assert str(caught.value) == (
        f"Entra's Test Connection fails with the new token as well ({REFUSED}): check that greenlake.tenantUrl "
        f"can be reached from Entra; if the token itself has ended, change token.rotateWhenChanged{way_out}"
    )


def test_a_refusal_is_told_in_entras_own_code(application: Application) -> None:
    assert connection(application).refusal() == ""

    application.save("a-token-that-nobody-knows")
    assert connection(application).refusal() == REFUSED


def test_a_refusal_in_an_error_inside_of_an_error_is_told_in_the_inner_code(
    here: World, application: Application
) -> None:
    here.fail({"path": "/validateCredentials$", "status": 400, "body": WRAPPED})

    assert connection(application).refusal() == "CredentialValidationUnavailable"


def test_where_entra_does_not_reach_greenlake_the_token_is_not_called_refused(
    here: World, application: Application
) -> None:
    here.fail({"path": "/validateCredentials$", "status": 400, "body": WRAPPED, "times": 9})

    with pytest.raises(StoppedError) as caught:
        connection(application).prove(credentials(application, application.token), adopted=False)

    assert str(caught.value) == (
        "the new token is saved, and Entra's Test Connection does not reach GreenLake "
        "(CredentialValidationUnavailable): check that greenlake.tenantUrl can be reached from Entra, then run "
        "`pulumi up` again"
    )


def test_a_refusal_without_a_code_is_one_all_the_same(here: World, application: Application) -> None:
    here.fail({"path": "/validateCredentials$", "status": 400, "body": "{}"})

    assert connection(application).refusal() == "no reason given"


@pytest.mark.parametrize(("status", "kind"), [(401, UnauthorizedError), (409, ApiError), (503, ApiError)])
def test_what_is_no_answer_of_the_target_is_no_refusal(
    here: World, application: Application, status: int, kind: type[ApiError]
) -> None:
    here.fail({"path": "/validateCredentials$", "status": status, "times": 9})

    with pytest.raises(kind, match=re.escape(f"Graph: test the connection was answered {status}")):
        connection(application).refusal()


def test_a_connection_does_not_show_its_token_when_it_is_printed(overlap: Overlap) -> None:
    assert overlap.old not in repr(overlap.connection())
