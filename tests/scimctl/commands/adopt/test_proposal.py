"""What was set up by hand comes back in the stack file, whatever the tenant; read over real HTTP."""

import os
from typing import Any

import pytest

from providers.entra.graph.provisioning import Graph
from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import read_wanted
from providers.errors import StoppedError
from providers.http.deadline import Deadline
from sandbox.by_hand.administrator import Administrator
from scimctl.commands.adopt.found import choose_job, find_application, read_found
from scimctl.commands.adopt.proposal import Proposal, propose
from stacks.config import TENANT_KEY, StackConfig
from stacks.problems import checked
from tests.scimctl.commands.adopt.tenants import APPLICATION, GROUPS, KINDS, as_the_post_says

Json = dict[str, Any]


def proposed(wanted_job: str = "", declared: Json | None = None) -> tuple[Proposal, Json]:
    """Read the tenant that the environment names and propose; return the live schema as well."""
    application = find_application(os.environ["ARM_TENANT_ID"], APPLICATION)
    found = read_found(application, lambda _done, _of: None)
    chosen = choose_job(found.jobs, wanted_job)
    schema = application.graph.schema(chosen.id)
    return propose("prod", found, chosen, schema, declared or {}), schema


def make_group(administrator: Administrator, name: str, *, security: bool = True) -> str:
    """Make a security group, or one for mail that cannot be assigned by a stack file; return its object id."""
    body: Json = {"displayName": name, "mailEnabled": not security, "mailNickname": "n", "securityEnabled": security}
    made: Json = administrator.graph.post("groups", json=body).raise_for_status().json()
    return str(made["id"])


def config_of(proposal: Proposal) -> StackConfig:
    problems, config = checked("prod", proposal.sections, set())
    assert config, problems
    assert problems == []
    return config


@pytest.mark.parametrize("kind", KINDS)
def test_the_proposed_stack_file_is_valid_and_changes_no_mapping(administrator: Administrator, kind: str) -> None:
    tenant = as_the_post_says(administrator)
    KINDS[kind](tenant)
    proposal, schema = proposed()
    config = config_of(proposal)
    assert mapping_drift(schema, read_wanted(config.mappings.as_schema())) == []
    assert config.adopted
    assert config.adopted.job == tenant.job
    assert config.greenlake.tenant_url.startswith(str(administrator.about["greenlake"]))


def test_a_tenant_as_the_post_describes_it_needs_no_more_than_where_it_is_and_who_is_in(
    administrator: Administrator,
) -> None:
    tenant = as_the_post_says(administrator)
    proposal, _ = proposed()
    sections = dict(proposal.sections)
    assert sections == {
        TENANT_KEY: administrator.about["tenant_id"],
        "adopted": {"job": tenant.job},
        "greenlake": {"apiUrl": administrator.about["greenlake"]},
        "token": {"every": "60d", "adoptExisting": True},
        "app": {"name": APPLICATION, "mode": "existing"},
        "access": {"groups": list(GROUPS)},
        "protect": True,
    }
    assert tenant.token not in str(proposal)


def test_more_mappings_are_written_as_the_portal_has_them(administrator: Administrator) -> None:
    KINDS["more mappings"](as_the_post_says(administrator))
    proposal, _ = proposed()
    users = proposal.sections["mappings"]["users"]
    assert users["actions"] == ["create", "update", "delete"]
    assert users["attributes"] == {
        "userName": {"source": "userPrincipalName", "matching": 1},
        "displayName": "displayName",
        "name.givenName": "givenName",
        "name.familyName": "surname",
        "title": {"source": "jobTitle", "default": "unknown"},
        "userType": {"constant": "Employee", "onlyOnCreate": True},
        "nickName": {"expression": 'Join(" ", [givenName], [surname])'},
    }
    assert "groups" not in proposal.sections["mappings"]


def test_a_scope_filter_is_kept_clause_by_clause(administrator: Administrator) -> None:
    KINDS["a scope filter"](as_the_post_says(administrator))
    proposal, _ = proposed()
    assert proposal.sections["mappings"] == {
        "users": {
            "scope": [
                [
                    {"attribute": "accountEnabled", "operator": "IS TRUE"},
                    {"attribute": "userType", "operator": "EQUALS", "values": ["Member"]},
                ]
            ]
        }
    }


def test_notifications_threshold_and_the_flag_of_the_tenant_url_are_kept(administrator: Administrator) -> None:
    KINDS["notifications"](as_the_post_says(administrator))
    proposal, _ = proposed()
    assert proposal.sections["provisioning"] == {
        "notificationEmail": "it@contoso.example",
        "deleteThreshold": 50,
        "skipOutOfScopeDeletions": True,
    }
    assert proposal.sections["greenlake"]["tenantUrl"].endswith("/v1alpha1/scimproxy?aadOptscim062020")


