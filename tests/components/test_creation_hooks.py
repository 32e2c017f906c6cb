"""Before azuread makes again what a refresh has found gone, it is looked whether somebody has made another one."""

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.creation_hooks import stopping_at_a_second_job, warning_of_namesakes
from components.deployed import Deployed
from providers.errors import StoppedError
from stacks.config import TENANT_KEY
from tests.program.mocked_run import configured
from tests.sandbox.provisioning.application import Application

NONE = pulumi.ResourceHookBinding()


def called(hooks: Callable[[], pulumi.ResourceHookBinding], **inputs: Any) -> None:
    """Call a hook as the engine does before it makes a resource; hooks are made while a program runs."""

    async def asked() -> None:
        (hook,) = hooks().before_create or []
        hook(pulumi.ResourceHookArgs("urn", "", "job", "a type", new_inputs=inputs))

    asyncio.run(asked())


def test_a_job_is_not_made_beside_the_one_that_somebody_has_made(application: Application) -> None:
    place = {"servicePrincipalId": f"/servicePrincipals/{application.service_principal}"}

    def hook() -> pulumi.ResourceHookBinding:
        return stopping_at_a_second_job(NONE, application.world.tenant_id, Deployed(has_job=True))

    with pytest.raises(StoppedError, match=f"another \\({application.job}\\): none was made .* run `pulumi up` again"):
        called(hook, **place, templateId="scim")
    called(hook, **place, templateId="customappsso")
    called(hook, servicePrincipalId="/servicePrincipals/gone", templateId="scim")


def test_an_application_is_made_again_with_a_warning_of_the_one_that_somebody_has_made(
    application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    name = application.graph.get(f"servicePrincipals/{application.service_principal}").json()["displayName"]
    config = configured(app={"name": name}, **{TENANT_KEY: application.world.tenant_id})

    called(lambda: warning_of_namesakes(NONE, config, Deployed(service_principal_id="gone")))

    assert f"already ({application.service_principal}), and this stack makes another" in capsys.readouterr().err


def test_an_application_that_provisions_to_the_address_that_workspaces_share_is_a_note_without_a_warning(
    application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = application.world.about["greenlake"]
    config = configured(
        app={"name": "A new name"}, greenlake={"apiUrl": shared}, **{TENANT_KEY: application.world.tenant_id}
    )

    called(lambda: warning_of_namesakes(NONE, config, Deployed(service_principal_id="gone")))

    said = capsys.readouterr().err
    assert "info: app: the application" in said
    assert f"({application.service_principal}) provisions to the same address" in said
    assert "warning" not in said


def test_what_the_program_itself_has_looked_for_is_not_looked_for_again() -> None:
    assert stopping_at_a_second_job(NONE, "a tenant", Deployed()) is NONE
    assert warning_of_namesakes(NONE, configured(), Deployed()) is NONE
