"""What the engine makes of a token that is to be replaced, and of another address of the same service."""

import pytest

from providers.resource_types import SECRET
from tests.e2e.test_rotation import accepted, configure
from tests.e2e.workspace import Workspace, configuration

pytestmark = pytest.mark.engine


def test_replace_stops_before_anything_is_sent_and_names_the_command_that_rotates(deployed: Workspace) -> None:
    configure(deployed, adoptExisting=True)
    (token,) = [each["urn"] for each in deployed.resources() if each["type"].endswith(":ScimProxyToken")]
    since = deployed.world.last_request()

    stopped = deployed.up("--replace", token, GREENLAKE_ADOPT_ONCE="true")

    assert stopped.code == 1, stopped.text
    assert "run `scimctl token rotate` instead" in stopped.text
    assert [each for each in deployed.world.requests(since) if each["service"] == "proxytoken"] == []
    assert accepted(deployed, deployed.token())
    again = deployed.up()
    assert again.code == 0, again.text


def test_replaced_credentials_are_saved_and_never_emptied(deployed: Workspace) -> None:
    (secret,) = [each["urn"] for each in deployed.resources() if each["type"] == SECRET]

    replaced = deployed.up("--replace", secret)

    assert replaced.code == 0, replaced.text
    clean = deployed.preview("--refresh")
    assert clean.code == 0, clean.text


def test_another_address_of_the_same_service_is_followed_without_a_rotation(deployed: Workspace) -> None:
    address = deployed.world.about["greenlake"].replace("127.0.0.1", "localhost")
    before, since = deployed.outputs()["token_fingerprint"], deployed.world.last_request()
    deployed.configure(configuration(deployed.world, greenlake={"apiUrl": address}))

    followed = deployed.up()

    assert followed.code == 0, followed.text
    assert deployed.outputs()["token_fingerprint"] == before
    assert deployed.outputs()["tenant_url"] == f"{address}/v1alpha1/scimproxy"
    assert [each for each in deployed.world.requests(since) if each["service"] == "proxytoken"] == []
    clean = deployed.preview("--refresh")
    assert clean.code == 0, clean.text


def test_a_rotation_whose_answer_cannot_be_read_fails_the_run_and_the_next_ones_keep_the_token_in_use(
    deployed: Workspace,
) -> None:
    old = deployed.token()
    deployed.world.set(token_shape="unusual", second_rotation="shifts")
    configure(deployed, rotateWhenChanged={"quarter": "1"})

    failed = deployed.up()
    assert failed.code == 1, failed.text
    assert "holds no token under a known name (fields: result, secret, status, until)" in failed.text
    assert "then run `scimctl token rotate`" in failed.text

    kept = deployed.up()
    assert kept.code == 0, kept.text
    assert accepted(deployed, old)
    assert deployed.preview().code == 7

    fields = {"apiUrl": deployed.world.about["greenlake"], "tokenField": "result.secret"}
    token = {"every": "60d", "rotateWhenChanged": {"quarter": "1", "scimctl": "now"}}
    deployed.configure(configuration(deployed.world, greenlake=fields, token=token))
    rotated = deployed.up()
    assert rotated.code == 0, rotated.text
    assert accepted(deployed, deployed.token())
    assert deployed.preview("--refresh").code == 0
