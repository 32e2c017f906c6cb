from sandbox.provisioning.mapping.functions import Value
from sandbox.provisioning.scim import changes


def test_both_dialects_spell_the_same_change() -> None:
    current = {
        "displayName": "old",
        "active": True,
        "emails": [{"type": "home", "value": "h"}, {"type": "other", "value": "o"}],
        "name": {"givenName": "A"},
    }
    wanted: dict[str, Value] = {"displayName": "new", "nickName": "Babs", "active": False, "name.givenName": "B"}
    wanted |= {'emails[type eq "work"].value': "w", 'emails[type eq "other"].value': "p"}
    differing = changes.changed(current, wanted)
    assert changes.operations(differing, compliant=False) == [
        {"op": "Replace", "path": "displayName", "value": "new"},
        {"op": "Add", "path": "nickName", "value": "Babs"},
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Replace", "path": "name.givenName", "value": "B"},
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "w"},
        {"op": "Replace", "path": 'emails[type eq "other"].value', "value": "p"},
    ]
    assert changes.operations(differing, compliant=True) == [
        {"op": "add", "path": "nickName", "value": "Babs"},
        {"op": "replace", "path": "active", "value": False},
        {"op": "add", "path": 'emails[type eq "work"].value', "value": "w"},
        {"op": "replace", "path": 'emails[type eq "other"].value', "value": "p"},
        {"op": "replace", "value": {"displayName": "new", "name.givenName": "B"}},
    ]


def test_a_user_who_is_disabled_is_one_operation_with_a_path() -> None:
    (operation,) = changes.operations({"active": (True, False)}, compliant=True)
    assert operation == {"op": "replace", "path": "active", "value": False}


def test_nothing_differs_where_the_target_has_it_all() -> None:
    assert changes.changed({"displayName": "x", "title": "kept"}, {"displayName": "x"}) == {}
