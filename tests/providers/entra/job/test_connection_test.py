import json
import re
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from providers.entra.graph.provisioning import Graph
from providers.entra.job.connection_test import Connection, Saved
from providers.entra.job.health import is_unreached
from providers.errors import ApiError, StoppedError, UnauthorizedError
from providers.scim.probing import Probe
from tests.providers.calling import soon
from tests.providers.entra.cycles import calls, credentials, has_ended, last, let_end_once_awaited, running_cycle
from tests.providers.entra.graph_errors import WRAPPED
from tests.providers.entra.jobs import execution, job_body
from tests.providers.tls_service import Service, answer
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"
REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"


pytestmark = pytest.mark.usefixtures("no_backoff", "quick_probes")


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
    graph = Graph(application.world.tenant_id, application.service_principal, soon(60))
    base = f"{application.world.sandbox.greenlake}/v1alpha1/scimproxy"
    return Connection(graph, application.job, base, previous)


def long_ago() -> Saved:
    return Saved(datetime.now(tz=timezone.utc), time.monotonic() - 60)


def may_be_tested(tested: Connection, saved: Saved | None = None, *, protected: bool = True) -> bool:
    return tested.may_be_tested(saved or long_ago(), protected=protected, old_accepted=False)


def test_if_there_is_no_previous_token_nobody_is_asked(here: World, application: Application) -> None:
    since = last(here)

    assert connection(application).previous() is None
    assert here.requests(since) == []


def test_the_previous_token_is_probed_and_the_new_one_is_not(here: World, overlap: Overlap) -> None:
    assert overlap.connection().previous() is Probe.ACCEPTED
    assert [one["used"] for one in here.control("GET")["tokens"]] == [True, False]


def test_a_single_refusal_of_the_previous_token_does_not_count(here: World, overlap: Overlap) -> None:
    here.fail({"service": "scim", "status": 401})

    assert overlap.connection().previous() is Probe.ACCEPTED


def test_without_a_token_to_protect_there_is_nothing_to_wait_for(application: Application) -> None:
    with running_cycle(application):
        assert may_be_tested(connection(application), protected=False)
        assert not has_ended(application)


def test_a_job_that_does_not_run_may_be_tested(overlap: Overlap) -> None:
    assert may_be_tested(overlap.connection())


def test_a_save_that_not_every_reader_has_is_awaited(overlap: Overlap) -> None:
    saved = overlap.connection().save(credentials(overlap.application, overlap.new))

    assert may_be_tested(overlap.connection(), saved)
    assert saved.elapsed() >= overlap.connection().job()[0].settle_time.total_seconds()


