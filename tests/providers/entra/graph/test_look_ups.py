"""What a stack file names is found as `up` finds it."""

import pytest

from providers.entra.graph.look_ups import LookUps
from providers.errors import ForbiddenError
from tests.providers.calling import soon
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def look_ups(here: World) -> LookUps:
    return LookUps(here.tenant_id, soon(60), here.environ())


def test_a_group_is_found_by_name_in_any_case_and_by_id(look_ups: LookUps) -> None:
    (found,) = look_ups.security_groups("greenlake administrators")

    assert found["displayName"] == "GreenLake Administrators"
    assert [each["displayName"] for each in look_ups.security_groups(found["id"])] == ["GreenLake Administrators"]


def test_only_security_groups_count(look_ups: LookUps) -> None:
    assert look_ups.security_groups("Newsletter") == []


def test_twins_are_both_found(look_ups: LookUps) -> None:
    assert len(look_ups.security_groups("Project Phoenix")) == 2


def test_marks_that_filters_and_addresses_give_a_meaning_are_part_of_a_name(
    application: Application, look_ups: LookUps
) -> None:
    group = application.new_group(displayName="R&D's 100 % #1")
    guest = application.new_user("ann_b&c.example#EXT#@tenant.example")

    assert [each["id"] for each in look_ups.security_groups("R&D's 100 % #1")] == [group]
    assert [each["id"] for each in look_ups.users("ann_b&c.example#EXT#@tenant.example")] == [guest]


def test_a_user_is_not_found_by_a_display_name(application: Application, look_ups: LookUps) -> None:
    name = f"ann@{application.world.name}.example"
    user = application.new_user(name, displayName="Ann Example")

    assert [each["id"] for each in look_ups.users(name)] == [user]
    assert look_ups.users("Ann Example") == []


def test_applications_are_found_by_name_and_id(application: Application, look_ups: LookUps) -> None:
    (found,) = look_ups.service_principals(application.service_principal)

    assert [each["id"] for each in look_ups.service_principals(found["displayName"])] == [found["id"]]


def test_whoever_is_not_there_is_an_empty_list(look_ups: LookUps) -> None:
    assert look_ups.users(NOBODY) == look_ups.security_groups(NOBODY) == look_ups.service_principals("Nothing") == []


def test_a_missing_permission_is_named(here: World, look_ups: LookUps) -> None:
    here.set(permissions=["User.Read.All"])

    with pytest.raises(ForbiddenError, match=r"Group\.Read\.All"):
        look_ups.security_groups("GreenLake Administrators")
