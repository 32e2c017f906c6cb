"""The mapping table marks, in words, what is not as it was last saved."""

import copy

from sandbox.page.views.mappings import Row, view
from sandbox.provisioning.mapping.expression import attribute
from tests.sandbox.page.views.readings import mapped_by, reading, users_of

SAVED = mapped_by("userName", "displayName", "name.givenName")


def _rows(schema: dict[str, object], before: dict[str, object] | None) -> dict[str, Row]:
    return {row.target: row for row in view(reading(schema=schema, before=before)).tables[0].rows}


def test_a_schema_that_nobody_has_touched_marks_nothing() -> None:
    shown = view(reading(schema=SAVED))
    assert shown.drifted == 0
    assert [table.title for table in shown.tables] == ["Users", "Groups"]
    assert [row.change for table in shown.tables for row in table.rows] == [""] * 6


def test_a_row_reports_target_source_matching_and_when_it_applies() -> None:
    row = _rows(SAVED, None)["userName"]
    assert (row.source, row.matching, row.applies) == ("[userPrincipalName]", "matching 1", "")


def test_added_changed_and_missing_mappings_are_marked_with_what_they_were() -> None:
    now = copy.deepcopy(SAVED)
    mappings = users_of(now)["attributeMappings"]
    users_of(now)["attributeMappings"] = [
        *(one for one in mappings if one["targetAttributeName"] == "userName"),
        *(one | {"source": attribute("mail")} for one in mappings if one["targetAttributeName"] == "displayName"),
        {"targetAttributeName": "title", "source": attribute("jobTitle")},
    ]
    rows = _rows(now, SAVED)
    assert {target: row.change for target, row in rows.items()} == {
        "userName": "",
        "displayName": "changed",
        "title": "added",
        "name.givenName": "missing",
    }
    assert rows["displayName"].was == "[displayName]"
    assert view(reading(schema=now, before=SAVED)).drifted == 3


def test_a_mapping_that_lost_or_got_a_property_shows_what_it_was_before() -> None:
    def rows(**changes: object) -> str:
        now = copy.deepcopy(SAVED)
        mapping = next(one for one in users_of(now)["attributeMappings"] if one["targetAttributeName"] == "displayName")
        mapping.update(changes)
        return _rows(now, SAVED)["displayName"].was

    assert rows(matchingPriority=2, flowType="ObjectAddOnly") == "not matching, always"
    assert rows(source=None) == "[displayName]"


def test_other_actions_and_a_switch_are_noted_on_the_table() -> None:
    now = copy.deepcopy(SAVED)
    users_of(now).update(flowTypes="Add", enabled=False)
    table = view(reading(schema=now, before=SAVED)).tables[0]
    assert table.actions == "Create"
    assert table.notes == ("Actions were Create, Update, Delete", "switched off")


def test_a_mapping_of_the_enterprise_extension_is_shown_by_its_short_name() -> None:
    long = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
    assert _rows(mapped_by("userName", long), None)[long].short == "department"


def test_without_a_job_there_is_no_table() -> None:
    assert view(reading()).tables == ()
