"""The application and what the stack file names are there once each, or the check shows what to write."""

from typing import Any

import pytest

from scimctl.commands.doctor.check import Verdict
from scimctl.commands.doctor.entra import names
from stacks.named import Resolved, problem
from stacks.sections import AccessEntry, App

Json = dict[str, Any]

ONE: Json = {"id": "a1", "displayName": "HPE GreenLake SCIM"}


@pytest.mark.parametrize(
    ("mode", "found", "verdict", "todo"),
    [
        ("create", [], Verdict.OK, ""),
        ("create", [ONE], Verdict.WARNING, "set app.mode: existing to use it"),
        ("existing", [ONE], Verdict.OK, ""),
        ("existing", [], Verdict.PROBLEM, "correct it, or set app.mode: create"),
        ("existing", [ONE, ONE], Verdict.PROBLEM, "write the object id of one instead"),
    ],
)
def test_an_application_is_made_or_is_there_once(
    mode: str, found: list[dict[str, str]], verdict: Verdict, todo: str
) -> None:
    check = names.of_app(App.model_validate({"mode": mode}), found)

    assert check.verdict is verdict
    assert check.todo.startswith(todo)


def test_a_deployed_application_is_there_or_gone() -> None:
    assert names.of_deployed_app([ONE], "").verdict is Verdict.OK
    gone = names.of_deployed_app([], "restore it")
    assert (gone.verdict, gone.todo) == (Verdict.PROBLEM, "restore it")


def test_another_application_of_the_same_name_is_a_warning() -> None:
    assert names.of_namesakes("HPE", []) == []
    (check,) = names.of_namesakes("HPE", ["1-1"])
    assert (check.verdict, "(1-1)" in check.says) == (Verdict.WARNING, True)


def test_a_job_is_there_alone_beside_others_or_gone() -> None:
    ours, other = {"id": "scim.a"}, {"id": "scim.b"}

    assert names.of_jobs("scim.a", [ours]).verdict is Verdict.OK
    assert names.of_jobs("scim.a", []).verdict is Verdict.PROBLEM
    beside = names.of_jobs("scim.a", [other, ours])
    assert (beside.verdict, beside.says.endswith(": scim.b")) == (Verdict.WARNING, True)


def _resolved(entry: AccessEntry, found: Json | None = None, wrong: str = "") -> Resolved:
    by_id = {str(found["id"]): (entry, found)} if found else {}
    return Resolved(by_id, {entry: wrong} if wrong else {}, {}, ())


def test_an_entry_is_judged_as_up_does_with_what_to_do_apart() -> None:
    group = AccessEntry("group", "Administrators", "")

    assert names.of_entry(group, _resolved(group, ONE)).verdict is Verdict.OK
    missing = names.of_entry(group, _resolved(group, wrong=problem(group, [])))
    assert (missing.id, missing.verdict) == ("access.groups.Administrators", Verdict.PROBLEM)
    assert missing.says == 'no security group is named "Administrators" in this tenant'
    assert missing.todo == "create it, correct the name, or remove it from the list"


def test_a_group_without_members_is_a_warning() -> None:
    group = AccessEntry("group", "Administrators", "")

    found = names.of_entry(group, _resolved(group, ONE), is_empty=True)

    assert (found.verdict, found.says) == (Verdict.WARNING, "found, a1, and nobody is in it")


def test_a_renamed_group_that_is_pinned_is_found_with_the_name_that_it_has_now() -> None:
    pinned = AccessEntry("group", "Administrators", "11111111-2222-4333-8444-555555555555")

    check = names.of_entry(pinned, _resolved(pinned, {"id": pinned.object_id, "displayName": "Admins"}))
    assert (check.id, check.verdict) == ("access.groups.Administrators", Verdict.OK)
    assert check.says.endswith('it is named "Admins" now')
    same = _resolved(pinned, {"id": pinned.object_id, "displayName": "administrators"})
    assert "now" not in names.of_entry(pinned, same).says


def test_a_new_application_beside_one_of_its_name_that_provisions_already_is_pointed_to_the_adoption() -> None:
    check = names.of_app(App.model_validate({"mode": "create"}), [ONE], is_set_up=True)

    assert check.verdict is Verdict.WARNING
    assert check.todo.startswith("run `scimctl adopt --app 'HPE GreenLake SCIM'`")


def test_an_adopted_job_is_there_or_its_adoption_is_undone() -> None:
    assert names.of_adopted_job("scim.a", ["scim.b", "scim.a"]) is None
    gone = names.of_adopted_job("scim.a", ["scim.b"])
    assert gone is not None
    assert gone.verdict is Verdict.WARNING
    assert "`scimctl adopt --undo`, then adopt again" in gone.todo
