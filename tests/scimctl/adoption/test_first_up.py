"""The first `up` after an adoption imports and adds; anything else is refused."""

import pytest

from providers.errors import StoppedError
from scimctl.adoption.first_up import planned
from scimctl.adoption.state import Resource, check_adopted
from scimctl.preview import Seen

_JOB = "azuread:index/synchronizationJob:SynchronizationJob"
_TOKEN = "pulumi-python:dynamic/greenlake:ScimProxyToken"
_APPLICATION = "azuread:index/applicationFromTemplate:ApplicationFromTemplate"


def _seen(kind: str, step: str) -> Seen:
    return Seen(f"urn:pulumi:prod::greenlake-scim::{kind}::it", kind, planned=step)


def test_imports_and_what_this_program_adds_are_counted() -> None:
    components = [_seen("pulumi:pulumi:Stack", "create"), _seen("greenlake-scim:entra:EnterpriseApp", "create")]
    assert planned([*components, _seen(_JOB, "import"), _seen(_TOKEN, "create")]) == {"import": 1, "create": 1}


@pytest.mark.parametrize(("kind", "step"), [(_JOB, "create"), (_TOKEN, "replace"), (_JOB, "delete")])
def test_a_second_job_a_replacement_and_a_deletion_are_refused(kind: str, step: str) -> None:
    with pytest.raises(StoppedError, match=rf"it: {step}\)"):
        planned([_seen(kind, step)])


def test_a_stack_that_made_its_application_is_not_let_go_of() -> None:
    check_adopted("prod", [Resource(f"urn::{_JOB}::job", _JOB)])
    with pytest.raises(StoppedError, match="made its application itself"):
        check_adopted("prod", [Resource(f"urn::{_APPLICATION}::application", _APPLICATION)])
