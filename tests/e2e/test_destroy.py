"""Destroy leaves nothing alive that could push or log in, and prod cannot be destroyed by accident."""

import pytest

from tests.e2e.conftest import Make
from tests.e2e.test_up import last, writes
from tests.e2e.workspace import Workspace

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("delete", ["supported", "refused"])
def test_destroy_leaves_no_live_token_app_or_job_and_the_users_stay(deployed: Workspace, delete: str) -> None:
    deployed.world.set(delete=delete)
    token = deployed.outputs()["token_fingerprint"]
    done = deployed.destroy()
    assert done.code == 0, done.text
    seen = deployed.world.control("GET")
    alive = [each for each in seen["tokens"] if each["live"]]
    assert not any(each["fingerprint"].startswith(token) for each in alive)
    assert (alive == []) is (delete == "supported")
    assert seen["jobs"] == []
    assert seen["provisioned"]["users"] > 0
    assert deployed.destroy().code == 0


def test_a_destroy_of_prod_sends_no_write_at_all_with_and_without_a_preview(make: Make) -> None:
    workspace = make(stack="prod", protect=True)
    assert workspace.up().code == 0
    since = last(workspace)
    for arguments in ([], ["--skip-preview"]):
        refused = workspace.pulumi("destroy", "--yes", *arguments)
        assert refused.code != 0
        assert "protect" in refused.text
    assert writes(workspace, since) == []
    assert workspace.preview("--refresh").code == 0
