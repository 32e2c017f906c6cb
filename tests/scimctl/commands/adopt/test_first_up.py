"""The first `up` after an adoption imports and adds; anything else is refused."""

import pytest

from providers.errors import StoppedError
from scimctl.commands.adopt.state import check_adopted, check_empty, planned
from scimctl.engine.preview import Preview, Seen
from scimctl.stack.stack import Json

_JOB = "azuread:index/synchronizationJob:SynchronizationJob"
_TOKEN = "pulumi-python:dynamic/greenlake:ScimProxyToken"
_APPLICATION = "azuread:index/applicationFromTemplate:ApplicationFromTemplate"


def _seen(kind: str, step: str) -> Seen:
    return Seen(f"urn:pulumi:prod::greenlake-scim::{kind}::it", kind, planned=step)


def _preview(*seen: Seen, **counts: int) -> Preview:
    return Preview({each.urn: each for each in seen}, (), (), counts=counts)


def test_the_numbers_are_those_of_the_engine() -> None:
    seen = _preview(_seen(_JOB, "import"), _seen(_TOKEN, "create"), same=1, **{"import": 1, "create": 5})
    assert planned(seen) == {"create": 5, "import": 1}


@pytest.mark.parametrize(("kind", "step"), [(_JOB, "create"), (_TOKEN, "replace"), (_JOB, "delete")])
def test_a_second_job_a_replacement_and_a_deletion_are_refused(kind: str, step: str) -> None:
    with pytest.raises(StoppedError, match=rf"it: {step}\)"):
        planned(_preview(_seen(kind, step)))


def test_a_stack_that_made_its_application_is_not_let_go_of() -> None:
    check_adopted("prod", [{"type": _JOB}])
    with pytest.raises(StoppedError, match="made its application itself"):
        check_adopted("prod", [{"type": _APPLICATION}])


@pytest.mark.parametrize(
    ("resources", "is_adopted", "way"),
    [
        ([{"type": _TOKEN}], True, "let go of it with `scimctl adopt --undo` first"),
        ([{"type": _TOKEN}], False, "adopt into an empty stack (`pulumi stack init NAME`"),
        (
            [{"type": _APPLICATION}],
            False,
            "left them: run `pulumi destroy`, which removes them alone",
        ),
        (
            [{"type": _JOB, "protect": True}],
            False,
            "run `pulumi state unprotect --all`, then `pulumi dest",
        ),
    ],
)
def test_a_stack_that_is_not_empty_gets_the_way_to_become_empty(
    resources: list[Json], is_adopted: bool, way: str
) -> None:
    with pytest.raises(StoppedError) as stopped:
        check_empty("prod", resources, is_adopted=is_adopted)
    assert way in str(stopped.value)


def test_an_empty_stack_can_be_adopted_into() -> None:
    check_empty("prod", [], is_adopted=True)
