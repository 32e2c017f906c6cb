"""The refusals of Graph, and what to do about each."""

import json
from typing import Any

import pytest

from providers.entra.graph.provisioning import Graph
from providers.errors import UnauthorizedError
from tests.sandbox.driver import World


@pytest.mark.parametrize(
    ("body", "code", "todo"),
    [
        (
            {
                "odata.error": {
                    "code": "Authorization_IdentityNotFound",
                    "message": {"lang": "en", "value": "The identity of the calling application is not known."},
                }
            },
            "Authorization_IdentityNotFound",
            "(The identity of the calling application is not known.): the client that signs in is not in this tenant",
        ),
        (
            {"error": {"code": "InvalidAuthenticationToken"}},
            "InvalidAuthenticationToken",
            "Graph does not accept the access",
        ),
        (
            {
                "error": {
                    "code": "InvalidAuthenticationToken",
                    "message": "Continuous access evaluation resulted in challenge with result: InteractionRequired "
                    "and code: TokenIssuedBeforeRevocationTimestamp",
                }
            },
            "InvalidAuthenticationToken",
            "a policy of the tenant (Conditional Access)",
        ),
        (
            {
                "error": {
                    "code": "Unauthorized",
                    "message": "Exception of type 'Microsoft.Graph.AGS.Contracts.ClaimsChallengeRequiredException' was "
                    "thrown.",
                }
            },
            "Unauthorized",
            "a policy of the tenant (Conditional Access)",
        ),
        (
            {"error": {"code": "Forbidden", "innerError": {"code": "BlockedByConditionalAccess"}}},
            "BlockedByConditionalAccess",
            "a policy of the tenant (Conditional Access)",
        ),
        (
            {"error": {"code": "TenantRestricted"}},
            "TenantRestricted",
            "the network's proxy lets nobody use this tenant",
        ),
        (
            {"error": {"code": "Authentication_ExpiredToken"}},
            "Authentication_ExpiredToken",
            "Graph does not accept the access",
        ),
        (
            {"error": {"code": "CompactToken parsing failed with error code: 80049217"}},
            "CompactToken parsing failed with error code: 80049217",
            "Graph does not accept the access",
        ),
        (
            {"error": {"code": "AadPremiumLicenseRequired"}},
            "AadPremiumLicenseRequired",
            "needs a licence of Entra ID P1",
        ),
        (
            {"error": {"code": "UnknownError", "message": ""}},
            "UnknownError",
            "grant the application permission Synchron",
        ),
    ],
)
def test_what_to_do_about_a_401_depends_on_the_code(
    here: World, of_application: Graph, body: dict[str, Any], code: str, todo: str
) -> None:
    here.fail({"service": "graph", "method": "GET", "status": 401, "body": json.dumps(body)})

    with pytest.raises(UnauthorizedError) as caught:
        of_application.jobs()

    assert caught.value.code == code
    assert todo in str(caught.value)
