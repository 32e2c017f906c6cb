"""Everything that is assumed about HPE GreenLake's proxy token API, in one place, because little of it is documented.

Documented (HPE Developer blog, 16 July 2024): `POST /v1alpha1/proxytoken`, `POST /v1alpha1/proxytoken/rotate` with a
flag that ends the current token or keeps it "until the new token takes effect", the SCIM base `/v1alpha1/scimproxy`, a
bearer of 15 minutes, and the role, space and scope of step 1.

Assumed, not documented:
1. an API client's bearer (client credentials, as HPE's own Terraform provider gets it) may call this API;
2. the flag is spelled `remove-current` in the blog's address and `remove_current` in its prose: both are sent;
3. the answer holds the token under one of the usual names, or is the bare token; the end of the token is in one of the
   usual fields beside it, in the `exp` claim of a JWT, or not there at all; if the answer holds several tokens, the new
   one is not among those of our state, or has a name that marks it as new;
4. creating a token where one exists is answered 409, or 400 with a word for "exists" in the error code;
5. rotating without a token is answered 404;
6. DELETE exists; 405 and 501 mean that it does not, and 404 counts only once the token is refused;
7. a refused proxy token is answered 401, an accepted one with a SCIM list;
8. a bearer is a JWT, and one of the usual claims identifies its workspace, by the same value in each bearer of it.
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