def test_the_end_of_the_running_cycle_is_awaited_and_that_is_reported_once(
    overlap: Overlap, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_cycle(overlap.application):
        let_end_once_awaited(overlap.application, monkeypatch)
        assert may_be_tested(overlap.connection())
        assert has_ended(overlap.application)
    assert capsys.readouterr().err.count("until no provisioning cycle uses the old token") == 1


def test_a_cycle_that_does_not_end_in_time_forbids_the_test(overlap: Overlap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.entra.job.connection_test._WAIT_SECONDS", 0.0)
    with running_cycle(overlap.application):
        assert not may_be_tested(overlap.connection())


def test_a_wait_leaves_time_for_the_calls_after_it(overlap: Overlap) -> None:
    with running_cycle(overlap.application):
        connection = overlap.connection()
        connection.graph.deadline = soon(31)
        assert not may_be_tested(connection)
        assert connection.graph.deadline.remaining() > 0


def test_it_is_quiet_if_no_cycle_runs_and_not_while_one_does(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connection(application).is_quiet()

    monkeypatch.setattr("providers.entra.job.connection_test._LOOK_SECONDS", 0.0)
    with running_cycle(application):
        assert not connection(application).is_quiet()


def test_a_wait_for_a_quiet_moment_names_no_token(
    application: Application, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("providers.entra.job.connection_test._LOOK_SECONDS", 1.0)
    with running_cycle(application):
        connection(application).is_quiet()

    assert "waiting up to 1 s until no provisioning cycle runs\n" in capsys.readouterr().err


def test_a_cycle_that_began_within_the_second_of_the_save_may_have_the_old_token(
    service: Service, scripted: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.entra.job.connection_test._WAIT_SECONDS", 0.0)
    second = datetime(2026, 11, 1, 10, tzinfo=timezone.utc)
    settled = second + timedelta(seconds=20)
    began = (settled + timedelta(milliseconds=200)).isoformat().replace("+00:00", "Z")
    body = job_body(execution=execution(began, None))
    service.answers(answer(200, body, Date=format_datetime(settled + timedelta(minutes=1), usegmt=True)))
    saved = Saved(second, time.monotonic() - 60)

    assert not may_be_tested(Connection(scripted, "a-job", service.url, "old"), saved)


def test_without_a_clock_of_graph_our_own_counts(service: Service, scripted: Graph) -> None:
    began = (datetime.now(tz=timezone.utc) + timedelta(seconds=30)).isoformat().replace("+00:00", "Z")
    service.answers(answer(200, {}, Date=""), answer(200, job_body(execution=execution(began, None)), Date=""))
    without_clock = Connection(scripted, "a-job", service.url, "old")
    saved = without_clock.save([])

    assert may_be_tested(without_clock, replace(saved, monotonic=time.monotonic() - 60))


def test_credentials_that_work_are_not_saved_again(here: World, application: Application) -> None:
    since = last(here)
    connection(application).prove(None, credentials(application, application.token))

    assert calls(here, since) == ["validateCredentials"]


def test_credentials_that_were_overwritten_are_saved_again(here: World, application: Application) -> None:
    application.save("pasted-by-mistake")
    since = last(here)

    connection(application).prove(None, credentials(application, application.token))

    assert calls(here, since) == ["validateCredentials", "secrets", "validateCredentials"]
    assert application.test().is_success


def test_a_refusal_that_may_come_from_the_secret_before_the_save_is_asked_again(
    here: World, application: Application
) -> None:
    saved = connection(application).save(credentials(application, application.token))
    here.fail({"path": "/validateCredentials$", "status": 400, "times": 1})

    connection(application).prove(saved, credentials(application, application.token))

    assert application.test().is_success


def test_where_the_new_token_is_refused_as_well_it_stops_and_names_the_way_out(application: Application) -> None:
    tested = connection(application)
    saved = tested.save(credentials(application, "a-token-that-nobody-knows"))

    with pytest.raises(StoppedError) as caught:
        tested.prove(saved, credentials(application, "a-token-that-nobody-knows"))

    assert str(caught.value) == (
        f"Entra's Test Connection fails with the new token as well ({REFUSED}): check that greenlake.tenantUrl "
        "can be reached from Entra; if the token itself has ended, `pulumi up --refresh` rotates it "
        "(adopted: change token.rotateWhenChanged); token.removeCurrent: true ends every token and begins anew"
    )


def test_a_single_refusal_of_a_test_does_not_count(here: World, application: Application) -> None:
    here.fail({"path": "/validateCredentials$", "status": 400, "times": 1})

    assert connection(application).refusal() == ""


def test_a_refusal_is_reported_in_entras_own_code(application: Application) -> None:
    assert connection(application).refusal() == ""

    application.save("a-token-that-nobody-knows")
    assert connection(application).refusal() == REFUSED


def test_a_refusal_in_an_error_inside_of_an_error_is_reported_in_the_inner_code(
    here: World, application: Application
) -> None:
    here.fail({"path": "/validateCredentials$", "status": 400, "body": WRAPPED, "times": 2})

    assert connection(application).refusal() == "CredentialValidationUnavailable"


def test_a_maintenance_page_of_greenlake_is_not_a_refusal_of_the_token(here: World, application: Application) -> None:
    said = "StatusCode: ServiceUnavailable Message: Processing resulted in an exception. Web Response: <html>back soon"
    body = json.dumps({"error": {"code": INCOMPATIBLE, "message": said}})
    here.fail({"path": "/validateCredentials$", "status": 400, "body": body, "times": 2})

    found = connection(application).refusal()

    assert (found, is_unreached(found)) == (f"{INCOMPATIBLE}, status 503", True)


def test_where_entra_does_not_reach_greenlake_the_token_is_not_called_refused(
    here: World, application: Application
) -> None:
    here.fail({"path": "/validateCredentials$", "status": 400, "body": WRAPPED, "times": 99})

    with pytest.raises(StoppedError) as caught:
        connection(application).prove(None, credentials(application, application.token))

    assert str(caught.value) == (
        "the new token is saved, and Entra's Test Connection does not reach GreenLake "
        "(CredentialValidationUnavailable): check that greenlake.tenantUrl can be reached from Entra, then run "
        "`pulumi up` again"
    )


def test_a_refusal_without_a_code_is_one_all_the_same(here: World, application: Application) -> None:
    here.fail({"path": "/validateCredentials$", "status": 400, "body": "{}", "times": 2})

    assert connection(application).refusal() == "no reason given"


@pytest.mark.parametrize(("status", "kind"), [(401, UnauthorizedError), (409, ApiError), (503, ApiError)])
def test_only_an_answer_of_the_target_is_a_refusal(
    here: World, application: Application, status: int, kind: type[ApiError]
) -> None:
    here.fail({"path": "/validateCredentials$", "status": status, "times": 9})

    with pytest.raises(kind, match=re.escape(f"Graph: test the connection was answered {status}")):
        connection(application).refusal()


def test_a_connection_does_not_show_its_token_when_it_is_printed(overlap: Overlap) -> None:
    assert overlap.old not in repr(overlap.connection())
