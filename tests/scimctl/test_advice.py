"""What a service says is shown so that it helps, and never with a token in it."""

import pytest

from scimctl.advice import advice, shown

JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"


@pytest.mark.parametrize("token", [JWT, "x9" * 10 + "Zq" * 15, "QUJDRGVm0123456789-_" * 3])
def test_a_long_random_word_is_masked(token: str) -> None:
    assert shown(f"401 for Bearer {token}: refused") == "401 for Bearer [...]: refused"


@pytest.mark.parametrize(
    "text",
    [
        "Zoë O'Hara <zoe.with.a.very.long.name@subsidiary.of.a.company.example>",
        "SystemForCrossDomainIdentityManagementCredentialValidationFailure",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "/v1alpha1/scimproxy/Users/11111111-2222-4333-8444-555555555555 was answered 409",
    ],
)
def test_names_codes_and_addresses_are_shown(text: str) -> None:
    assert shown(text) == text


def test_it_is_one_line_and_not_too_long() -> None:
    assert shown("a\r\n\x1b[31m b\t c") == "a [31m b c"
    assert len(shown("word " * 1000)) == 400


def test_the_advice_is_for_a_code() -> None:
    assert "pulumi up --refresh" in advice("Unauthorized")
    assert advice("NobodyKnowsThisCode") == ""
