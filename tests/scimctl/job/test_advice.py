"""What to do is known by the service's own code."""

import pytest

from scimctl.job.advice import advice

INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"


def test_the_advice_is_for_a_code() -> None:
    assert "pulumi up --refresh" in advice("Unauthorized")
    assert advice("NobodyKnowsThisCode") == ""


@pytest.mark.parametrize(
    ("scim_status", "begins"),
    [
        (None, "what answered is not a SCIM service"),
        (400, "GreenLake refuses this one"),
        (404, "GreenLake refuses this one"),
        (409, "GreenLake refuses this one"),
        (401, "GreenLake refuses the token that Entra holds"),
        (403, "GreenLake refuses the token that Entra holds"),
        (429, "GreenLake failed"),
        (500, "GreenLake failed"),
    ],
)
def test_a_service_that_answers_in_scim_is_one(scim_status: int | None, begins: str) -> None:
    assert advice(INCOMPATIBLE, scim_status).startswith(begins)
    assert ("tenantUrl" in advice(INCOMPATIBLE, scim_status)) == (scim_status is None)
