"""What was adopted is imported as long as it is there; read over real HTTP."""

from typing import Any

import pulumi
import pytest

from components.deployed import Deployed
from components.enterprise_app import EnterpriseApp
from components.group_assignments import GroupAssignments
from components.imports import Imports, find_imports
from components.principals import Principal, Principals
from components.provisioning_connection import ProvisioningConnection
from stacks.config import TENANT_KEY
from tests.program.mocked_run import USER_ROLE, Directory, Run, configured, run
from tests.sandbox.provisioning.application import Application


def _path(application: Application) -> str:
    return f"/servicePrincipals/{application.service_principal}"


OTHER_ROLE = "another role"


def _imports(
    application: Application,
    *wanted: str,
    deployed: Deployed | None = None,
    role: str = "",
    **config: Any,
) -> Imports:
    people = Principals(tuple(Principal(one, "group", one) for one in wanted), deployed=deployed or Deployed())
    config |= {TENANT_KEY: application.world.tenant_id}
    return find_imports(configured(**config), application.service_principal, role, people)


def _adopted(job: str, template: str = "scim") -> dict[str, Any]:
    app = {"name": "SSO", "mode": "existing"}
    return {"app": app, "adopted": {"job": job, "template": template}, "protect": True}


def test_what_state_lacks_is_found_by_its_id(application: Application) -> None:
    group = application.new_group()
    assignment = application.assign(group)
    found = _imports(application, group)
    assert found.job == f"{_path(application)}/synchronization/jobs/{application.job}"
    assert found.assignments[group] == f"{_path(application)}/appRoleAssignedTo/{assignment}"


def test_what_state_has_is_neither_asked_for_nor_imported(application: Application) -> None:
    group = application.new_group()
    application.assign(group)
    deployed = Deployed(has_job=True, assignments={group: "group A"})
    people = Principals((Principal("A", "group", group, deployed_as="group A"),), deployed=deployed)
    since = application.last_request()
    found = find_imports(configured(), application.service_principal, "", people)
    assert (found.job, found.assignments) == ("", {})
    assert application.world.requests(since) == []


def test_what_is_there_no_more_is_made_anew(application: Application) -> None:
    group = application.new_group()
    assignment = application.assign(group)
    application.unassign(assignment)
    application.graph.delete(
        f"servicePrincipals/{application.service_principal}/synchronization/jobs/{application.job}"
    )
    found = _imports(application, group, **_adopted("scim.gone"))
    assert (found.job, found.assignments) == ("", {})


def test_if_somebody_replaced_the_adopted_job_the_new_one_is_imported_and_gets_no_second_beside_it(
    application: Application,
) -> None:
    assert _imports(application, **_adopted("scim.gone")).job.endswith(f"/{application.job}")
    with pytest.raises(pulumi.RunError, match=f"^adopted: the application has .* {application.job}, of another templ"):
        _imports(application, **_adopted("scim.gone", "customappsso"))


def test_an_assignment_with_another_role_is_not_imported(application: Application) -> None:
    group = application.new_group()
    application.assign(group)
    assert _imports(application, group, role=OTHER_ROLE).assignments == {}


def test_of_two_jobs_none_is_taken(application: Application) -> None:
    path = f"servicePrincipals/{application.service_principal}/synchronization/jobs"
    application.graph.post(path, json={"templateId": "scim"}).raise_for_status()
    with pytest.raises(pulumi.RunError, match=r"^app: the application has 2 synchronization jobs \(.*, .*\) and this"):
        _imports(application)
    assert _imports(application, **_adopted(application.job)).job.endswith(f"/{application.job}")


def test_of_an_application_of_ours_that_is_gone_there_is_nothing_to_import(application: Application) -> None:
    application.graph.delete(f"servicePrincipals/{application.service_principal}").raise_for_status()
    found = _imports(application, "a group")
    assert (found.job, found.assignments) == ("", {})


def test_an_existing_application_that_cannot_be_read_stops_the_run_in_one_line(application: Application) -> None:
    application.graph.delete(f"servicePrincipals/{application.service_principal}").raise_for_status()
    with pytest.raises(pulumi.RunError) as stopped:
        _imports(application, **_adopted(application.job))
    assert str(stopped.value).startswith("app: Graph: list the synchronization jobs was answered 404")
    assert "\n" not in str(stopped.value)


def _run(application: Application, adopted: dict[str, Any]) -> Run:
    principal = {"id": application.service_principal, "displayName": "SSO", "appRoles": [USER_ROLE]}
    tenant = {TENANT_KEY: application.world.tenant_id}
    config = configured(**tenant, app={"name": "SSO", "mode": "existing"}, adopted=adopted, protect=True)

    def program() -> None:
        people = Principals((Principal("A", "group", "a"),))
        app = EnterpriseApp("app", config, people)
        link = ProvisioningConnection("link", app, "https://api.example", "secret value", config.provisioning)
        GroupAssignments("access", people, app)
        pulumi.export("principal", link.job["service_principal_id"])

    return run(program, Directory({"SSO": principal}))


def test_an_adopted_application_is_looked_up_and_its_job_is_imported_with_its_template(
    application: Application,
) -> None:
    ran = _run(application, {"job": application.job, "template": "customappsso"})
    assert "UnclaimedApplication" not in [each.kind for each in ran.registrations]
    job = ran.named("job")
    assert job.imported == f"{_path(application)}/synchronization/jobs/{application.job}"
    assert job.inputs["templateId"] == "customappsso"
    assert ran.named("secret").imported == ""
    assert ran.named("group a").imported == ""
    assert ran.exports == {"principal": application.service_principal}
