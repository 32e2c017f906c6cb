import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from providers.entra.graph.provisioning_log import ProvisioningLog, pause
from providers.errors import ForbiddenError, UnreachableError
from providers.timestamps import from_text, now
from tests.providers.calling import soon
from tests.providers.tls_service import Service, answer
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

HOUR = timedelta(hours=1)


def test_what_was_done_for_one_application_comes_newest_first(application: Application) -> None:
    first, second = application.new_user(), application.new_user()
    for user in (first, second):
        application.assign(user)
        application.cycle()
    logs = ProvisioningLog(application.world.tenant_id, soon(60))

    found = [each for page in logs.entries(application.service_principal, now() - HOUR) for each in page]
    assert [each["sourceIdentity"]["id"] for each in found] == [second, first]

    assert list(logs.entries("another", now() - HOUR)) == [[]]
    assert list(logs.entries(application.service_principal, now() + HOUR)) == [[]]


def test_it_is_asked_for_by_application_and_time_in_pages(as_graph: Service) -> None:
    as_graph.answers(
        answer(200, {"value": [{"id": "1"}], "@odata.nextLink": f"{as_graph.url}/v1.0/next"}),
        answer(200, {"value": [{"id": "2"}]}),
    )

    pages = list(ProvisioningLog("tenant", soon(60), {}).entries("sp", from_text("2026-11-01T00:00:00Z")))

    assert [[one["id"] for one in page] for page in pages] == [["1"], ["2"]]
    assert as_graph.seen[0].target == (
        "/v1.0/auditLogs/provisioning?$filter=servicePrincipal%2Fid%20eq%20%27sp%27%20and%20"
        "activityDateTime%20gt%202026-11-01T00%3A00%3A00Z&$orderby=activityDateTime%20desc&$top=500"
    )


@pytest.mark.parametrize(
    ("asked", "at", "seconds"),
    [([], 100, 0), ([100, 101, 102, 103], 103, 0), ([100, 101, 102, 103, 104], 104, 6), ([1, 2, 3, 4, 5], 12, 0)],
)
def test_no_more_than_five_requests_are_made_in_ten_seconds(asked: list[float], at: float, seconds: float) -> None:
    assert pause(asked, at) == seconds


def test_many_pages_wait_for_their_turn_and_end_at_the_deadline(
    as_graph: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    clock = SimpleNamespace(sleep=waits.append, monotonic=lambda: time.monotonic() + sum(waits))
    for module in ("entra.graph.provisioning_log", "http.deadline", "http.transport"):
        monkeypatch.setattr(f"providers.{module}.time", clock)
    as_graph.answers(answer(200, {"value": [], "@odata.nextLink": f"{as_graph.url}/v1.0/again"}))

    with pytest.raises(UnreachableError, match="no time is left"):
        list(ProvisioningLog("tenant", soon(9), {}).entries("sp", now()))

    assert len(as_graph.seen) == 5


def test_a_missing_permission_is_named_with_the_licence(here: World) -> None:
    here.set(permissions=["Synchronization.ReadWrite.All"])

    with pytest.raises(ForbiddenError, match=r"ProvisioningLog\.Read\.All \(or AuditLog\.Read\.All\) .* Entra ID P1$"):
        list(ProvisioningLog(here.tenant_id, soon(60)).entries("sp", now()))
