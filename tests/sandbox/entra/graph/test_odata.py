"""$filter, as far as the clients of this project use it."""

import pytest

from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.odata import where

_USER = {
    "displayName": "Zoë O'Hara",
    "accountEnabled": True,
    "mail": None,
    "n": 3,
    "at": "2026-11-24T10:00:00.1234567Z",
    "app": {"id": "A1"},
    "phones": ["1", "22"],
    "parts": [{"id": "P1"}],
    "none": [],
}


@pytest.mark.parametrize(
    "text",
    [
        "displayName eq 'Zoë O''Hara'",
        "displayName eq 'zoë o''hara'",
        "accountEnabled eq true",
        "mail eq null",
        "mail ne 'x'",
        "n eq 3 and n gt 2 and n le 3",
        "(n eq 4 or n eq 3) and accountEnabled eq true",
        "n eq 3 or n eq 4 and n eq 5",
        "not (n eq 4)",
        "app/id eq 'A1'",
        "at ge 2026-11-24 and at lt 2026-11-25T00:00:00Z",
        "at gt 2026-11-24T10:00:00.1Z",
        "startswith(displayName,'Zoë')",
        "contains(tolower(app/id),'a1')",
        "endsWith(displayName,'hara')",
        "startsWith(displayName,'Zoë') AND NOT (N EQ 4)",
        "DISPLAYNAME eq 'Zoë O''Hara' and App/ID in ('x','a1')",
        "phones/any(p:p eq '22')",
        "phones/any(p:startswith(p,'2') and n eq 3)",
        "parts/any(x:x/id eq 'p1') and parts/any()",
        "n eq 3 or " * 2000 + "n eq 4",
    ],
)
def test_a_filter_that_holds_finds_the_object(text: str) -> None:
    assert where(text)(_USER)


@pytest.mark.parametrize(
    "text",
    [
        "displayName eq 'Zoë'",
        "accountEnabled eq false",
        "mail eq 'x'",
        "mail gt 'a'",
        "n eq 3 and n gt 3",
        "(n eq 3 or n eq 4) and n eq 5",
        "not accountEnabled eq true",
        "at gt 2026-11-25",
        "startswith(mail,'x')",
        "n in (1,2)",
        "phones/any(p:p eq '2')",
        "none/any() or none/any(p:p eq '')",
    ],
)
def test_a_filter_that_does_not_hold_finds_nothing(text: str) -> None:
    assert not where(text)(_USER)


def test_the_logs_compare_with_case() -> None:
    assert not where("app/id eq 'a1'", case_sensitive=True)(_USER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n",
        "n eq",
        "n is 3",
        "n eq 3 n",
        "(n eq 3",
        "n eq 'open",
        "nowhere eq 1",
        "app/nowhere eq 1",
        "§",
        "at gt 2026-13-45",
        "n in ()",
        "phones/any(p p eq 1)",
        "phones/any(p:q eq 1)",
        "(" * 5000 + "n eq 3" + ")" * 5000,
        "not " * 5000 + "n eq 3",
    ],
)
def test_a_filter_that_cannot_be_understood_is_a_bad_request(text: str) -> None:
    with pytest.raises(GraphError, match="Invalid filter clause") as refused:
        where(text)(_USER)
    assert refused.value.status == 400
