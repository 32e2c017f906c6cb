from sandbox.provisioning import changes


def test_both_dialects_spell_the_same_change() -> None:
    current = {"displayName": "old", "active": True, "emails": [{"type": "home", "value": "h"}]}
    differing = changes.changed(current, {"displayName": "new", "active": False, 'emails[type eq "work"].value': "w"})
    assert changes.operations(differing, compliant=False) == [
        {"op": "Replace", "path": "displayName", "value": "new"},
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "w"},
    ]
    assert changes.operations(differing, compliant=True) == [
        {"op": "replace", "value": {"displayName": "new", "active": False}},
        {"op": "add", "path": 'emails[type eq "work"].value', "value": "w"},
    ]


def test_nothing_differs_where_the_target_has_it_all() -> None:
    assert changes.changed({"displayName": "x", "title": "kept"}, {"displayName": "x"}) == {}
