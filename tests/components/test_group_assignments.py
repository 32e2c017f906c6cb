"""One assignment for each group and user, known by who is assigned and not by a name."""

import pulumi

from components.enterprise_app import EnterpriseApp
from components.group_assignments import GroupAssignments
from components.principals import Principal, Principals
from tests.program.mocked_run import SERVICE_PRINCIPAL, USER_ROLE, Directory, Run, configured, run

_PEOPLE = Principals(
    (
        Principal("Admins", "group", "1-1", deployed_as="group Administrators"),
        Principal("ada@contoso.example", "user", "2-2", deployed_as="user 2-2"),
        Principal("Operators", "group", "3-3"),
    ),
    kept=("4-4",),
)


def _run() -> Run:
    def program() -> None:
        app = EnterpriseApp("app", configured(), Principals())
        pulumi.export("principals", GroupAssignments("access", _PEOPLE, app).principals)

    return run(program, Directory({SERVICE_PRINCIPAL: {"id": SERVICE_PRINCIPAL, "appRoles": [USER_ROLE]}}))


def test_each_principal_is_assigned_with_the_user_role_under_its_object_id() -> None:
    ran = _run()
    assert {name: ran.named(name).inputs for name in ("group 1-1", "user 2-2")} == {
        "group 1-1": {"appRoleId": "role-user", "principalObjectId": "1-1", "resourceObjectId": SERVICE_PRINCIPAL},
        "user 2-2": {"appRoleId": "role-user", "principalObjectId": "2-2", "resourceObjectId": SERVICE_PRINCIPAL},
    }


def test_what_state_has_under_another_name_is_the_same_assignment() -> None:
    ran = _run()
    assert {name: ran.named(name).aliases for name in ("group 1-1", "user 2-2", "group 3-3")} == {
        "group 1-1": ["group Administrators"],
        "user 2-2": [],
        "group 3-3": [],
    }


def test_the_object_ids_are_known_once_all_are_assigned_with_those_that_stay() -> None:
    assert _run().exports == {"principals": ["1-1", "2-2", "3-3", "4-4"]}
