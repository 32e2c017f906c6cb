"""What to do about a refusal of Graph that its status does not explain. Pure.

By patterns of the error's code and sentence, of which the first that matches counts. Sources: Microsoft Graph, error
responses; continuous access evaluation.
"""

from collections.abc import Mapping

CODE_HINTS: Mapping[str, str] = {
    "NonPremium|PremiumLicen|(does not|doesn't) have .*licen[cs]e": "this needs a licence of Entra ID P1 in the tenant",
    "OutdatedPolicies|RevocationTimestamp|Continuous access evaluation|InteractionRequired|ClaimsChallenge"
    "|insufficient_claims|Conditional ?Access": "a policy of the tenant (Conditional Access) ended or blocked this "
    "sign-in: run again; if it stays, see the sign-in logs of the client",
    "TenantRestrict": "the network's proxy lets nobody use this tenant (tenant restrictions): ask who runs it",
    "Authentication_RequestFromUnsupportedUserRole": "the person who signs in needs the role Reports Reader",
    "Authorization_IdentityNotFound": "the client that signs in is not in this tenant, or was made just now: compare "
    "ARM_CLIENT_ID and ARM_TENANT_ID, or run again in some minutes",
    "Directory_QuotaExceeded": "the client that signs in, or the tenant, has as many objects as it may have: delete "
    "some permanently (deleted applications count for 30 days), or give the client a role of the directory",
    "InvalidAuthenticationToken|CompactToken|Authentication_(Expired|MissingOrMalformed)": "Graph does not accept the "
    "access token: compare this machine's clock, and ARM_ENVIRONMENT with the cloud of the tenant",
}
