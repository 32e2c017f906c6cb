"""One assignment for each group and user."""

import pulumi

from components.enterprise_app import EnterpriseApp
from components.group_assignments import GroupAssignments
from components.principals import Principal
from tests.program.mocked_run import SERVICE_PRINCIPAL, USER_ROLE, Directory, Run, configured, run

_PEOPLE = [
    Principal("group Admins", ("group 1-1",), "1-1"),
    Principal("user 2-2", ("user ada@contoso.example",), "2-2"),
]


def _run() -> Run:
    def program() -> None:
        app = EnterpriseApp("app", configured(), [])
        pulumi.export("principals", GroupAssignments("access", _PEOPLE, app).principals)

    return run(program, Directory({SERVICE_PRINCIPAL: {"objectId": SERVICE_PRINCIPAL, "appRoles": [USER_ROLE]}}))


def test_each_principal_is_assigned_with_the_user_role_under_a_name_that_tells_who() -> None:
    ran = _run()
    assert {name: ran.named(name).inputs for name in ("group Admins", "user 2-2")} == {
        "group Admins": {
            "appRoleId": "role-user",
            "principalObjectId": "1-1",
            "resourceObjectId": SERVICE_PRINCIPAL,
        },
        "user 2-2": {"appRoleId": "role-user", "principalObjectId": "2-2", "resourceObjectId": SERVICE_PRINCIPAL},
    }


def test_a_name_replaced_by_an_object_id_is_the_same_assignment() -> None:
    ran = _run()
    assert ran.named("group Admins").aliases == ["group 1-1"]
    assert ran.named("user 2-2").aliases == ["user ada@contoso.example"]


def test_the_object_ids_are_known_once_all_are_assigned() -> None:
    assert _run().exports == {"principals": ["1-1", "2-2"]}
