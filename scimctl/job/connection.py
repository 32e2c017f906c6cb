"""Test Connection, and whose token a refusal is about: the stack's own is presented beside the one that Entra holds."""

from dataclasses import dataclass
from datetime import datetime

from providers.entra.graph.provisioning import REFUSED_BY_TARGET
from providers.entra.job.health import is_unreached, reason
from providers.errors import ApiError, ProvisioningError
from providers.greenlake.token_properties import fingerprint
from providers.http.deadline import Deadline
from providers.masking import masked
from providers.scim.probing import Probe, probe_twice
from scimctl.job.advice import advice, is_refused_token, why_refused
from scimctl.stack.deployed import graph_of
from scimctl.stack.stack import Stack, read_tokens

_MISSING = "CredentialsMissing"


@dataclass(frozen=True)
class Connection:
    """What Entra was answered: `code` is None if GreenLake accepts its token; `own` is the answer to the stack's token.

    `own` is asked for only after a refusal; UNKNOWN also if the secrets of the stack cannot be decrypted.
    """

    code: str | None
    own: Probe = Probe.UNKNOWN
    expired: datetime | None = None

    @property
    def what(self) -> str:
        """Return what is wrong, in words that differ for each cause; "" if nothing is."""
        if self.code is None:
            return ""
        if is_unreached(self.code):
            return f"Entra does not reach GreenLake ({self.code})"
        if self.code == _MISSING:
            return f"Entra holds no credentials ({self.code})"
        if not is_refused_token(self.code):
            return f"Entra's test of the connection fails ({self.code})"
        return {
            Probe.REFUSED: f"GreenLake refuses the stack's token: {why_refused(self.expired)} ({self.code})",
            Probe.ACCEPTED: f"Entra holds other credentials than the stack's, which GreenLake accepts ({self.code})",
            Probe.UNKNOWN: f"GreenLake refuses what Entra has saved ({self.code})",
        }[self.own]

    @property
    def todo(self) -> str:
        """Return what to do about it."""
        if self.code is None or not is_refused_token(self.code):
            return advice(self.code or "") or ("compare greenlake.tenantUrl with GreenLake" if self.code else "")
        return {
            Probe.REFUSED: "run `pulumi up --refresh`, which rotates the token",
            Probe.ACCEPTED: "run `pulumi up --refresh`, which saves the stack's credentials again",
            Probe.UNKNOWN: f"{advice(self.code)}; if it does neither, `scimctl verify` shows what GreenLake answers",
        }[self.own]


def tested(stack: Stack, now: datetime) -> Connection:
    """Have Entra test what it holds, which may be done as `scimctl.job.token_use` allows."""
    try:
        graph_of(stack).validate_saved(stack.job_id)
    except ApiError as error:
        if error.status != REFUSED_BY_TARGET:
            raise
        code = masked(reason(error.code or "no reason given", error.refused_with))
    else:
        return Connection(None)
    own = presented(stack) if is_refused_token(code) else Probe.UNKNOWN
    return Connection(code, own, stack.token_expired(now))


def presented(stack: Stack) -> Probe:
    """Present the stack's token to GreenLake; only when Entra may be asked too."""
    try:
        token = read_tokens(stack.name).current
    except ProvisioningError:
        return Probe.UNKNOWN
    if fingerprint(token) != stack.token["fingerprint"]:  # rotated since the stack was read
        return Probe.UNKNOWN
    return probe_twice(str(stack.token["tenant_url"]), token, Deadline())
