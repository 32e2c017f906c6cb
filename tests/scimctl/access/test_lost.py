"""What the last `up` assigned and is not assigned any more is found once, by its name."""

from collections.abc import Sequence
from typing import Any

import pytest

from providers.entra.graph.directory import Directory
from scimctl.access.lost import Lost, lost
from scimctl.stack.stack import Stack

ADMINS, SALES, ADA = ("11111111-0000-4000-8000-00000000000" + digit for digit in "123")


class Deployed(Stack):
    """A stack whose last `up` assigned two groups and a user."""

    @property
    def status(self) -> dict[str, Any]:
        return {"principals": [ADMINS, SALES, ADA]}


def _assignment(name: str, one: str) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::greenlake-scim::x::{name}"
    return {
        "type": "azuread:index/appRoleAssignment:AppRoleAssignment",
        "urn": urn,
        "outputs": {"principalObjectId": one},
    }


LABELS = {ADMINS: "group Admins", SALES: "group Sales", ADA: "user ada@x"}
COMPONENT = {"type": "greenlake-scim:entra:GroupAssignments", "urn": "x", "outputs": {"principals": LABELS}}
ASSIGNMENTS = [_assignment(f"group {ADMINS}", ADMINS), _assignment(f"group {SALES}", SALES), _assignment("user u", ADA)]


@pytest.mark.parametrize("resources", [[COMPONENT, *ASSIGNMENTS[:2]], [*ASSIGNMENTS[:2], COMPONENT]])
def test_each_is_found_once_by_its_name_and_a_deleted_one_is_distinguished(
    resources: Sequence[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(_: Directory, one: str) -> list[dict[str, str]]:
        return [] if one == SALES else [{"id": one}]

    monkeypatch.setattr(Directory, "security_groups", found)
    monkeypatch.setattr(Directory, "users", found)
    stack = Deployed("prod", None, resources)  # pyright: ignore[reportArgumentType] - only the tenant of it is read
    monkeypatch.setattr(Stack, "tenant_id", "a-tenant")

    assert lost(stack, [ADA]) == [Lost("group Admins", is_deleted=False), Lost("group Sales", is_deleted=True)]
    assert lost(stack, [ADMINS, SALES, ADA]) == []
    assert [each.label for each in lost(stack, [ADMINS, SALES])] == ["user ada@x"]
