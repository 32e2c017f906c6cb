"""Two tenants and workspaces side by side: with the credentials of one, no command on the other's stack reaches it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providers.greenlake.token_properties import fingerprint
from tests.e2e.workspace import TENANT_KEY, Run, Workspace, configuration, writes
from tests.full import only_in_full
from tests.sandbox.driver import Sandbox, World

pytestmark = pytest.mark.engine

full = only_in_full("the same for each command")
COMMANDS = {
    "preview": ("preview",),
    "preview --refresh": ("preview", "--refresh"),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "up": ("up", "--yes", "--skip-preview"),
    "up --refresh": ("up", "--yes", "--skip-preview", "--refresh"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
QUICK = {("refresh", "theirs"), ("up --refresh", "of both"), ("destroy", "of both"), ("refresh", "of both")}
CASES = [
    pytest.param(command, client, marks=[] if (command, client) in QUICK else full)
    for command in COMMANDS
    for client in ("theirs", "theirs without a tenant", "of both")
]


@pytest.fixture(scope="module")
def other(sandbox: Sandbox, up: Workspace) -> Iterator[World]:
    """Another tenant and workspace, in which the client of the stack's tenant is known, too; its token is in use."""
    made = sandbox.make_world("other-tenant", {"guest_clients": [up.world.about["client_id"]]})
    made.new_proxy_token()
    yield made
    sandbox.control("DELETE", f"/worlds/{made.name}")


def signed_in(other: World, client: str) -> dict[str, str]:
    """Return what the environment holds of Entra."""
    theirs = {name: value for name, value in other.environ().items() if name.startswith("ARM_")}
    return {
        "theirs": theirs,
        "theirs without a tenant": {**theirs, "ARM_TENANT_ID": ""},
        "of both": {"ARM_TENANT_ID": other.tenant_id},
    }[client]


def known(workspace: Workspace) -> dict[str, str]:
    """Return the id of each resource in state."""
    return {each["urn"]: str(each.get("id")) for each in workspace.resources()}


@pytest.mark.parametrize(("command", "client"), CASES)
def test_no_command_reaches_another_tenant_or_loses_anything_from_state(
    up: Workspace, other: World, command: str, client: str
) -> None:
    before, began, ours = known(up), other.last_request(), up.world.last_request()

    done = up.pulumi(*COMMANDS[command], **signed_in(other, client))

    assert done.code == 1, done.text
    assert known(up) == before
    assert writes(other, began) == writes(up.world, ours) == []
    assert "up --refresh" not in done.text
    if client != "theirs without a tenant":
        assert f"{up.world.tenant_id}, and ARM_TENANT_ID names {other.tenant_id}" in done.text


def test_a_stack_file_that_names_another_tenant_moves_nothing_there(deployed: Workspace, other: World) -> None:
    written, before, began = deployed.stack_file.read_text(), known(deployed), other.last_request()
    theirs = signed_in(other, "theirs")
    deployed.stack_file.write_text(written.replace(deployed.world.tenant_id, other.tenant_id))

    stopped = deployed.up(**theirs)
    refreshed = deployed.pulumi(*COMMANDS["refresh"], **theirs)
    deployed.stack_file.write_text(written)

    assert (stopped.code, refreshed.code) == (1, 1)
    assert f"this stack was deployed to the Entra tenant {deployed.world.tenant_id}" in stopped.text
    assert known(deployed) == before
    assert writes(other, began) == []
    assert deployed.preview("--refresh").code == 0


def test_a_stack_of_before_takes_its_tenant_without_a_replacement_also_if_it_is_protected(
    deployed: Workspace,
) -> None:
    deployed.configure(configuration(deployed.world, protect=True))
    assert deployed.up().code == 0
    _forget_tenant(deployed)
    urns = set(known(deployed))

    preview = deployed.pulumi("preview", "--refresh", "--diff")
    done = deployed.up("--refresh")

    assert (preview.code, done.code) == (0, 0), done.text
    assert _replaced(preview) == _replaced(done) == []
    assert set(known(deployed)) == urns
    assert deployed.preview("--refresh").code == 0


