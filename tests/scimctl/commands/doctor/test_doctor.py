"""Everything that the first `up` needs is looked at before it, and each problem is reported by itself."""

from typing import Any

import pytest

from providers.timestamps import now
from sandbox.by_hand.administrator import signed_in
from scimctl.cli import main
from tests.e2e.conftest import Make
from tests.e2e.workspace import Said, Workspace
from tests.providers.jwts import unsigned_jwt
from tests.scimctl.commands.adopt.tenants import as_the_post_says
from tests.scimctl.looking import look

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def fresh(make: Make) -> Workspace:
    """A stack of which nothing is deployed; a test that breaks its world repairs it."""
    return make()


def wrong(said: Said) -> dict[str, str]:
    """Return the verdicts that are not ok, by id; which azuread plugin is used is the machine's matter."""
    found = [one for one in said.data["checks"] if one["id"] != "azuread"]
    return {one["id"]: one["verdict"] for one in found if one["verdict"] != "ok"}


def check(said: Said, id_: str) -> dict[str, Any]:
    return next(one for one in said.data["checks"] if one["id"] == id_)


def test_before_the_first_up_all_is_well_but_the_role_which_nothing_shows(fresh: Workspace) -> None:
    said = look(fresh, "doctor", "--json")

    assert said.code == 0
    assert wrong(said) == {"greenlake.role": "unknown"}
    assert check(said, "stack")["says"] == "test, not deployed yet"
    assert check(said, "app")["says"] == "HPE GreenLake SCIM will be made"
    assert len([one for one in said.data["checks"] if one["id"].startswith("graph.")]) == 6


def test_each_missing_permission_is_named(fresh: Workspace) -> None:
    fresh.world.set(permissions=["Application.ReadWrite.All", "Group.Read.All"])
    said = look(fresh, "doctor", "--json")
    fresh.world.set(permissions=fresh.world.about["settings"]["permissions"])

    assert said.code == 7
    assert wrong(said) == {
        "graph.AppRoleAssignment.ReadWrite.All": "problem",
        "graph.Synchronization.ReadWrite.All": "problem",
        "graph.User.Read.All": "warning",
        "graph.ProvisioningLog.Read.All": "warning",
        "greenlake.role": "unknown",
    }


@pytest.mark.parametrize(("status", "says"), [(401, "does not accept the bearer"), (403, "may not manage")])
def test_a_bearer_or_role_that_is_refused_is_a_problem(fresh: Workspace, status: int, says: str) -> None:
    fresh.world.fail({"service": "proxytoken", "method": "GET", "path": "proxytoken", "status": status})
    said = look(fresh, "doctor", "--json")
    fresh.world.fail()

    assert said.code == 7
    assert wrong(said) == {"greenlake.role": "problem"}
    assert says in check(said, "greenlake.role")["says"]


def test_an_old_bearer_and_a_wrong_secret_are_two_problems_and_neither_is_shown(fresh: Workspace) -> None:
    old = unsigned_jwt({"iat": now().timestamp() - 1000, "exp": now().timestamp() - 100})
    said = look(fresh, "doctor", "--json", HPEGL_IAM_TOKEN=old, ARM_CLIENT_SECRET="wrong-canary-secret")

    assert said.code == 7
    assert {id_ for id_, verdict in wrong(said).items() if verdict == "problem"} == {"entra", "greenlake.bearer"}
    assert "expired" in check(said, "greenlake.bearer")["says"]
    assert "check ARM_CLIENT_SECRET" in check(said, "entra")["says"]
    assert check(said, "app")["says"] == "not looked up: see entra"
    assert old not in said.out + said.err
    assert "wrong-canary-secret" not in said.out + said.err


def test_what_the_file_names_is_looked_up(make: Make) -> None:
    names = ["Nobody Knows", "Project Phoenix", "GreenLake Viewers"]
    said = look(make(app={"name": "SSO-Integration"}, access={"groups": names}), "doctor", "--json")

    assert said.code == 7
    assert wrong(said) == {
        "app": "warning",
        "access.groups.Nobody Knows": "problem",
        "access.groups.Project Phoenix": "problem",
        "greenlake.role": "unknown",
    }


def test_an_application_of_another_name_that_provisions_to_the_same_address_is_reported_without_a_warning(
    make: Make,
) -> None:
    by_hand = make(app={"name": "A new name"})
    with signed_in(by_hand.world.about, by_hand.world.sandbox.tls) as administrator:
        as_the_post_says(administrator)
    found = [one for one in look(by_hand, "doctor", "--json").data["checks"] if one["id"] == "app"]

    assert [one["verdict"] for one in found] == ["ok", "unknown"]
    assert "run `scimctl adopt --app SSO-Integration`, which takes over" in found[1]["todo"]


def test_a_stack_file_with_mistakes_is_a_problem_for_each(make: Make) -> None:
    said = look(make(token={"every": "60"}, access={}), "doctor", "--json")

    assert said.code == 7
    assert [one["verdict"] for one in said.data["checks"] if one["id"] == "stack"] == ["problem", "problem"]
    assert check(said, "python")["verdict"] == "ok"


def test_once_deployed_only_a_rotation_needs_a_bearer(up: Workspace) -> None:
    said = look(up, "doctor", "--json", HPEGL_USER_ID="", HPEGL_USER_SECRET="", HPEGL_IAM_SERVICE_URL="")

    assert said.code == 0
    assert wrong(said) == {"greenlake.bearer": "warning"}
    assert check(said, "app")["says"].startswith("HPE GreenLake SCIM is there")
    assert "rotates in 59 days" in check(said, "token")["says"]


def test_without_an_engine_that_is_the_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    assert main(["doctor"]) == 7
    printed = capsys.readouterr().out
    assert printed.startswith("problem  pulumi            pulumi is not on PATH")
