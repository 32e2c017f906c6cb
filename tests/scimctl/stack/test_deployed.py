"""What to do about an application that is gone follows from what state holds of it, which somebody may have edited."""

from typing import Any

import pytest

from providers.entra.application.deleted_application import MAKE_AGAIN
from providers.errors import StoppedError
from providers.resource_types import APPLICATION, UNCLAIMED
from scimctl.stack.deployed import remedy_of_deletion
from scimctl.stack.stack import Stack
from tests.program.mocked_run import configured
from tests.scimctl.test_edited_state import resource


def remedy(*resources: dict[str, Any]) -> str:
    return remedy_of_deletion(Stack("test", configured(), resources))


def test_an_application_that_a_refresh_took_out_of_state_is_made_again() -> None:
    assert remedy() == MAKE_AGAIN
    assert remedy(resource(UNCLAIMED, {"service_principal_id": "f22fbbbd"})) == MAKE_AGAIN
    assert remedy({**resource(APPLICATION, {}), "delete": True}) == MAKE_AGAIN


def test_an_application_whose_id_somebody_took_out_of_state_is_reported_as_that() -> None:
    with pytest.raises(StoppedError, match="applicationObjectId is missing"):
        remedy(resource(APPLICATION, {"servicePrincipalObjectId": "f22fbbbd"}))