def _forget_tenant(workspace: Workspace) -> None:
    """Bring state to what an earlier version, which knew no tenant, would have written."""

    def forget(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for each in resources:
            for side in ("inputs", "outputs"):
                for key in ("tenant_id", "tenantId", "schema_version", "workspace", "workspace_claims"):
                    each.get(side, {}).pop(key, None)
        return resources

    _edit_state(workspace, forget)


def _lose_azuread(workspace: Workspace) -> None:
    """Take out of state what the real plugin reads for itself, as its refresh does in a tenant that lacks it."""

    def lose(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = [each for each in resources if not each["type"].startswith("azuread:")]
        urns = {each["urn"] for each in kept}
        for each in kept:
            needed: list[str] = each.get("dependencies") or []
            each["dependencies"] = [urn for urn in needed if urn in urns]
            by_property: dict[str, list[str] | None] = each.get("propertyDependencies") or {}
            each["propertyDependencies"] = {
                name: [urn for urn in those or [] if urn in urns] for name, those in by_property.items()
            }
        return kept

    _edit_state(workspace, lose)


def _edit_state(workspace: Workspace, edited: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    exported = json.loads(workspace.pulumi("stack", "export", "--stack", workspace.stack).text)
    exported["deployment"]["resources"] = edited(exported["deployment"]["resources"])
    file = workspace.root / "edited.json"
    file.write_text(json.dumps(exported))
    imported = workspace.pulumi("stack", "import", "--file", str(file), "--stack", workspace.stack)
    assert imported.code == 0, imported.text


def _replaced(run: Run) -> list[str]:
    return [line for line in run.text.splitlines() if "replace" in line]


def test_the_state_of_before_is_not_lost_to_a_refresh_in_another_tenant(deployed: Workspace, other: World) -> None:
    _forget_tenant(deployed)
    before, began = set(known(deployed)), other.last_request()

    done = deployed.pulumi(*COMMANDS["refresh"], **signed_in(other, "theirs"))

    assert done.code == 1, done.text
    assert {urn for urn in before - set(known(deployed)) if "dynamic/entra" in urn} == set()
    assert writes(other, began) == []


def test_what_a_refresh_in_another_tenant_took_out_of_state_comes_back_and_no_second_application_is_made(
    deployed: Workspace,
) -> None:
    before, began = known(deployed), deployed.world.last_request()
    _lose_azuread(deployed)

    done = deployed.up()

    assert done.code == 0, done.text
    assert known(deployed) == before
    assert {each.rpartition("/")[2] for each in writes(deployed.world, began)} == {"secrets"}
    assert deployed.preview("--refresh").code == 0


def test_a_stack_without_its_tenant_is_asked_for_it_by_its_value(up: Workspace) -> None:
    written = up.stack_file.read_text()
    up.stack_file.write_text("\n".join(line for line in written.splitlines() if TENANT_KEY not in line))
    try:
        said = up.scimctl("token", "status", ARM_TENANT_ID="")
        done = up.pulumi("preview")
    finally:
        up.stack_file.write_text(written)

    command = f"pulumi config set azuread:tenantId {up.world.tenant_id} --stack {up.stack}"
    assert said.code == done.code == 1
    assert f"this stack was deployed to {up.world.tenant_id}: run `{command}`" in said.err
    assert command in done.text


def test_no_token_is_rotated_or_deleted_in_another_workspace(deployed: Workspace, other: World) -> None:
    theirs = {name: value for name, value in other.environ().items() if name.startswith("HPEGL_")}
    began, token = other.last_request(), deployed.outputs()["token_fingerprint"]
    deployed.configure(configuration(deployed.world, token={"every": "60d", "rotateWhenChanged": {"a": "1"}}))

    rotated, destroyed = deployed.up(**theirs), deployed.destroy(**theirs)

    for done in (rotated, destroyed):
        assert done.code == 1
        assert f"the bearer is of the workspace {other.about['workspace_id']}" in done.text
    assert writes(other, began) == []
    assert fingerprint(deployed.token()) == token
    assert [each["fingerprint"] for each in deployed.world.control("GET")["tokens"] if each["live"]] == [token]
