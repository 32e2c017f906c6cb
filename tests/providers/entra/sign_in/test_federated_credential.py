"""An OIDC token that no federated credential matches: what differs, and what the token presented."""

import json
from typing import Any

import pytest

from providers.entra.sign_in.federated_credential import mismatch
from providers.errors import UnauthorizedError
from tests.providers.entra.sign_in.signing_in import claims_of, without_secret
from tests.providers.jwts import unsigned_jwt
from tests.sandbox.driver import World

SUBJECT = "repo:Example@123456/infra@456789:environment:prod"
CLAIMS = {"iss": "https://token.actions.githubusercontent.com", "sub": SUBJECT, "aud": "api://AzureADTokenExchange"}
PRESENTED = (
    f"presented subject '{SUBJECT}', issuer 'https://token.actions.githubusercontent.com', "
    "audience 'api://AzureADTokenExchange'"
)
CODES = {
    "AADSTS70021": "compare the issuer, subject or audience,",
    "AADSTS700211": "compare the issuer,",
    "AADSTS700212": "compare the audience,",
    "AADSTS700213": "compare the subject,",
    "AADSTS7002138": "compare the subject (it differs in capital and small letters alone),",
}


@pytest.mark.parametrize(("code", "compare"), CODES.items())
def test_each_code_shows_what_differs_with_what_was_presented(code: str, compare: str) -> None:
    assert mismatch(code, f"{code}: No matching record found.", CLAIMS) == (
        f"no federated credential of the application matches the OIDC token, which {PRESENTED}: {compare} letter by "
        "letter; docs/ci/github.md shows what is presented"
    )


@pytest.mark.parametrize(
    ("issuer", "page"),
    [
        ("https://gitlab.com", "gitlab.md"),
        ("https://gitlab.example.com", "gitlab.md"),
        ("https://vstoken.dev.azure.com/4f1b2c3d-0000-4000-8000-123456789abc", "azure.md"),
        ("https://login.microsoftonline.com/4f1b2c3d-0000-4000-8000-123456789abc/v2.0", "azure.md"),
    ],
)
def test_the_page_is_that_of_the_host_that_issued_the_token(issuer: str, page: str) -> None:
    assert f"; docs/ci/{page} shows " in mismatch("AADSTS700213", "", {"iss": issuer})
    assert f"; docs/ci/{page} shows " in mismatch("AADSTS70025", "", {"iss": issuer})


def test_a_new_number_with_the_sentence_of_a_mismatch_is_one() -> None:
    said = "AADSTS7002199: No matching federated identity record found for presented assertion flavour 'x'."

    assert "compare the issuer, subject or audience, letter by letter" in mismatch("AADSTS7002199", said, CLAIMS)


@pytest.mark.parametrize(
    ("said", "presented"),
    [
        (
            (
                "AADSTS700213: No matching federated identity record found for presented assertion subject "
                "'repo:example/infra:pull_request'. Check your credential."
            ),
            "presented subject 'repo:example/infra:pull_request': compare the subject,",
        ),
        (
            (
                "AADSTS700211: No matching federated identity record found for presented assertion issuer "
                "'https://token.actions.githubusercontent.com/acme'."
            ),
            "presented issuer 'https://token.actions.githubusercontent.com/acme': compare the issuer,",
        ),
        (
            (
                "AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: "
                "'https://i.example'. Assertion Subject: 's'. Assertion Audience: 'a'."
            ),
            "presented subject 's', issuer 'https://i.example', audience 'a': compare the issuer, subject or audience,",
        ),
        ("AADSTS700212: ... assertion audience ...", "matches the OIDC token: compare the audience,"),
    ],
)
def test_what_the_token_lacks_is_taken_from_the_answer(said: str, presented: str) -> None:
    assert presented in mismatch(said.partition(":")[0], said, {})


def test_a_token_in_a_claim_or_in_the_answer_is_not_shown() -> None:
    token = unsigned_jwt({"sub": "s", "exp": 9})

    assert token not in mismatch("AADSTS700213", f"assertion subject '{token}'", {})
    assert token not in mismatch("AADSTS700213", "", {"sub": token})


@pytest.mark.parametrize("audience", [["one"], ["one", "two"], None, 7])
def test_an_audience_of_any_kind_is_read(audience: Any) -> None:
    said = mismatch("AADSTS700212", "", {"aud": audience})

    assert ("audience '" in said) == isinstance(audience, list)


def test_another_code_is_no_matter_of_federated_credentials() -> None:
    assert mismatch("AADSTS7000215", "assertion subject 's'", CLAIMS) == ""


def test_a_sign_in_shows_what_its_own_token_presented(here: World) -> None:
    said = {
        "error": "invalid_client",
        "error_description": "AADSTS700213: No matching record found.",
        "error_codes": [7],
    }
    here.fail({"service": "login", "method": "POST", "status": 401, "body": json.dumps(said), "times": 9})
    token = unsigned_jwt({**CLAIMS, "exp": 4_000_000_000})

    with pytest.raises(UnauthorizedError) as caught:
        claims_of(without_secret(here, ARM_USE_OIDC="true", ARM_OIDC_TOKEN=token))

    assert caught.value.code == "AADSTS700213"
    assert (
        f"(AADSTS700213): no federated credential of the application matches the OIDC token, which {PRESENTED}: "
        in (str(caught.value))
    )
    assert token.split(".")[1] not in str(caught.value)
