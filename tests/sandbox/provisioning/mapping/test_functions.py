from typing import Any

import pytest

from sandbox.provisioning.mapping.expression import parse
from sandbox.provisioning.mapping.functions import NotSupportedError, Value, evaluate

SOURCE: dict[str, Any] = {
    "givenName": "Zoë",
    "surname": "van Dam",
    "mail": "zoe@example.com",
    "IsSoftDeleted": False,
    "country": "NL",
    "proxyAddresses": ["a", "b"],
}


def value(text: str, **changes: Any) -> Value | None:
    return evaluate(parse(text), (SOURCE | changes).get)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[givenName]", "Zoë"),
        ("[middleName]", None),
        ('"constant"', "constant"),
        ('Join(" ", [givenName], [middleName], [surname])', "Zoë van Dam"),
        ('Join(",", [proxyAddresses])', "a,b"),
        ('Append([mail], ".old")', "zoe@example.com.old"),
        ('Append([middleName], "")', None),
        ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "True"),
        ('Switch([country], "abroad", "NL", "here")', "here"),
        ('Switch([middleName], "abroad", "NL", "here")', "abroad"),
        ('Replace([mail], "@", , , "-", , )', "zoe-example.com"),
        ('Replace([mail], , "@(?<domain>.*)", , "", , )', "zoe"),
        ('Replace([mail], , "@(?<domain>.*)", "domain", "x.y", , )', "zoe@x.y"),
        ('Replace([country], "#", , , , , "land #")', "land NL"),
        ('IIF([country]="nl", "yes", "no")', "yes"),
        ('IIF([country]<>"nl", "yes", "no")', "no"),
        ('IIF(IsNullOrEmpty([middleName]), "none", [middleName])', "none"),
        ('IIF(Not(IsPresent([mail])), "none", "some")', "some"),
        ('Coalesce([middleName], [surname], "x")', "van Dam"),
        ("ToLower([surname])", "van dam"),
        ("ToUpper([middleName])", None),
        ("ToUpper([surname])", "VAN DAM"),
        ("Left([mail], 3)", "zoe"),
        ("Mid([mail], 2, 2)", "oe"),
        ("StripSpaces([surname])", "vanDam"),
        ('Trim(" x ")', "x"),
        ("NormalizeDiacritics([givenName])", "Zoe"),
    ],
)
def test_a_function_computes_what_its_description_asks(expression: str, expected: Value | None) -> None:
    assert value(expression) == expected


def test_a_source_that_is_only_a_name_or_only_a_text_is_understood() -> None:
    assert evaluate({"type": "Attribute", "name": "mail"}, SOURCE.get) == "zoe@example.com"
    bare: dict[str, Any] = {"type": "Function", "name": "ToUpper", "expression": "ToUpper([country])", "parameters": []}
    assert evaluate(bare, SOURCE.get) == "NL"
    assert evaluate({**bare, "expression": "[country]"}, SOURCE.get) == "NL"


def test_a_function_that_is_not_known_is_reported() -> None:
    with pytest.raises(NotSupportedError, match="SingleAppRoleAssignment is not supported"):
        value("SingleAppRoleAssignment([appRoleAssignments])")
