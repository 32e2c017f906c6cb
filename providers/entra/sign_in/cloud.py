"""Find the cloud's addresses: Microsoft's own by name, any other by its metadata document, as azuread does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from providers.errors import ConfigurationError, NotFoundError, UnexpectedAnswerError
from providers.http import Answer, Call, send
from providers.http.deadline import Deadline


@dataclass(frozen=True)
class Cloud:
    """Where to sign in and where Graph is; both without a trailing slash. `known` is one of Microsoft's own clouds."""

    login: str
    graph: str
    known: bool = True


_CLOUDS = {
    "public": Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "global": Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "usgovernment": Cloud("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "usgovernmentl5": Cloud("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    "china": Cloud("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
}
_read_before: dict[str, Cloud] = {}


def cloud(environ: Mapping[str, str], deadline: Deadline) -> Cloud:
    """Return the cloud that ARM_METADATA_HOSTNAME or ARM_ENVIRONMENT names, the public one if neither is set."""
    host = environ.get("ARM_METADATA_HOSTNAME", "")
    if host:
        return _of_metadata(host, deadline)
    name = environ.get("ARM_ENVIRONMENT") or "public"
    if name.lower() not in _CLOUDS:
        raise ConfigurationError(f'ARM_ENVIRONMENT is "{name}": it is one of {", ".join(sorted(_CLOUDS))}')
    return _CLOUDS[name.lower()]


def _of_metadata(host: str, deadline: Deadline) -> Cloud:
    if host not in _read_before:
        call = Call(
            what="Entra: read the cloud's metadata",
            method="GET",
            url=f"https://{host}/metadata/endpoints?api-version=2022-09-01",
            hints={404: "check ARM_METADATA_HOSTNAME"},
        )
        try:
            _read_before[host] = _read(send(call, deadline))
        except NotFoundError as error:  # so that no caller takes it for an answer of Graph's
            raise ConfigurationError(str(error)) from None
    return _read_before[host]


def _read(answer: Answer) -> Cloud:
    body = answer.fields()
    authentication: object = body.get("authentication")
    login = cast("dict[str, object]", authentication).get("loginEndpoint") if isinstance(authentication, dict) else None
    graph: object = body.get("microsoftGraphResourceId")
    if not isinstance(login, str) or not isinstance(graph, str):
        raise UnexpectedAnswerError(
            f"{answer.what}: no loginEndpoint and microsoftGraphResourceId: check ARM_METADATA_HOSTNAME"
        )
    return Cloud(login.rstrip("/"), graph.rstrip("/"), known=False)
