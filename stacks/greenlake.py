"""Where HPE GreenLake is."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field, ValidationError, field_validator
from pydantic_core.core_schema import ValidationInfo

from providers.errors import ConfigurationError
from stacks.fields import FieldName, HttpsUrl, WorkspaceId, split_https_url
from stacks.section import Section

SCIM_PATH = "/v1alpha1/scimproxy"
ADDRESS = "GREENLAKE_API_URL"


def _default_tenant_url(read: dict[str, Any]) -> str:
    return read["api_url"] + SCIM_PATH


class GreenLake(Section):
    """The addresses of HPE GreenLake, and where its token answer differs from what is assumed."""

    api_url: HttpsUrl = "https://sps.us1.greenlake-hpe.com"
    """The service that makes SCIM proxy tokens, without `/v1alpha1/proxytoken`; the environment variable
    `GREENLAKE_API_URL` unless set, else the default."""

    tenant_url: HttpsUrl = Field(default_factory=_default_tenant_url)
    """Entra's Tenant URL, to which users and groups are pushed; `apiUrl` with `/v1alpha1/scimproxy` unless set.
    It must be under `apiUrl`, since the token is sent there; a query such as `?aadOptscim062020` may follow."""

    token_field: FieldName = ""
    """The field of the answer that holds the token, if the usual names do not find it: its name, or a path such as
    `result.token` or `data.1.token` (the second of a list)."""

    expiry_field: FieldName = ""
    """The field of the answer that says when the token ends, if the usual names do not find it: its name or a path."""

    workspace: WorkspaceId = ""
    """The id of the workspace that the token is of, as `scimctl doctor --all` shows it of the bearer; the workspace of
    the first call, which state records, unless set. With the bearer of another one no token is made, rotated or
    deleted."""

    @field_validator("api_url")
    @classmethod
    def _has_no_query(cls, url: str) -> str:
        if "?" in url:
            raise ValueError("must not have a query (?): only tenantUrl may")
        return url

    @field_validator("tenant_url")
    @classmethod
    def _is_under_the_api(cls, url: str, info: ValidationInfo) -> str:
        if "api_url" in info.data and not _is_under(url, info.data["api_url"]):
            raise ValueError("must be under apiUrl (same host and port, its path below): the token is sent there")
        return url


def with_address(document: Mapping[str, Any], environ: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the document with the address of the environment if it names none; pure.

    Raises ConfigurationError if the variable holds no address.
    """
    address = environ.get(ADDRESS)
    section: object = document.get("greenlake") or {}
    if not address or not isinstance(section, dict) or "apiUrl" in section:
        return document
    try:
        GreenLake.model_validate({"apiUrl": address})
    except ValidationError as error:
        why = error.errors()[0].get("ctx", {})
        raise ConfigurationError(f"{ADDRESS}: {why.get('error')}") from None
    return {**document, "greenlake": {"apiUrl": address, **cast("dict[str, Any]", section)}}


def _is_under(url: str, api_url: str) -> bool:
    inner, outer = split_https_url(url), split_https_url(api_url)
    same_host = (inner.hostname, inner.port or 443) == (outer.hostname, outer.port or 443)
    return same_host and f"{inner.path}/".startswith(f"{outer.path}/")
