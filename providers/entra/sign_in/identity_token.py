"""Fetch the OIDC token that the host of a pipeline (GitHub, Azure DevOps) issues to a run; it lives some minutes."""

from typing import cast
from urllib.parse import quote

from providers.errors import UnexpectedAnswerError
from providers.http import Call, send
from providers.http.deadline import Deadline

ENTRA = "api://AzureADTokenExchange"  # the audience of a token that Entra takes
_GITHUB_HINTS = {
    **dict.fromkeys((401, 403, 404), "the workflow needs the permission `id-token: write`"),
    405: "in Azure Pipelines set ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID to the id of the service connection",
}
_AZURE_HINTS = {
    **dict.fromkeys(
        (401, 403), "set ARM_OIDC_REQUEST_TOKEN to $(System.AccessToken), and name the service connection in a task"
    ),
    404: "compare ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID with the id of the service connection in this project",
}


def identity_token(
    request_url: str, request_token: str, audience: str, deadline: Deadline, service_connection: str = ""
) -> str:
    """Return a token of this run for an audience.

    The address and its token are what the host hands to a job: GitHub as ACTIONS_ID_TOKEN_REQUEST_URL and
    ACTIONS_ID_TOKEN_REQUEST_TOKEN, Azure DevOps as SYSTEM_OIDCREQUESTURI and System.AccessToken. `service_connection`
    is the id of the one that Azure DevOps issues the token for, "" elsewhere. Sources: docs.github.com, OpenID Connect
    reference; Azure DevOps REST API 7.1, Oidctoken: create.
    """
    query = f"audience={quote(audience, safe='')}"
    if service_connection:
        query = f"api-version=7.1&{query}&serviceConnectionId={quote(service_connection, safe='')}"
    call = Call(
        what="OIDC: fetch the identity token of this run",
        method="POST" if service_connection else "GET",
        url=f"{request_url}{'&' if '?' in request_url else '?'}{query}",
        headers={"Authorization": f"Bearer {request_token}", "Content-Type": "application/json"},
        hints=_AZURE_HINTS if service_connection else _GITHUB_HINTS,
    )
    body: object = send(call, deadline).json(call.what)
    name = "oidcToken" if service_connection else "value"
    value = cast("dict[str, object]", body).get(name) if isinstance(body, dict) else None
    if not isinstance(value, str):
        raise UnexpectedAnswerError(f"{call.what}: no {name} in the answer: check the request address")
    return value
