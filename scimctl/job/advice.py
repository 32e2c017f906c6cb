"""What to do about the error codes of Entra's provisioning service.

Source of the codes: Microsoft, "How to analyze the Microsoft Entra provisioning logs", and "Application provisioning in
quarantine status". The logs bring advice for some; this is for the others.
"""

import re
from datetime import datetime

from providers.timestamps import to_text

_SCIM = "SystemForCrossDomainIdentityManagement"
_INCOMPATIBLE = f"{_SCIM}ServiceIncompatible"
_REFUSED = "GreenLake refuses the token that Entra holds: `pulumi up --refresh` sees that, and rotates or saves it anew"
_NOT_ALLOWED = "GreenLake does not allow it to this token: ask HPE what the token may do"
_LATER = "GreenLake failed; Entra tries again by itself, less and less often"
_ADDRESS = "check greenlake.tenantUrl in the stack file, and that Entra reaches it"
_VALUE = "GreenLake does not take a value: correct the mapping, or the value at the user or group"
_OBJECT = "GreenLake refuses this one, see the reason: correct the value at the user or group, or the mapping"
_MANY = "`scimctl logs --failures --group-by error` shows why"
_MISSING = "an attribute that GreenLake needs has no value: fill it in at the user, or map another one"
_RESTART = "`scimctl restart` looks at everybody anew and makes it again"
_MAPPING = "correct the mapping in the stack file, then run `up`"
_SOURCE = "two in Entra match one in GreenLake: give them different values of the matching attribute"
_TARGET = "GreenLake has more than one with this value of the matching attribute: delete all but one there"

_ON_THE_WAY = (
    *("CredentialValidationUnavailable", "HttpRequestException", "WebException", "NameResolutionFailure"),
    *("ConnectFailure", "SecureChannelFailure", "TrustFailure"),
)

_WITH_STATUS = re.compile(r"(.*), status ([0-9]{3})")  # as `health.reason` writes it

_ADVICE = {
    **dict.fromkeys((f"{_SCIM}CredentialValidationFailure", "InvalidCredentials", "Unauthorized"), _REFUSED),
    _INCOMPATIBLE: f"what answered is not a SCIM service as Entra knows them: {_ADDRESS}",
    **dict.fromkeys((f"{_SCIM}BadRequest", "UnprocessableEntity"), _VALUE),
    **dict.fromkeys((f"{_SCIM}MultipleEntriesInResponse", "DuplicateTargetEntries"), _TARGET),
    **dict.fromkeys(_ON_THE_WAY, f"Entra did not reach GreenLake: {_ADDRESS}"),
    "CredentialsMissing": "Entra holds no credentials: `pulumi up --refresh` saves them",
    **dict.fromkeys(("InsufficientRights", "NotPermitted", "Forbidden"), _NOT_ALLOWED),
    "MethodNotAllowed": f"GreenLake has no such call: {_ADDRESS}",
    "NotImplemented": "GreenLake cannot do this: untick the action in mappings, or ask HPE",
    "WebExceptionProtocolError": f"the answer was not proper HTTP: {_ADDRESS}",
    "Conflict": "GreenLake reports that it is there already with other values: look it up there",
    "EntryConflict": "GreenLake has another one of this name: delete that one there, or correct the mapping",
    "TooManyRequests": "GreenLake takes no more requests just now; Entra tries again by itself",
    **dict.fromkeys(("InternalServerError", "BadGateway", "ServiceUnavailable", "GatewayTimeout"), _LATER),
    "InternalError": "Entra itself failed and tries again; if it stays, ask Microsoft, with the change id",
    "Timeout": _LATER,
    "InvalidAnchor": f"it is gone from GreenLake: {_RESTART}",
    "DuplicateSourceEntries": _SOURCE,
    **dict.fromkeys(("MandatoryFieldsMissing", "MissingValues"), _MISSING),
    "ImportSkipped": "the matching attribute has no value: fill it in at the user or group",
    "SchemaAttributeNotFound": f"a mapped attribute does not exist: {_MAPPING}",
    "SchemaPropertyCanOnlyAcceptValue": f"GreenLake takes only certain values for a property: {_MAPPING}",
    "InvalidMapping": f"an expression cannot be worked out for this one: {_MAPPING}",
    "InvalidDomain": "GreenLake does not take the domain of a name: claim the domain there, or map another attribute",
    "LicenseLimitExceeded": "GreenLake has no licence left: free one, or get more",
    "NotEffectivelyEntitled": "it is not assigned, or was just now: `access` in the stack file names groups and users",
    "EntrySynchronizationSkipped": "it is not in scope, or there is nothing to do",
    "CreateNotAllowed": "Create is not ticked: see `actions` of the mappings in the stack file",
    "ObjectNotFound": "Entra's provisioning does not see it yet: wait some minutes",
    "RuleNotFound": "its mapping is switched off: see `mappings` in the stack file",
    "TooManyFailures": f"most entries fail: {_MANY}",
    **{f"Encountered{which}Threshold": _MANY for which in ("BaseEscrow", "TotalEscrow", "EscrowProportion")},
    **dict.fromkeys(("QuarantinedOnDemand", "QuarantineOnDemand"), "ask Microsoft's support, which put it there"),
    "TooManyDeletes": "bring the users back, or allow it in the portal; then `scimctl start`",
}


def advice(code: str, refused_with: int | None = None) -> str:
    """Return what to do about an error code, "" if it is not known; `refused_with` is the status of GreenLake."""
    answered = _WITH_STATUS.fullmatch(code)
    if answered:
        code, refused_with = answered[1], int(answered[2])
    known = _ADVICE.get(code, "") or _ADVICE.get(code.removeprefix(_SCIM), "")
    if refused_with is not None and (code == _INCOMPATIBLE or not known):
        return _of_refusal(refused_with)
    return known


def is_refused_token(code: str, refused_with: int | None = None) -> bool:
    """Return whether an error code means that GreenLake refuses the token."""
    return advice(code, refused_with) == _REFUSED


def why_refused(ended: datetime | None) -> str:
    """Return why GreenLake refuses the stack's own token; `ended` is when it expired, None if it has not."""
    if ended:
        return f"it expired at {to_text(ended)}"
    return "it was deleted, rotated by somebody else, or ended earlier than expected"


def _of_refusal(status: int) -> str:
    """Return what to do if a SCIM service did answer: Entra has one code for everything that it did not expect."""
    by_status = {401: _REFUSED, 403: _NOT_ALLOWED, 429: _ADVICE["TooManyRequests"], 501: _ADVICE["NotImplemented"]}
    return by_status.get(status) or (_LATER if status >= 500 else _OBJECT)
