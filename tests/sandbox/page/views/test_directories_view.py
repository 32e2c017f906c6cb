"""Both directories, row by row: who is where, why, and what differs, with the engine's own mappings as the measure."""

from dataclasses import replace

from sandbox.page.views.directories import FIRST, view
from sandbox.provisioning.cycle.source_directory import everybody
from tests.sandbox.page.views.readings import GROUP, people, reading


def test_a_user_in_both_with_the_mapped_values_is_in_step() -> None:
    shown = view(reading(**people(1, pushed=1)))
    (row,) = shown.first
    assert (row.words, row.why, row.there) == ("in step", GROUP, "u0@w.example")
    assert ("displayName", "User 0") in row.attributes


def test_a_value_that_differs_is_named() -> None:
    there = people(1, pushed=1)
    there["scim_users"][0]["displayName"] = "Somebody Else"
    (row,) = view(reading(**there)).first
    assert (row.words, row.differing) == ("differs: displayName", ("displayName",))


def test_a_user_in_scope_who_was_not_pushed_yet_is_only_in_entra() -> None:
    (row,) = view(reading(**people(1))).first
    assert (row.words, row.there) == ("only in Entra", "")


def test_a_user_of_greenlake_whom_no_job_knows_stands_alone() -> None:
    shown = view(reading(scim_users=[{"id": "t", "userName": "left@w.example"}]))
    assert [(row.name, row.there, row.words) for row in shown.first] == [
        ("not linked", "left@w.example", "managed by no job")
    ]


def test_a_user_who_was_pushed_and_left_the_scope_is_shown_as_such() -> None:
    there = people(1, pushed=1, deletedDateTime="2026-11-01T08:00:00Z")
    (row,) = view(reading(**there)).first
    assert (row.words, row.why) == ("out of scope", "not any more")


def test_those_that_differ_come_first_and_the_rest_is_folded() -> None:
    there = people(20, pushed=19)
    shown = view(reading(**there))
    assert shown.first[0].words == "only in Entra"
    assert (len(shown.first), len(shown.rest)) == (FIRST, 20 - FIRST)


def test_users_outside_of_the_scope_are_listed_apart() -> None:
    seen = people(3)
    directory = replace(seen["directory"], entitled=everybody({"u0"}, ()))
    shown = view(reading(**{**seen, "directory": directory}))
    assert [name for name, _ in shown.outside] == ["User 1", "User 2"]
    assert (shown.known, shown.in_scope) == (3, 1)
