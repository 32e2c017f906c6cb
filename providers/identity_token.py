"""Fetch the OIDC token that the host of a workflow, such as GitHub, issues to the run; it lives some minutes."""

from typing import cast
from urllib.parse import quote

from providers.deadline import Deadline
from providers.errors import UnexpectedAnswerError
from providers.http import Call, send

ENTRA = "api://AzureADTokenExchange"  # the audience of a token that Entra takes


def identity_token(request_url: str, request_token: str, audience: str, deadline: Deadline) -> str:
    """Return a token of this run for an audience.

    The address and its token are what the host hands to a job: GitHub as ACTIONS_ID_TOKEN_REQUEST_URL and
    ACTIONS_ID_TOKEN_REQUEST_TOKEN. Source: docs.github.com, OpenID Connect reference.
    """
    call = Call(
        what="OIDC: fetch the identity token of this run",
        method="GET",
        url=f"{request_url}{'&' if '?' in request_url else '?'}audience={quote(audience, safe='')}",
        headers={"Authorization": f"Bearer {request_token}"},
        hints=dict.fromkeys((401, 403, 404), "the workflow needs the permission `id-token: write`"),
    )
    body: object = send(call, deadline).json(call.what)
    value = cast("dict[str, object]", body).get("value") if isinstance(body, dict) else None
    if not isinstance(value, str):
        raise UnexpectedAnswerError(f"{call.what}: no value in the answer: check the request address")
    return value
