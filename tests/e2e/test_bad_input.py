"""Bad input is one line a problem, with the key and what is allowed; the next `up` goes on from there."""

from typing import Any

import pytest

from tests.e2e.conftest import Make
from tests.e2e.workspace import Workspace, configuration, writes

pytestmark = pytest.mark.engine

Json = dict[str, Any]


@pytest.fixture(scope="module")
def fresh(make: Make) -> Workspace:
    """A workspace in which nothing ever succeeds."""
    return make()


def test_static_problems_are_reported_at_once_a_line_each_and_nothing_is_sent(fresh: Workspace) -> None:
    wrong: Json = {
        "greenlake": {"apiUrl": "http://sps.us1.greenlake-hpe.com"},
        "token": {"every": "60", "renewbefore": "30d"},
        "provisioning": {"deleteThreshold": "many"},
        "access": {"groups": ["Admins", "admins"]},
        "grenlake": {},
    }
    fresh.configure(wrong)
    since = fresh.world.last_request()
    refused = fresh.up()
    assert refused.code == 1
    keys = {
        "greenlake.apiUrl", "token.every", "token.renewbefore", "provisioning.deleteThreshold", "access.groups",
        "grenlake",
    }  # fmt: skip
    assert {each.split(": ")[1] for each in refused.errors} == keys, refused.text
    assert "Traceback" not in refused.text
    assert fresh.world.requests(since) == []


def test_an_encrypted_value_and_a_misspelt_namespace_are_refused_by_up_and_scimctl_before_anything_is_sent(
    fresh: Workspace,
) -> None:
    fresh.configure(configuration(fresh.world))
    path = "greenlake-scim:token.rotateWhenChanged.ticket"
    assert fresh.pulumi("config", "set", "--secret", "--path", path, "canary-ticket").code == 0
    file = fresh.stack_file
    file.write_text(file.read_text().replace("config:\n", "config:\n  greenlake_scim:protect: true\n"))
    since = fresh.world.last_request()

    refused, said = fresh.up(), fresh.scimctl("status")

    lines = {"token: holds an encrypted value", "greenlake_scim:protect: is a key that nothing reads"}
    for words in lines:
        assert any(words in each for each in refused.errors), refused.text
        assert words in said.err
    assert (refused.code, said.code, len(refused.errors)) == (1, 1, 2), refused.text
    assert "canary-ticket" not in refused.text + said.err
    assert fresh.world.requests(since) == []


def test_a_group_of_any_name_is_found_and_shown_in_a_locale_without_unicode(up: Workspace) -> None:
    name = "J\u00fcrgens Gruppe \U0001f389"
    group = {"displayName": name, "mailNickname": "jg", "mailEnabled": False, "securityEnabled": True}
    with up.world.graph("admin_client") as graph:
        graph.post("groups", json=group).raise_for_status()
    up.configure(configuration(up.world, access={"groups": [name]}))
    locale = {"LC_ALL": "POSIX", "LANG": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    previewed = up.preview(**locale)
    drift = up.scimctl("drift", **locale, PYTHONIOENCODING="ascii")
    up.configure(configuration(up.world))

    assert "no security group" not in previewed.text
    assert "Traceback" not in previewed.text + drift.err
    assert (previewed.code, drift.code) == (7, 0), drift.err
    assert "rgens Gruppe" in drift.out


def test_no_azure_credential_is_one_line_before_anything_is_sent(fresh: Workspace) -> None:
    fresh.configure(configuration(fresh.world))
    since = fresh.world.last_request()
    refused = fresh.up(ARM_CLIENT_SECRET="")
    assert refused.code == 1
    assert len(refused.errors) == 1, refused.text
    assert "no credential for Entra" in refused.errors.pop()
    assert fresh.world.requests(since) == []


def test_a_missing_passphrase_is_reported_before_anything_is_sent(fresh: Workspace) -> None:
    since = fresh.world.last_request()
    refused = fresh.up(PULUMI_CONFIG_PASSPHRASE="")
    assert refused.code != 0
    assert "PULUMI_CONFIG_PASSPHRASE" in refused.text
    assert fresh.world.requests(since) == []


def test_no_bearer_is_one_line_that_shows_what_to_do(fresh: Workspace) -> None:
    fresh.configure(configuration(fresh.world))
    refused = fresh.up(HPEGL_USER_ID="", HPEGL_USER_SECRET="", HPEGL_IAM_SERVICE_URL="")
    assert refused.code == 1
    assert len(refused.errors) == 1, refused.text
    assert "no bearer for HPE" in refused.errors.pop()
    assert [each for each in fresh.world.requests() if each["service"] == "proxytoken"] == []


def test_each_remote_problem_is_reported_in_turn_and_once_all_are_mended_up_goes_on_from_there(make: Make) -> None:
    workspace = make(access={"groups": ["GreenLake Administrators", "Nobody", "Nowhere"]})
    world = workspace.world
    everything = world.control("GET")["settings"]["permissions"]

    since = workspace.world.last_request()
    missing = workspace.up()
    assert missing.code == 1
    assert len(missing.errors) == 2, missing.text
    for name in ("Nobody", "Nowhere"):
        assert [each for each in missing.errors if f'"{name}"' in each], missing.text
    assert writes(workspace.world, since) == []

    workspace.configure(configuration(world))
    assert "tenant" in refusal(workspace, ARM_TENANT_ID="00000000-0000-0000-0000-00000000dead").lower()

    world.set(scim_proxy_role=False)
    said = refusal(workspace)
    for word in ("SCIM Proxy Token Contributor", "All Resources", "greenlake.service.user"):
        assert word in said

    lacking = [each for each in everything if each != "Synchronization.ReadWrite.All"]
    world.set(scim_proxy_role=True, permissions=lacking)
    assert "grant the client that signs in the application permission Synchronization.ReadWrite.All" in refusal(
        workspace
    )

    world.set(permissions=everything)
    done = workspace.up()
    assert done.code == 0, done.text


def refusal(workspace: Workspace, **environ: str) -> str:
    """Run into a problem and return what was printed."""
    run = workspace.up(**environ)
    assert run.code == 1
    assert "Traceback" not in run.text
    return run.text
