"""Switching acts at once, heeds Microsoft's cautions, follows the cycle, and shows what the next `up` restores."""

from collections.abc import Iterator

import pytest

from tests.e2e.workspace import Workspace, configuration
from tests.sandbox.provisioning.application import Application, wait_until
from tests.scimctl.looking import look
from tests.scimctl.portal import last_request, new_member, portal, posts

pytestmark = pytest.mark.engine


@pytest.fixture
def application(here: Workspace) -> Iterator[Application]:
    with portal(here) as opened:
        yield opened
        opened.save()
        here.world.fail()
        opened.graph.post(f"{opened.path}/start").raise_for_status()
        wait_until(lambda: opened.status()["code"] == "Active")


def test_a_job_that_runs_is_not_started_again(here: Workspace) -> None:
    since = last_request(here)
    said = look(here, "start")

    assert said.code == 0
    assert said.out.startswith("provisioning is on already: not started again")
    assert posts(here, "start", since) == 0


def test_a_stop_is_reported_with_what_the_next_up_restores_and_a_start_undoes_it(
    here: Workspace, application: Application
) -> None:
    stopped = look(here, "stop", "--yes")
    assert stopped.code == 0
    assert "so the next `pulumi up --refresh` starts it again: set provisioning.status: off in" in stopped.out
    assert application.status()["code"] == "Paused"
    assert "next cycle" not in look(here, "status").out

    since = last_request(here)
    again = look(here, "stop", "--json")
    assert (again.code, again.data["changed"], again.data["nextUpRestores"]) == (0, False, True)
    assert posts(here, "pause", since) == 0

    started = look(here, "start")
    assert (started.code, started.out.splitlines()[0]) == (0, "provisioning is started")
    assert "cycle: ended, 0 pushed, 9 in scope" in started.out
    assert "so the next `pulumi up` leaves it like this" in started.out
    assert "waiting for the cycle to end (up to 1 min)" in started.err


@pytest.mark.parametrize(
    ("command", "call", "will"),
    [
        (["stop"], "pause", 'stop provisioning by "HPE GreenLake SCIM" now'),
        (["restart", "--full"], "restart", "people who left the scope and are still in GreenLake stay there"),
    ],
)
def test_without_an_answer_nothing_is_changed_and_a_dry_run_shows_what_would_be(
    here: Workspace, command: list[str], call: str, will: str
) -> None:
    since = last_request(here)
    refused, tried = look(here, *command), look(here, *command, "--dry-run")

    assert (refused.code, refused.out, refused.err.splitlines()[-1]) == (
        1,
        "",
        "scimctl: nothing was changed: standard input is not a terminal, so nobody can answer: add --yes",
    )
    assert tried.code == 0
    assert will in tried.out
    assert tried.out.endswith("dry run: nothing was changed\n")
    assert posts(here, call, since) == 0


def test_a_start_against_the_stack_file_reports_that_up_stops_it_again(deployed: Workspace) -> None:
    deployed.configure(configuration(deployed.world, provisioning={"status": "off"}))
    assert deployed.up().code == 0

    said = look(deployed, "start", "--no-wait")

    assert said.code == 0
    assert "cycle: not ended yet; `scimctl status --watch` shows when it has" in said.out
    assert "status is off, so the next `pulumi up --refresh` stops it again" in said.out
    assert look(deployed, "status").code == 7
    deployed.configure(configuration(deployed.world, provisioning={"status": "on"}))
    assert "and the stack declares off; on with the next `pulumi up`" in look(deployed, "status").out


def test_a_start_ends_a_quarantine_whose_reason_is_repaired_and_reports_a_quarantine_that_stays(
    here: Workspace, application: Application
) -> None:
    application.save("another-token")
    application.cycle()

    failed = look(here, "start")
    assert failed.code == 7
    assert "provisioning was in quarantine and is started again" in failed.out
    assert "cycle: failed: SystemForCrossDomainIdentityManagementCredentialValidationFailure: GreenLake" in failed.out

    application.save()
    healed = look(here, "start", "--json")
    assert (healed.code, healed.data["cycle"]["state"]) == (0, "Succeeded")


def test_a_restart_looks_at_everybody_anew_and_shows_what_fails(here: Workspace, application: Application) -> None:
    since = last_request(here)
    said = look(here, "restart", "--yes")
    assert (said.code, posts(here, "restart", since)) == (0, 1)
    assert "provisioning is restarted: everybody is looked at anew\ncycle: ended, " in said.out
    reads = [one for one in here.world.pushes(since) if one["method"] == "GET"]
    assert len(reads) > 9

    new_member(application, "fails@restart.example")
    here.world.fail({"service": "scim", "method": "POST", "path": "/Users$", "status": 409, "times": 9})
    failing = look(here, "restart", "--yes", "--json")
    assert (failing.code, failing.data["cycle"]["failing"]) == (7, 1)


def test_a_full_restart_matches_everybody_again_and_warns(here: Workspace, application: Application) -> None:
    said = look(here, "restart", "--full", "--yes")

    assert said.code == 0, said.out
    assert said.out.startswith("provisioning is restarted: everybody is looked at anew and matched again")
    assert application.status()["lastExecution"]["state"] == "Succeeded"


def test_a_cycle_that_takes_longer_than_the_wait_is_not_a_failure(here: Workspace, application: Application) -> None:
    new_member(application, "slow@restart.example")
    here.world.fail({"service": "scim", "path": "/Users", "delay_s": 4, "action": "delay", "times": 1000})

    said = look(here, "restart", "--yes", "--wait", "1s")

    assert said.code == 0
    assert "cycle: not ended yet" in said.out
