"""What to do is known by the service's own code."""

import pytest

from scimctl.job.advice import advice, is_refused_token

INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"


def test_the_advice_is_for_a_code() -> None:
    assert "pulumi up --refresh" in advice("Unauthorized")
    assert advice("NobodyKnowsThisCode") == ""


@pytest.mark.parametrize("code", ["Unauthorized", "TooManyRequests", "CredentialValidationUnavailable", "BadGateway"])
def test_a_code_is_known_with_entras_prefix_too(code: str) -> None:
    assert advice(f"SystemForCrossDomainIdentityManagement{code}") == advice(code) != ""


def test_of_an_unknown_code_the_status_of_greenlake_decides() -> None:
    assert is_refused_token("HPE_GL_IAM_EXPIRED_TOKEN", 401)
    assert advice("SomethingNew", 503).startswith("GreenLake failed")
    assert advice("TooManyDeletes", 401).startswith("bring the users back")


@pytest.mark.parametrize("code", ["X, status ", "X, status abc", "X, status 503, status 4", ", status"])
def test_a_code_of_any_form_is_not_an_error(code: str) -> None:
    assert advice(code) == ""


@pytest.mark.parametrize(
    ("refused_with", "begins"),
    [
        (None, "what answered is not a SCIM service"),
        (400, "GreenLake refuses this one"),
        (404, "GreenLake refuses this one"),
        (409, "GreenLake refuses this one"),
        (401, "GreenLake refuses the token that Entra holds"),
        (403, "GreenLake does not allow it to this token"),
        (501, "GreenLake cannot do this"),
        (429, "GreenLake takes no more requests just now"),
        (500, "GreenLake failed"),
    ],
)
def test_a_service_that_answers_in_scim_is_one(refused_with: int | None, begins: str) -> None:
    assert advice(INCOMPATIBLE, refused_with).startswith(begins)
    assert ("tenantUrl" in advice(INCOMPATIBLE, refused_with)) == (refused_with is None)
