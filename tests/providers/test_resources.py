"""What a declaration of each dynamic resource hands to the engine."""

from collections.abc import Callable

import pulumi
import pytest

from providers.entra.provisioning_status import ProvisioningStatus
from providers.entra.status_properties import COMPUTED as OF_STATUS
from providers.entra.synchronization_schema import SynchronizationSchema
from providers.entra.unclaimed_application import UnclaimedApplication
from providers.greenlake.scim_proxy_token import ScimProxyToken
from providers.greenlake.token_properties import COMPUTED as OF_TOKEN
from tests.program.mocked_run import Directory, Registration, run
from tests.providers.pickling.registrations import INPUTS

Kind = Callable[..., pulumi.Resource]
ALL = pytest.mark.parametrize("kind", INPUTS)


def registered(kind: Kind, opts: pulumi.ResourceOptions | None = None) -> Registration:
    def program() -> None:
        kind("declared", opts=opts, **INPUTS[kind])

    (found,) = run(program, Directory({})).registrations
    return found


@ALL
def test_a_resource_hands_over_each_input_under_its_name_and_nothing_else_with_a_value(kind: Kind) -> None:
    given = {name: value for name, value in registered(kind).inputs.items() if value is not None}

    assert {name: value for name, value in given.items() if name != "__provider"} == INPUTS[kind]


@pytest.mark.parametrize(
    ("kind", "secret"),
    [
        (ScimProxyToken, {"token", "previous_token"}),
        (ProvisioningStatus, {"previous_token"}),
        (SynchronizationSchema, set[str]()),
        (UnclaimedApplication, set[str]()),
    ],
)
def test_tokens_are_secret_in_state(kind: Kind, secret: set[str]) -> None:
    assert set(registered(kind).secret_outputs) == secret


@pytest.mark.parametrize(
    ("kind", "computed"),
    [(ScimProxyToken, OF_TOKEN), (ProvisioningStatus, OF_STATUS), (SynchronizationSchema, ("fingerprint", "drift"))],
)
def test_every_output_is_announced_so_that_a_program_can_use_it(kind: Kind, computed: tuple[str, ...]) -> None:
    def announced() -> None:
        resource = kind("declared", **INPUTS[kind])
        assert [name for name in computed if not isinstance(vars(resource)[name], pulumi.Output)] == []

    assert run(announced, Directory({})).registrations


@ALL
def test_options_of_the_program_hold_beside_our_own(kind: Kind) -> None:
    found = registered(kind, pulumi.ResourceOptions(protect=True, additional_secret_outputs=["another"]))

    assert found.protect
    assert {"another", *registered(kind).secret_outputs} == set(found.secret_outputs)
