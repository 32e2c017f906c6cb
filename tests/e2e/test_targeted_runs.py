"""`up --target` and `--exclude` may leave out what saves a new token: such a run never ends well."""

from typing import Any

import pytest

from tests.e2e.workspace import Workspace, configuration

pytestmark = pytest.mark.engine

_ROTATES: dict[str, Any] = {"token": {"every": "60d", "rotateWhenChanged": {"reason": "x"}, "removeCurrent": True}}


def test_a_rotation_alone_ends_with_an_error_and_the_next_whole_run_saves_the_token(deployed: Workspace) -> None:
    before = deployed.outputs()["token_fingerprint"]
    (token,) = [each["urn"] for each in deployed.resources() if each["type"].endswith(":ScimProxyToken")]
    deployed.configure(configuration(deployed.world, **_ROTATES))

    alone = deployed.up("--target", token)
    whole = deployed.up()

    assert alone.code == 1
    (line,) = alone.errors
    assert "is not saved in Entra, because --target or --exclude left that out: run `pulumi up` without them" in line
    assert whole.code == 0, whole.text
    assert deployed.outputs()["token_fingerprint"] != before
    assert deployed.preview("--refresh").code == 0
