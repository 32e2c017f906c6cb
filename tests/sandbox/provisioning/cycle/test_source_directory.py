from sandbox.provisioning.cycle.source_directory import entitled, everybody


def test_direct_members_and_assigned_users_are_entitled_and_members_of_inner_groups_are_not() -> None:
    assignments = [{"principalId": one} for one in ("outer", "ada", "gone")]
    members = {"outer": ("bob", "inner", "missing"), "inner": ("eve",), "other": ("tom",)}
    who = entitled(assignments, members, {"ada", "bob", "eve", "tom"})
    assert who == {"User": {"ada", "bob"}, "Group": {"outer"}}


def test_sync_all_entitles_everybody() -> None:
    assert everybody({"ada"}, {"outer"}) == {"User": {"ada"}, "Group": {"outer"}}
