"""Assigned users and groups come with the attributes that mappings read."""

import pytest

from providers.entra.graph.source_objects import SourceObjects
from providers.entra.mapping.source_attributes import value
from providers.errors import NotFoundError
from tests.providers.calling import soon
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

NOBODY = "00000000-0000-4000-8000-000000000000"
NAMES = ("department", "telephoneNumber", "manager")


@pytest.fixture
def objects(here: World) -> SourceObjects:
    return SourceObjects(here.tenant_id, soon(60), here.environ())


def test_a_user_has_what_was_asked_for(application: Application, objects: SourceObjects) -> None:
    user = application.new_user("ann@tenant.example", department="Storage", businessPhones=["+1 555"])

    found = objects.user(user, NAMES)

    assert [value("User", name, found) for name in NAMES[:2]] == ["Storage", "+1 555"]
    assert found["accountEnabled"] is True


def test_members_tell_users_from_groups(application: Application, objects: SourceObjects) -> None:
    user, inner = application.new_user("ann@tenant.example", department="Storage"), application.new_group()
    group = application.new_group(user, inner, displayName="Outer", description="all of it")

    found = {each["id"]: each for page in objects.members(group, NAMES) for each in page}

    assert found.keys() == {user, inner}
    assert found[user]["department"] == "Storage"
    assert {each["@odata.type"] for each in found.values()} == {"#microsoft.graph.user", "#microsoft.graph.group"}
    assert objects.group(group, ["description"])["description"] == "all of it"


def test_whoever_is_gone_is_not_found(objects: SourceObjects) -> None:
    for read in (objects.user, objects.group):
        with pytest.raises(NotFoundError, match="it was deleted just now: run again"):
            read(NOBODY, ())