def test_every_key_that_is_saved_stays_declared(administrator: Administrator) -> None:
    tenant = as_the_post_says(administrator)
    for kind in ("as the post describes it", "notifications", "notifications off"):
        KINDS[kind](tenant)
        saved = Graph(os.environ["ARM_TENANT_ID"], tenant.principal, Deadline()).shown_credentials()
        proposal, _ = proposed()
        declared = {"BaseAddress", "SecretToken", *config_of(proposal).provisioning.secret_settings}
        assert declared >= set(saved), kind


def test_a_paused_job_stays_off(administrator: Administrator) -> None:
    KINDS["paused"](as_the_post_says(administrator))
    proposal, _ = proposed()
    assert config_of(proposal).provisioning.status == "off"


def test_the_job_that_runs_is_taken_and_the_older_template_is_remembered(administrator: Administrator) -> None:
    tenant = as_the_post_says(administrator, template="customappsso")
    KINDS["two jobs"](tenant)
    proposal, _ = proposed()
    assert proposal.sections["adopted"]["job"] == tenant.job
    assert proposal.sections["adopted"]["template"] == "customappsso"


def test_single_users_are_named_by_their_principal_name(administrator: Administrator) -> None:
    KINDS["single users"](as_the_post_says(administrator))
    proposal, _ = proposed()
    (user,) = proposal.sections["access"]["users"]
    assert "@" in user
    assert len(proposal.kept) == len(GROUPS) + 1


def test_groups_of_one_name_are_distinguished_by_their_ids(administrator: Administrator) -> None:
    tenant = as_the_post_says(administrator)
    twins = [make_group(administrator, "Twins") for _ in range(2)]
    administrator.assign(tenant.principal, twins[0])
    proposal, _ = proposed()
    assert twins[0] in proposal.sections["access"]["groups"]


def test_who_a_stack_file_cannot_name_stays_assigned_and_is_reported(administrator: Administrator) -> None:
    tenant = as_the_post_says(administrator)
    administrator.assign(tenant.principal, make_group(administrator, "News", security=False))
    proposal, _ = proposed()
    assert proposal.left_alone == ["Group News: is not a security group, or is deleted"]
    assert proposal.sections["access"] == {"groups": list(GROUPS)}


def test_the_policy_of_the_present_stack_file_is_kept(administrator: Administrator) -> None:
    as_the_post_says(administrator)
    proposal, _ = proposed(declared={"token": {"every": "30d", "rotateWhenChanged": {"a": "1"}}})
    assert proposal.sections["token"] == {"every": "30d", "rotateWhenChanged": {"a": "1"}, "adoptExisting": True}


def test_everything_that_cannot_be_kept_is_reported_at_once(administrator: Administrator) -> None:
    tenant = as_the_post_says(administrator)
    tenant.again(SyncAll="true")
    tenant.edit("User", enabled=False)
    with pytest.raises(StoppedError) as stopped:
        proposed(declared={"greenlake": {"apiUrl": "https://elsewhere.example"}})
    lines = str(stopped.value).splitlines()
    assert [line.partition(",")[0] for line in lines if line.startswith("Tenant URL")] == [
        f"Tenant URL is {administrator.about['greenlake']}/v1alpha1/scimproxy"
    ]
    assert any(line.startswith("Scope is Sync all users and groups") for line in lines)
    assert any("mappings.users.enabled: false must be true" in line for line in lines)


def test_what_a_stack_file_cannot_hold_is_reported_in_its_words(administrator: Administrator) -> None:
    tenant = as_the_post_says(administrator)
    two = '{"Enabled":true,"Recipients":"a@b.example, c@d.example","DeleteThresholdEnabled":false}'
    tenant.again(SyncNotificationSettings=two)
    with pytest.raises(StoppedError) as stopped:
        proposed()
    (line,) = str(stopped.value).splitlines()
    assert line.startswith("a stack file cannot express what is in the portal: provisioning.notificationEmail: ")


def test_a_name_that_would_part_a_urn_is_reported_by_its_id(administrator: Administrator) -> None:
    tenant = as_the_post_says(administrator)
    group = make_group(administrator, "a::b")
    administrator.assign(tenant.principal, group)
    proposal, _ = proposed()
    assert group in proposal.sections["access"]["groups"]


def test_a_name_that_steers_a_terminal_is_reported_without_what_steers(administrator: Administrator) -> None:
    tenant = as_the_post_says(administrator)
    administrator.assign(tenant.principal, make_group(administrator, "\x1b[2Jx", security=False))
    proposal, _ = proposed()
    assert [line for line in proposal.left_alone if "\x1b" in line] == []
    assert len(proposal.left_alone) == 1
