"""A rotation gets the new token into Entra, tests it there and ends the old one, in both modes."""

from typing import Any

import httpx
import pytest

from tests.e2e.workspace import Workspace, configuration
from tests.full import only_in_full

pytestmark = pytest.mark.engine
full = only_in_full("the same as with overlap")


def configure(workspace: Workspace, **token: Any) -> None:
    workspace.configure(configuration(workspace.world, token={"every": "60d", **token}))


def accepted(workspace: Workspace, token: str) -> bool:
    url = f"{workspace.world.about['greenlake']}/v1alpha1/scimproxy/Users"
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(url, params={"count": 1}, headers=headers, verify=workspace.world.sandbox.tls)
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


@pytest.mark.parametrize("remove_current", [False, True])
def test_a_changed_trigger_rotates_and_the_new_token_is_in_entra_and_tested(
    deployed: Workspace, remove_current: bool
) -> None:
    old, before = deployed.token(), deployed.outputs()

    configure(deployed, removeCurrent=remove_current, rotateWhenChanged={"reason": "an administrator left"})
    rotated = deployed.up()
    assert rotated.code == 0, rotated.text
    assert "rotated: trigger changed: reason" in rotated.text

    after = deployed.outputs()
    assert after["token_generation"] == before["token_generation"] + 1
    assert after["token_fingerprint"] != before["token_fingerprint"]
    assert not accepted(deployed, old)
    assert accepted(deployed, deployed.token())
    cycle = deployed.world.control("POST", f"/jobs/{after['job_id']}/cycle")
    assert cycle["execution"]["state"] == "Succeeded"
    clean = deployed.preview("--refresh")
    assert clean.code == 0, clean.text


def test_a_preview_shows_why_it_will_rotate_and_needs_no_bearer(deployed: Workspace) -> None:
    configure(deployed, rotateWhenChanged={"quarter": "4"})
    seen = deployed.preview(HPEGL_USER_ID="", HPEGL_USER_SECRET="")
    assert seen.code == 7
    assert "to be rotated: trigger changed: quarter" in seen.text


@pytest.mark.parametrize("remove_current", [False, pytest.param(True, marks=full)])
def test_a_failed_secret_put_that_a_refresh_hides_is_found_and_healed(
    deployed: Workspace, remove_current: bool
) -> None:
    configure(deployed, removeCurrent=remove_current, rotateWhenChanged={"once": "more"})
    # azuread's save and our own beside it
    fault = {"service": "graph", "method": "PUT", "path": "/synchronization/secrets", "times": 2, "status": 400}
    deployed.world.control("PUT", "/faults", [fault])
    assert deployed.up().code == 1
    deployed.world.control("PUT", "/faults", [])
    assert deployed.pulumi("refresh", "--yes", "--skip-preview").code == 0
    cycle = deployed.world.control("POST", f"/jobs/{deployed.outputs()['job_id']}/cycle")
    # With overlap Entra goes on with the old token; without, HPE's documented disruption has begun.
    assert (cycle["execution"]["state"] == "Succeeded") is not remove_current
    seen = deployed.preview("--refresh")
    assert seen.code == 7, seen.text
    healed = deployed.up("--refresh")
    assert healed.code == 0, healed.text
    clean = deployed.preview("--refresh")
    assert clean.code == 0, clean.text
    cycle = deployed.world.control("POST", f"/jobs/{deployed.outputs()['job_id']}/cycle")
    assert cycle["execution"]["state"] == "Succeeded"
