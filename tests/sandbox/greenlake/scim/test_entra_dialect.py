from sandbox.greenlake.scim.entra_dialect import create_body, patch_body

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


def operations(*sent: object) -> list[object]:
    return patch_body({"schemas": ["x"], "Operations": list(sent)})["Operations"]


def test_a_schema_of_entras_own_is_dropped_and_the_known_one_kept() -> None:
    body = {"schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"], "a": 1}
    assert create_body(body, [GROUP]) == {"schemas": [GROUP], "a": 1}


def test_operations_are_spelled_in_lower_case_and_lose_stray_members() -> None:
    sent = {"op": "Replace", "name": "x", "path": "displayName", "value": "y"}
    assert operations(sent) == [{"op": "replace", "path": "displayName", "value": "y"}]
    assert patch_body({"id": "1", "Operations": []}) == {"Operations": []}


def test_removing_members_by_value_removes_those_and_not_all() -> None:
    sent = {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "u1"}, {"value": "u2"}]}
    assert operations(sent) == [
        {"op": "remove", "path": 'members[value eq "u1"]'},
        {"op": "remove", "path": 'members[value eq "u2"]'},
    ]


def test_removing_without_a_value_or_with_a_filter_is_left_as_it_is() -> None:
    whole = {"op": "remove", "path": "members"}
    one: dict[str, object] = {"op": "remove", "path": 'members[value eq "u1"]', "value": []}
    assert operations(whole, one) == [whole, one]


def test_a_replace_without_a_path_becomes_one_operation_a_key() -> None:
    sent = {"op": "replace", "value": {"name.givenName": "A", f"{ENTERPRISE}:department": "D", "active": False}}
    assert operations(sent) == [
        {"op": "replace", "path": "name.givenName", "value": "A"},
        {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "D"},
        {"op": "replace", "path": "active", "value": False},
    ]


def test_an_extension_given_as_an_object_becomes_one_operation_an_attribute() -> None:
    sent = {"op": "add", "value": {ENTERPRISE: {"department": "D"}, "schemas": [ENTERPRISE]}}
    assert operations(sent) == [{"op": "add", "path": f"{ENTERPRISE}:department", "value": "D"}]


def test_null_takes_away_what_it_is_given_for() -> None:
    assert operations({"op": "Replace", "path": "title", "value": None}) == [{"op": "remove", "path": "title"}]
    sent = {"op": "replace", "value": {"displayName": None, ENTERPRISE: {"department": None}}}
    assert operations(sent) == [
        {"op": "remove", "path": "displayName"},
        {"op": "remove", "path": f"{ENTERPRISE}:department"},
    ]


def test_the_urn_of_a_core_schema_before_an_attribute_changes_nothing() -> None:
    sent = {"op": "remove", "path": f"{GROUP}:members", "value": [{"value": "u1"}]}
    assert operations(sent) == [{"op": "remove", "path": 'members[value eq "u1"]'}]


def test_what_is_malformed_reaches_the_service_unchanged() -> None:
    assert patch_body({"Operations": "x"}) == {"Operations": "x"}
    assert operations("x") == ["x"]
