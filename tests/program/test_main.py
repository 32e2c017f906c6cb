"""The whole program, with mocks instead of the engine and of all providers."""

import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from stacks.config import TENANT_KEY
from tests.program.mocked_run import SERVICE_PRINCIPAL, TENANT, USER_ROLE, Directory, Run, run

_PROJECT = Path(__file__).parents[2]
_MAIN = _PROJECT / "__main__.py"
_GROUPS = ("GreenLake Administrators", "GreenLake Operators", "GreenLake Viewers")


def _program() -> None:
    runpy.run_path(str(_MAIN), run_name="__main__")


def _objects() -> dict[str, Any]:
    groups = {name: {"id": f"id of {name}", "displayName": name} for name in _GROUPS}
    principal = {"id": SERVICE_PRINCIPAL, "displayName": "SSO-Integration", "appRoles": [USER_ROLE]}
    return {**groups, SERVICE_PRINCIPAL: principal, "SSO-Integration": principal}


def _run(stack: str, objects: dict[str, Any] | None = None, **changed: Any) -> Run:
    document = yaml.safe_load((_PROJECT / "stacks" / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    document[TENANT_KEY] = TENANT
    document |= {f"greenlake-scim:{name}": value for name, value in changed.items()}
    config = {key: json.dumps(value) for key, value in document.items()}
    return run(_program, Directory(objects or _objects()), stack_name=stack, config=config)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARM_CLIENT_ID", "ARM_CLIENT_SECRET"):
        monkeypatch.setenv(name, "set")
    monkeypatch.setenv("ARM_TENANT_ID", TENANT)


def test_the_six_steps_register_in_order() -> None:
    named = [(registration.kind, registration.name) for registration in _run("sandbox").registrations]
    assert sorted(named) == [
        ("AppRoleAssignment", "group id of GreenLake Administrators"),
        ("AppRoleAssignment", "group id of GreenLake Operators"),
        ("ApplicationFromTemplate", "application"),
        ("EnterpriseApp", "app"),
        ("GroupAssignments", "access"),
        ("ProvisioningConnection", "link"),
        ("ProvisioningStatus", "status"),
        ("ScimProxyToken", "token"),
        ("SynchronizationJob", "job"),
        ("SynchronizationSchema", "mappings"),
        ("SynchronizationSecret", "secret"),
    ]
    order = [name for _, name in named]
    for steps in (["application", "token", "status"], ["application", "job", "mappings", "status"], ["job", "secret"]):
        assert sorted(steps, key=order.index) == steps


def test_provisioning_starts_after_everything_else_but_the_secret_which_it_saves_itself() -> None:
    assert set(_run("sandbox").named("status").dependencies) == {
        "application",
        "token",
        "job",
        "mappings",
        "group id of GreenLake Administrators",
        "group id of GreenLake Operators",
    }


def test_the_secret_waits_for_the_job_and_the_job_for_neither_secret_nor_token() -> None:
    ran = _run("sandbox")
    assert set(ran.named("secret").dependencies) == {"application", "token", "job"}
    assert ran.named("job").dependencies == ["application"]


def test_no_token_is_made_before_the_application_was_looked_at() -> None:
    assert _run("sandbox").named("token").dependencies == ["application"]
    assert _run("prod").named("token").dependencies == ["unclaimed"]


@pytest.mark.parametrize("stack", ["sandbox", "prod"])
def test_the_token_reaches_the_secret_and_the_status_and_nothing_else(stack: str) -> None:
    sent = [registration.name for registration in _run(stack).registrations if registration.sends_the_token]
    assert sent == ["secret", "status"]


def test_the_status_gets_exactly_the_credentials_of_the_secret() -> None:
    ran = _run("prod")
    secret = ran.named("secret").inputs["credentials"]
    assert ran.named("status").inputs["credentials"] == secret
    assert [credential["key"] for credential in secret] == [
        "BaseAddress",
        "SecretToken",
        "SyncAll",
        "SyncNotificationSettings",
        "SkipOutOfScopeDeletions",
    ]


def test_the_secret_goes_with_an_application_of_ours_and_is_left_to_the_status_on_one_that_stays() -> None:
    ours, theirs = (_run(stack) for stack in ("sandbox", "prod"))
    assert (ours.named("secret").deleted_with, ours.named("secret").retained) == ("application", True)
    assert (theirs.named("secret").deleted_with, theirs.named("secret").retained) == ("", True)
    assert [ran.named("status").inputs["application_on_destroy"] for ran in (ours, theirs)] == ["deleted", "kept"]


def test_every_resource_of_prod_is_protected_children_too_but_for_the_assignments() -> None:
    registrations = _run("prod").registrations
    assert {registration.kind for registration in registrations if not registration.protect} == {"AppRoleAssignment"}
    assert len([registration for registration in registrations if registration.protect]) == 9


def test_no_resource_of_another_stack_is_protected() -> None:
    assert [registration.name for registration in _run("sandbox").registrations if registration.protect] == []


@pytest.mark.parametrize("stack", ["sandbox", "prod"])
def test_operators_get_what_they_need_and_never_the_token(stack: str) -> None:
    ran = _run(stack)
    assert ran.exports == {
        "app": "SSO-Integration" if stack == "prod" else "HPE GreenLake SCIM",
        "application_object_id": "" if stack == "prod" else "application",
        "service_principal_id": SERVICE_PRINCIPAL,
        "job_id": "scim.tenant.app",
        "tenant_url": ran.named("token").inputs["tenant_url"],
        "token_fingerprint": "f1f1f1f1",
        "token_issued_at": "2026-01-01T00:00:00Z",
        "token_expires_at": "",
        "token_rotates_after": "2026-03-02T00:00:00Z",
        "token_generation": 1,
        "status": "on",
        "deployed_commit": None,
    }
    assert ran.secret_exports == set()


def test_the_commit_that_ci_runs_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYED_COMMIT", "a" * 40)

    assert _run("sandbox").exports["deployed_commit"] == "a" * 40


def test_a_wrong_stack_file_stops_before_anything_is_asked_or_registered() -> None:
    directory = Directory({})
    with pytest.raises(pulumi.RunError, match=r"access: is missing"):
        run(_program, directory, config={})
    assert directory.asked == []


def test_a_missing_group_stops_before_anything_is_registered() -> None:
    objects: dict[str, Any] = {**_objects(), "GreenLake Viewers": []}
    with pytest.raises(pulumi.RunError, match=r'^access\.groups: no security group is named "GreenLake Viewers"'):
        _run("prod", objects)


def test_a_reader_of_the_blog_post_can_tick_off_its_steps() -> None:
    text = _MAIN.read_text(encoding="utf-8")
    assert 40 <= len(text.splitlines()) <= 61
    steps = ["# Step 3: ", "# Step 4: ", "# Step 5: ", "# Step 6: "]
    assert sorted(steps, key=text.index) == steps
