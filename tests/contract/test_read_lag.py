"""How the stand-in waits for what it wrote: not at all if it is read at once, else until five reads in a row agree."""

import asyncio
from dataclasses import replace

import pytest

from azuread_stand_in.client.waiting import QUICK, settle
from azuread_stand_in.errors import StandInError
from azuread_stand_in.protocol import messages
from azuread_stand_in.provider import StandIn
from azuread_stand_in.values import wrapped
from tests.contract.graph_world import GROUP, USER_ROLE, Body, Fault, GraphStub

_URN = "urn:pulumi:dev::contract::"


class _NotReadYet(dict[str, Body]):
    """Assignments that are there, and that no read finds."""

    def __contains__(self, key: object) -> bool:
        return False


@pytest.fixture(autouse=True)
def without_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("azuread_stand_in.client.waiting.QUICK", replace(QUICK, gap_s=0))


def _polls(answers: str) -> int:
    """Count the polls that are sent while they are answered so: + is good, - is not, the last one goes on."""
    sent = 0

    async def good() -> bool:
        nonlocal sent
        sent += 1
        return answers[min(sent, len(answers)) - 1] == "+"

    asyncio.run(settle(good, "timed out"))
    return sent


@pytest.mark.parametrize(("answers", "polls"), [("+", 1), ("-+", 6), ("--+", 7), ("-++-+", 9), ("-++++-+", 11)])
def test_a_write_that_is_not_read_at_once_is_there_when_five_reads_in_a_row_report_it(answers: str, polls: int) -> None:
    assert _polls(answers) == polls


def test_a_write_that_is_never_read_ends_in_an_error() -> None:
    with pytest.raises(StandInError, match="timed out"):
        _polls("-")


def test_a_job_that_is_not_read_at_once_is_waited_for_and_made_once(stand_in: StandIn, graph: GraphStub) -> None:
    principal = f"/servicePrincipals/{graph.add_principal()}"
    inputs = wrapped({"servicePrincipalId": principal, "templateId": "scim", "enabled": False})
    job = f"/jobs/scim.{principal.rpartition('/')[2]}"
    graph.faults = [Fault("GET", job, 404, times=2)]
    urn = f"{_URN}azuread:index/synchronizationJob:SynchronizationJob::job"
    asyncio.run(stand_in.create(messages.CreateRequest(urn=urn, properties=inputs)))
    assert [each.method for each in graph.asked if "/synchronization/" in each.path].count("POST") == 1


def test_an_assignment_that_is_not_read_at_once_fails_and_stays_in_graph_as_with_the_real_plugin(
    stand_in: StandIn, graph: GraphStub
) -> None:
    principal = graph.add_principal()
    wanted = {"appRoleId": USER_ROLE, "principalObjectId": GROUP, "resourceObjectId": principal}
    urn = f"{_URN}azuread:index/appRoleAssignment:AppRoleAssignment::group"
    graph.assignments = _NotReadYet()
    with pytest.raises(StandInError, match="expected non-nil error with nil state"):
        asyncio.run(stand_in.create(messages.CreateRequest(urn=urn, properties=wrapped(wanted))))
    assert len(graph.assignments) == 1
