"""What a declaration of each dynamic resource hands to the engine."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from providers.entra.provisioning_status import ProvisioningStatus
from providers.entra.status_properties import COMPUTED as OF_STATUS
from providers.entra.synchronization_schema import SynchronizationSchema
from providers.entra.unclaimed_application import UnclaimedApplication
from providers.greenlake.scim_proxy_token import ScimProxyToken
from providers.greenlake.token_properties import COMPUTED as OF_TOKEN
from tests.program.mocked_run import Directory, Registration, run

Declare = Callable[[pulumi.ResourceOptions | None], pulumi.Resource]


def token(opts: pulumi.ResourceOptions | None) -> pulumi.Resource:
    return ScimProxyToken(
        "token",
        api_url="https://api.example",
        tenant_url="https://api.example/scim",
        token_field="",
        expiry_field="",
        workspace="",
        remove_current=False,
        every="60d",
        renew_before="",
        adopt_existing=False,
        rotate_when_changed={"asked": "1"},
        opts=opts,
    )


def application(opts: pulumi.ResourceOptions | None) -> pulumi.Resource:
    return UnclaimedApplication(
        "app",
        tenant_id="t",
        service_principal_id="sp",
        application_name="SSO",
        principals=["g"],
        credential_keys=["k"],
        opts=opts,
    )


def mappings(opts: pulumi.ResourceOptions | None) -> pulumi.Resource:
    return SynchronizationSchema(
        "mappings", tenant_id="t", service_principal_id="sp", job_id="job", mappings={"User": {}}, opts=opts
    )


def status(opts: pulumi.ResourceOptions | None) -> pulumi.Resource:
    return ProvisioningStatus(
        "status",
        tenant_id="t",
        service_principal_id="sp",
        job_id="job",
        status="on",
        credentials=[{"key": "SecretToken", "value": "t"}],
        previous_token="",
        adopted=False,
        token_fingerprint="f",
        token_issued_at="2026-11-01T10:00:00Z",
        mappings_fingerprint="m",
        principals=["g"],
        application_on_destroy="deleted",
        opts=opts,
    )


ALL = pytest.mark.parametrize("declare", [token, application, mappings, status])


def registered(declare: Declare, opts: pulumi.ResourceOptions | None = None) -> Registration:
    def program() -> None:
        declare(opts)

    (found,) = run(program, Directory({})).registrations
    return found


def given(declare: Declare) -> dict[str, Any]:
    """Return the inputs that have a value, without the provider itself."""
    inputs: dict[str, Any] = registered(declare).inputs
    return {name: value for name, value in inputs.items() if value is not None and name != "__provider"}


def test_a_token_is_declared_with_its_addresses_policy_and_triggers() -> None:
    assert given(token) == {
        "api_url": "https://api.example",
        "tenant_url": "https://api.example/scim",
        "remove_current": False,
        "every": "60d",
        "renew_before": "",
        "rotate_when_changed": {"asked": "1"},
        "adopt_existing": False,
        "token_field": "",
        "expiry_field": "",
        "workspace": "",
    }


def test_an_application_is_declared_with_what_will_be_assigned_and_saved() -> None:
    assert given(application) == {
        "tenant_id": "t",
        "service_principal_id": "sp",
        "application_name": "SSO",
        "principals": ["g"],
        "credential_keys": ["k"],
    }


def test_mappings_are_declared_with_their_job() -> None:
    assert given(mappings) == {
        "tenant_id": "t",
        "service_principal_id": "sp",
        "job_id": "job",
        "mappings": {"User": {}},
    }


def test_a_status_is_declared_with_all_that_it_comes_after() -> None:
    assert given(status) == {
        "tenant_id": "t",
        "service_principal_id": "sp",
        "job_id": "job",
        "status": "on",
        "credentials": [{"key": "SecretToken", "value": "t"}],
        "previous_token": "",
        "adopted": False,
        "token_fingerprint": "f",
        "token_issued_at": "2026-11-01T10:00:00Z",
        "mappings_fingerprint": "m",
        "principals": ["g"],
        "application_on_destroy": "deleted",
    }


@pytest.mark.parametrize(
    ("declare", "secret"),
    [
        (token, {"token", "previous_token"}),
        (status, {"previous_token"}),
        (mappings, set[str]()),
        (application, set[str]()),
    ],
)
def test_tokens_are_secret_in_state(declare: Declare, secret: set[str]) -> None:
    assert set(registered(declare).secret_outputs) == secret


@pytest.mark.parametrize(
    ("declare", "computed"), [(token, OF_TOKEN), (status, OF_STATUS), (mappings, ("fingerprint", "drift"))]
)
def test_every_output_is_announced_so_that_a_program_can_use_it(declare: Declare, computed: tuple[str, ...]) -> None:
    def announced() -> None:
        resource = declare(None)
        assert [name for name in computed if not isinstance(vars(resource)[name], pulumi.Output)] == []

    assert run(announced, Directory({})).registrations


@ALL
def test_options_of_the_program_hold_beside_our_own(declare: Declare) -> None:
    found = registered(declare, pulumi.ResourceOptions(protect=True, additional_secret_outputs=["another"]))

    assert found.protect
    assert {"another", *registered(declare).secret_outputs} == set(found.secret_outputs)
