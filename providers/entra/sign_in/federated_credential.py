"""Why no federated credential of the application matches an OIDC token, and what the token presented. Pure.

Source: Microsoft, error codes: AADSTS70021 named no reason, and became 700211 to 700213 and 7002138. The claims are
names, not secrets: the credential has to hold them letter by letter.
"""

import re
from collections.abc import Mapping
from typing import cast

from providers.masking import brief

_WHAT_DIFFERS: Mapping[str, str] = {
    "AADSTS70021": "issuer, subject or audience",
    "AADSTS700211": "issuer",
    "AADSTS700212": "audience",
    "AADSTS700213": "subject",
    "AADSTS7002138": "subject (it differs in capital and small letters alone)",
}
_PAGES = {"gitlab": "docs/ci/gitlab.md", "dev.azure.com": "docs/ci/azure.md", "microsoftonline": "docs/ci/azure.md"}
_NONE_THERE = "AADSTS70025"
_CLAIMS = {"subject": "sub", "issuer": "iss", "audience": "aud"}
_IN_TEXT = re.compile(r"\b(issuer|subject|audience):?\s+'([^']*)'", re.IGNORECASE)


def mismatch(code: str, said: str, claims: Mapping[str, object]) -> str:
    """Return what does not match and was presented, by `claims` or the answer's words; "" for another code."""
    in_words = "issuer, subject or audience" if "No matching federated identity" in said else None
    differs = _WHAT_DIFFERS.get(code, in_words)
    if differs is None and code != _NONE_THERE:
        return ""
    in_text = {name.lower(): value for name, value in _IN_TEXT.findall(said)}
    found = {name: _text(claims.get(claim)) or in_text.get(name, "") for name, claim in _CLAIMS.items()}
    presented = ", ".join(f"{name} '{brief(value)}'" for name, value in found.items() if value)
    token = f"the OIDC token, which presented {presented}" if presented else "the OIDC token"
    page = next((page for host, page in _PAGES.items() if host in found["issuer"]), "docs/ci/github.md")
    if differs is None:
        return f"the application has no federated credential: add one for {token}; {page} shows how"
    return (
        f"no federated credential of the application matches {token}: compare the {differs}, letter by letter; "
        f"{page} shows what is presented"
    )


def _text(claim: object) -> str:
    """Return a claim as text; an audience may be a list of one."""
    if isinstance(claim, list):
        return ", ".join(str(each) for each in cast("list[object]", claim))
    return claim if isinstance(claim, str) else ""
