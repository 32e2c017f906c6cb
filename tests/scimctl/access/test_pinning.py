"""Names become ids without another character of the file being touched, or nothing is written."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import ConfigurationError
from scimctl.access.pinning import assigned_as, choose, rewritten
from stacks.config import TENANT_KEY
from stacks.problems import checked
from stacks.sections import AccessEntry

ONE, TWO = "11111111-2222-4333-8444-555555555555", "61111111-2222-4333-8444-555555555555"
FILE = """\
# a comment
config:
  greenlake-scim:token: {every: 60d}   # kept
  greenlake-scim:access:
    groups:
      - GreenLake Administrators  # who may do all
      - "12E4"
      - 61111111-2222-4333-8444-555555555555
    users: [ada@contoso.example, 'b@x']
encryptionsalt: v1:abc
"""
IDS = {("group", "GreenLake Administrators"): ONE, ("group", "12E4"): TWO, ("user", "b@x"): ONE}


def test_only_the_names_are_replaced() -> None:
    assert rewritten(FILE, IDS) == FILE.replace(
        "- GreenLake Administrators", f'- {{id: {ONE}, name: "GreenLake Administrators"}}'
    ).replace('"12E4"', f'{{id: {TWO}, name: "12E4"}}').replace("'b@x'", f'{{id: {ONE}, name: "b@x"}}')


def test_line_ends_stay_as_they_are() -> None:
    assert "\r\n" in rewritten(FILE.replace("\n", "\r\n"), IDS)
    assert "\n" not in rewritten(FILE.replace("\n", "\r\n"), IDS).replace("\r\n", "")


@pytest.mark.parametrize(
    "text",
    [
        'config:\n  greenlake-scim:access: \'{"groups": ["A"]}\'\n',
        "config:\n  greenlake-scim:access:\n    groups: [&x A]\n    users: [*x]\n",
        "config:\n  greenlake-scim:access:\n    groups: [B]\n",
        "config:\n  greenlake-scim:access:\n    groups:\n",
        "",
    ],
)
def test_what_cannot_be_edited_is_reported_with_what_to_write(text: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"write the ids yourself \(A: {ONE}\)$"):
        rewritten(text, {("group", "A"): ONE})


names = st.text(min_size=1).map(str.strip).filter(lambda name: name and name.isprintable())


@given(st.lists(names, min_size=1, max_size=3, unique_by=str.casefold), st.sampled_from([True, False, None]))
def test_whatever_a_group_is_called_the_file_means_the_same_with_its_id(groups: list[str], flow: bool | None) -> None:
    sections: dict[str, Any] = {"greenlake-scim:token": {"every": "60d"}, "greenlake-scim:access": {"groups": groups}}
    text = yaml.safe_dump({"config": sections}, default_flow_style=flow, allow_unicode=True)
    written = yaml.safe_load(rewritten(text, {("group", groups[0]): ONE}))["config"]
    sections = {key.partition(":")[2]: value for key, value in written.items()}
    problems, config = checked("dev", {**sections, TENANT_KEY: ONE}, ())
    assert problems == []
    assert config
    (first, *others) = config.access.entries
    assert (first.name, first.object_id) == (groups[0], ONE)
    assert [each.label for each in others] == groups[1:]


A = AccessEntry("group", "A", "")


def test_a_name_stands_for_who_was_assigned_by_it_also_when_nobody_is_named_so_any_more() -> None:
    assert choose(A, ONE, [{"id": ONE, "displayName": "B"}]) == ONE
    assert choose(A, ONE, [{"id": TWO}, {"id": ONE}]) == ONE
    assert choose(A, "", [{"id": TWO}]) == TWO


@pytest.mark.parametrize(
    ("assigned", "found", "words"),
    [
        (ONE, [{"id": TWO}], f'"A" was {ONE} at the last `up` and is {TWO} now: write the id that is meant'),
        ("", [], 'no group is named "A": create it, correct the name, or remove it from the list'),
        (ONE, [], 'no group is named "A": create it, correct the name, or remove it from the list'),
        ("", [{"id": ONE}, {"id": TWO}], '2 groups are named "A": write the id'),
    ],
)
def test_a_name_that_may_stand_for_another_is_not_pinned(
    assigned: str, found: list[dict[str, str]], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"^access\.groups: ") as refused:
        choose(A, assigned, found)
    assert words in str(refused.value)


def test_state_shows_who_was_assigned_by_a_name_also_state_of_an_older_version() -> None:
    urn = "urn:pulumi:prod::greenlake-scim::x$y::"
    older = {"type": "azuread:index/appRoleAssignment:AppRoleAssignment", "urn": f"{urn}group Old: one"}
    newer = {"type": "greenlake-scim:entra:GroupAssignments", "urn": f"{urn}access"}
    assert assigned_as(
        [
            {**newer, "outputs": {"principals": {ONE: "group New"}}},
            {**older, "outputs": {"principalObjectId": TWO}},
            {**newer, "outputs": {"principals": [TWO]}},
            {**newer},
        ]
    ) == {"group New": ONE, "group Old: one": TWO}
