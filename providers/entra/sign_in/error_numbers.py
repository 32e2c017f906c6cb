"""What to do about an error number of Entra's sign-in, by what is wrong. Pure.

Source: Microsoft, authentication and authorization error codes. Microsoft has a page for each number.
"""

import re
from collections.abc import Mapping

from providers.entra.sign_in.federated_credential import mismatch
from providers.masking import brief

EXPIRED = "AADSTS700024"  # what was presented is not, or no longer, within its time
_PAGE = "https://login.microsoftonline.com/error?code="
_ACTIONS: Mapping[str, str] = {
    "50059 50128 90019 50194": "the sign-in names no tenant: check azuread:tenantId in the stack file, and "
    "ARM_TENANT_ID",
    "5000224 5000225": "the tenant is blocked, or its subscription has ended: ask its administrator",
    "500021 500022": "the network's proxy lets nobody sign in to this tenant (tenant restrictions): ask who runs it",
    "90002": "there is no such tenant: check azuread:tenantId in the stack file",
    "900021 900023": "azuread:tenantId in the stack file is not a tenant id",
    "700016 70001": "the application is not in this tenant: check ARM_CLIENT_ID and azuread:tenantId",
    "7000112": "the application is disabled in this tenant: enable it, or check ARM_CLIENT_ID",
    "7000229": "the application has no service principal in this tenant: make one, or check azuread:tenantId",
    "7000215 50012": "the client secret is wrong: check ARM_CLIENT_SECRET (its value, not its id)",
    "7000222": "the client secret has expired: make a new one and set ARM_CLIENT_SECRET",
    "7000218 7000216": "nothing proves who signs in: set ARM_CLIENT_SECRET, a client certificate, or ARM_USE_OIDC=true",
    "700025": "the application is a public client, which has no secret: check ARM_CLIENT_ID, or switch public client "
    "flows off",
    "700027 700030 7000214": "the client certificate is not one of the application's: upload it, or set the right one",
    "700024": "the OIDC token, or a certificate's, is not within its time: let the pipeline give the run the address "
    "of its tokens or a file that is renewed, instead of ARM_OIDC_TOKEN; compare this machine's clock",
    "50013 500133 50027 5002738 900384": "Entra cannot verify the signature or the time of the OIDC token, or of the "
    "client certificate: let the run get a new token, upload the certificate again, and compare this machine's clock",
    "700021 500131": "the token or certificate was made for another application: check ARM_CLIENT_ID",
    "50049 650052 650057 700023 900382 900432 900439 90043 500011 500014": "Graph, or the sign-in, is another cloud's: "
    "compare ARM_ENVIRONMENT with the cloud of the tenant",
    "50166 501661": "Entra cannot read the keys of the OIDC token's issuer: its address has to be public; run again "
    "later",
    "700222 700236 700238": "a federated credential takes no OIDC token that Entra issued: let the run present the "
    "token of the pipeline's own host, or compare the issuer with that of the service connection",
    "53000 53001 53002 53003 53004 53009 53011 530003 530004 530032 530035 50097 50131": "Conditional Access blocks "
    "this sign-in: see the sign-in logs of the service principal or user",
    "50072 50074 50076 50078 50079 50158": "a person has to confirm this sign-in (multifactor authentication): run "
    "`az login --tenant TENANT` again, or sign in as an application with ARM_*",
    "700081 700082 700083 700084 70008 70043 70044 50173 50132 50133 50089 50055": "the sign-in of the Azure CLI has "
    "ended: run `az login` again",
    "50020 50034 90072": "this person is not in the tenant: run `az login --tenant TENANT`, or check azuread:tenantId",
    "50053 50057 500571 500341": "the account of this person is locked or disabled: sign in as another one, or as an "
    "application",
    "65001 65004 90094": "nobody has consented to its permissions: grant them, with admin consent",
    "50105": "the application wants an assignment, and who signs in has none: assign it, or switch that off",
    "90033 90024 90025 90055 50000 50196 220501": "Entra had trouble itself: run again in some minutes",
}
_BY_NUMBER = {f"AADSTS{number}": action for numbers, action in _ACTIONS.items() for number in numbers.split()}
_SENTENCE = re.compile(  # up to the first id or time, whose names are in the language of the tenant
    r"AADSTS[0-9]+: +(.+?)(?: Trace ID:| Timestamp:| [^.:]{2,40}: ?[0-9a-f]{8}-|; (?:trace|correlation)_id "
    r"| \.\.\. |\): |$)",
    re.DOTALL,
)
_KEY_EXPIRED = re.compile(r"key (?:used )?(?:is|was|has) expired", re.IGNORECASE)  # a reason in AADSTS700027


def what_to_do(code: str, said: str, claims: Mapping[str, object]) -> str:
    """Return it for a code such as AADSTS700213, with what the OIDC token presented if that is what does not match.

    A number that is not known is explained by Entra's sentence, and by Microsoft's page.
    """
    known = mismatch(code, said, claims) or _BY_NUMBER.get(code, "")
    if _KEY_EXPIRED.search(said):
        known = "the client certificate has expired: upload a new one to the application and set it"
    sentence = _SENTENCE.search(said)
    about = f"{brief(sentence[1])} " if sentence else ""
    return known or f"{about}{_PAGE}{code.removeprefix('AADSTS')} has what it means; check the ARM_* settings"
