"""Everything that is assumed about HPE GreenLake's proxy token API, in one place, because little of it is documented.

Documented (HPE Developer blog, 16 July 2024): `POST /v1alpha1/proxytoken`, `POST /v1alpha1/proxytoken/rotate` with a
flag that ends the current token or keeps it "until the new token takes effect", the SCIM base `/v1alpha1/scimproxy`, a
bearer of 15 minutes, and the role, space and scope of step 1.

What is assumed beyond that is a list in `providers.greenlake.assumption_checks`, with what each stack has seen of it.
"""

from providers.errors import ApiError, ConflictError

PROXY_TOKEN_PATH = "/v1alpha1/proxytoken"
ROTATE_PATH = PROXY_TOKEN_PATH + "/rotate"
ROLE = 'role "SCIM Proxy Token Contributor", space "All Resources", scope "greenlake.service.user"'

# Names of fields, as their words without case and separators: accessToken, access_token and Access-Token are one.
TOKEN_NAMES = frozenset({
    "token", "accesstoken", "proxytoken", "scimproxytoken", "scimtoken", "secrettoken", "bearertoken", "tokenvalue",
})  # fmt: skip
WEAK_TOKEN_NAMES = frozenset({"jwt", "value"})  # those of other things too: they count if no other name is there
END_NAMES = frozenset({
    "expiresat", "expiration", "expirationdate", "expirationtime", "expiry", "expirydate", "expires", "expireson",
    "validuntil", "exp",
})  # fmt: skip
WORKSPACE_CLAIMS = frozenset({
    "workspaceid", "hpeworkspaceid", "glworkspaceid", "platformcustomerid", "customerid", "tenantid",
})  # fmt: skip
SPAN_NAMES = frozenset({"expiresin", "ttl", "lifetime"})
NEW_WORDS = frozenset({"new", "newest", "latest", "replacement"})  # no "next": nextToken is a page's
OLD_WORDS = frozenset({"old", "previous", "prior", "former", "replaced", "expiring"})
EITHER_WORDS = frozenset({"current"})  # beside "new" it is the old one, beside "previous" the new one


def rotate_query(*, remove_current: bool) -> str:
    """Return the query of a rotation, with the flag under both of its spellings."""
    flag = "true" if remove_current else "false"
    return f"remove-current={flag}&remove_current={flag}"


def says_one_exists(error: ApiError) -> bool:
    """Return whether the refusal of a create means that the workspace has a token already."""
    code = error.code.lower()
    exists = "already" in code or (code.endswith("exists") and "not" not in code)
    return isinstance(error, ConflictError) or (error.status == 400 and exists)
