"""Provisioning does not wait for the azuread plugin, which polls for 20 s after each application, job and secret."""

from datetime import datetime
from typing import Any

import pytest

from tests.e2e.conftest import Make
from tests.e2e.workspace import Workspace
from tests.full import only_in_full

pytestmark = pytest.mark.engine

_REAL = only_in_full("takes two minutes")
_POLL_S = [pytest.param(2, id="two fifths as long"), pytest.param(5, id="as long as the real plugin", marks=_REAL)]


def _seconds(request: dict[str, Any], since: dict[str, Any]) -> float:
    moments = [datetime.fromisoformat(each["at"].replace("Z", "+00:00")) for each in (since, request)]
    return (moments[1] - moments[0]).total_seconds()


def _sent(workspace: Workspace, method: str, ending: str) -> list[dict[str, Any]]:
    return [each for each in workspace.world.requests() if each["method"] == method and each["path"].endswith(ending)]


@pytest.mark.parametrize("poll_s", _POLL_S)
def test_provisioning_is_on_after_application_and_job_while_the_plugin_still_waits_for_the_secret(
    make: Make, poll_s: int
) -> None:
    workspace = make()
    done = workspace.up(AZUREAD_STAND_IN_POLL_S=str(poll_s))
    assert done.code == 0, done.text
    (made,), (job,), (start,) = (
        _sent(workspace, "POST", ending) for ending in ("/instantiate", "/synchronization/jobs", "/start")
    )
    polls = _sent(workspace, "GET", "/secrets")
    assert _seconds(job, made) >= 4 * poll_s
    assert _seconds(start, job) >= 4 * poll_s
    assert _seconds(polls[-1], start) > poll_s
    assert _seconds(start, made) <= 8 * poll_s + 6
    clean = workspace.preview("--refresh")
    assert clean.code == 0, clean.text
