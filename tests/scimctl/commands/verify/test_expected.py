"""Who should be in GreenLake, and as what, follows from the mappings where it flows as it is."""

import pytest

from providers.entra.mapping.mappings import ScopeClause, Wanted
from providers.errors import StoppedError
from scimctl.commands.verify.expected import expected, rules_of
from tests.scimctl.commands.verify.people import GROUP, USER, group, group_rules, user, user_rules

EXPRESSION = Wanted(expression='Join("", [a], [b])', matching_priority=1)


def test_values_come_from_sources_and_constants_and_an_empty_one_does_not_flow() -> None:
    rules = user_rules(attribute_mappings={**USER.attribute_mappings, "title": Wanted(source="jobTitle")})

    (found,) = expected(rules, [user(1, jobTitle=None)])

    assert (found.key, found.label) == ("user1@x", "user1@x")
    assert found.attributes == {"userName": "user1@x", "displayName": "User 1", "userType": "Employee"}


@pytest.mark.parametrize(
    "left_out",
    [
        Wanted(expression="ToUpper([mail])"),
        Wanted(source="mail", default_value="none"),
        Wanted(source="mail", flow_type="ObjectAddOnly"),
        Wanted(source="manager"),
        Wanted(constant="x", flow_type="ObjectAddOnly"),
    ],
)
def test_what_only_entra_can_know_is_left_out_by_name(left_out: Wanted) -> None:
    rules = user_rules(attribute_mappings={**USER.attribute_mappings, "title": left_out})

    assert rules.left_out == ("title",)
    assert "title" not in rules.compared


def test_members_are_not_an_attribute() -> None:
    assert group_rules().compared.keys() == {"displayName", "externalId"}
    assert group_rules().left_out == ()
    assert group_rules().has_members
    assert not user_rules().has_members


def test_the_plain_attribute_with_the_first_precedence_matches() -> None:
    by_id = {"externalId": Wanted(source="objectId", matching_priority=2)}

    assert user_rules(attribute_mappings={**by_id, **USER.attribute_mappings}).key == "userName"
    assert user_rules(attribute_mappings={**by_id, "userName": EXPRESSION}).key == "externalId"


def test_where_only_an_expression_matches_nothing_can_be_verified() -> None:
    with pytest.raises(StoppedError, match="User is matched by an expression only"):
        rules_of("User", USER.model_copy(update={"attribute_mappings": {"userName": EXPRESSION}}))


def test_somebody_who_does_not_pass_the_filter_is_not_expected_and_somebody_who_may_is_not_certain() -> None:
    scope = ((ScopeClause(attribute="department", operator="EQUALS", values=("Storage",)),),)
    found = expected(
        user_rules(scope=scope),
        [user(1, department="Storage"), user(2, department="Sales"), user(3, department="STORAGE")],
    )

    assert [(one.id, one.certain) for one in found] == [("e1", True), ("e3", False)]


def test_a_filter_over_what_graph_does_not_show_decides_nothing() -> None:
    scope = ((ScopeClause(attribute="manager", operator="IS NOT NULL"),),)

    assert [one.certain for one in expected(user_rules(scope=scope), [user(1)])] == [False]
    assert "manager" in user_rules(scope=scope).sources


def test_somebody_who_is_disabled_may_be_there_or_not() -> None:
    (found,) = expected(user_rules(), [user(1, accountEnabled=False)])

    assert (found.disabled, found.certain) == (True, False)


def test_entra_provisions_security_groups_only() -> None:
    found = expected(group_rules(), [group(1), group(2, securityEnabled=False)])

    assert [one.id for one in found] == ["g1"]
    assert rules_of("Group", GROUP).key == "displayName"


def test_without_a_value_to_match_by_the_key_is_empty() -> None:
    by_mail = {"userName": Wanted(source="mail", matching_priority=1)}

    assert [one.key for one in expected(user_rules(attribute_mappings=by_mail), [user(1, mail=None)])] == [""]
