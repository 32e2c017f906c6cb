"""What to do about a sign-in that Entra refused follows from its number, whichever of the many it is."""

import pytest

from providers.entra.sign_in.error_numbers import what_to_do

CLAIMS = {"iss": "https://token.actions.githubusercontent.com", "sub": "repo:o/r:pull_request", "aud": "api://x"}


@pytest.mark.parametrize(
    ("number", "does"),
    [
        ("7000218", "set ARM_CLIENT_SECRET, a client certificate, or ARM_USE_OIDC=true"),
        ("50012", "check ARM_CLIENT_SECRET"),
        ("700030", "upload it, or set the right one"),
        ("50013", "compare this machine's clock"),
        ("700023", "compare ARM_ENVIRONMENT with the cloud of the tenant"),
        ("500011", "compare ARM_ENVIRONMENT with the cloud of the tenant"),
        ("501661", "its address has to be public"),
        ("700236", "takes no OIDC token that Entra issued"),
        ("530003", "Conditional Access blocks this sign-in"),
        ("50076", "`az login --tenant TENANT`"),
        ("700082", "`az login` again"),
        ("70043", "`az login` again"),
        ("70044", "`az login` again"),
        ("700081", "`az login` again"),
        ("500341", "the account of this person is locked or disabled"),
        ("50194", "the sign-in names no tenant"),
        ("650057", "compare ARM_ENVIRONMENT with the cloud of the tenant"),
        ("90072", "this person is not in the tenant"),
        ("65001", "with admin consent"),
        ("90033", "run again in some minutes"),
        ("7000216", "set ARM_CLIENT_SECRET, a client certificate, or ARM_USE_OIDC=true"),
        ("700025", "check ARM_CLIENT_ID"),
        ("530032", "Conditional Access blocks this sign-in"),
        ("90019", "the sign-in names no tenant"),
        ("5000225", "ask its administrator"),
        ("500021", "tenant restrictions"),
        ("900021", "azuread:tenantId in the stack file is not a tenant id"),
        ("90002", "there is no such tenant: check azuread:tenantId in the stack file"),
        ("700016", "the application is not in this tenant: check ARM_CLIENT_ID and azuread:tenantId"),
    ],
)
def test_a_known_number_is_reported_by_what_is_wrong(number: str, does: str) -> None:
    assert does in what_to_do(f"AADSTS{number}", "", {})


def test_a_certificate_that_has_expired_is_not_called_a_wrong_one() -> None:
    said = (
        "AADSTS700027: The certificate with identifier used to sign the client assertion is expired on application. "
        "[Reason - The key used is expired., Thumbprint of key used by client: '0A1B2C']"
    )

    assert what_to_do("AADSTS700027", said, {}).startswith("the client certificate has expired: upload a new one")


def test_of_an_unknown_number_microsofts_own_page_is_named() -> None:
    assert what_to_do("AADSTS1234567", "", {}).startswith("https://login.microsoftonline.com/error?code=1234567 has ")


@pytest.mark.parametrize(
    "said",
    [
        "Graph: x was answered 400 AADSTS99 (AADSTS99: It is blue. Trace ID: 1 Correlation ID: 2; trace_id 1): see it",
        "Graph: x was answered 400 AADSTS99 (AADSTS99: It is blue.; trace_id 1): see it",
        "ERROR: AADSTS99: It is blue. Timestamp: 2026-11-30 14:00:00Z\nTo re-authenticate, run az login",
        "AADSTS99: It is blue.",
        "AADSTS99: It is blue. Ablaufverfolgungs-ID: aaaabbbb-1111-4222-8333-ccccdddd0001 Korrelations-ID: aaaabbbb-1",
        "AADSTS99: It is blue. ID de trace : aaaabbbb-1111-4222-8333-ccccdddd0001 ID de corrélation : aaaabbbb-1",
    ],
)
def test_an_unknown_number_is_explained_by_entras_own_sentence(said: str) -> None:
    assert what_to_do("AADSTS99", said, {}) == (
        "It is blue. https://login.microsoftonline.com/error?code=99 has what it means; check the ARM_* settings"
    )


def test_an_application_without_any_federated_credential_gets_the_advice_what_to_add() -> None:
    assert what_to_do("AADSTS70025", "", CLAIMS) == (
        "the application has no federated credential: add one for the OIDC token, which presented "
        "subject 'repo:o/r:pull_request', issuer 'https://token.actions.githubusercontent.com', audience 'api://x'; "
        "docs/ci/github.md shows how"
    )
