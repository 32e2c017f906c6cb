"""Every exchange of every client: how it is begun, and the answer that it hopes for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum, auto
from typing import Any

from providers.entra.graph.directory import Directory
from providers.entra.graph.provisioning import Graph
from providers.entra.graph.provisioning_log import ProvisioningLog
from providers.entra.job.job import read_job
from providers.entra.job.on_demand import read_outcome
from providers.entra.sign_in.access_token import graph_bearer
from providers.entra.sign_in.client_assertion import identity_token
from providers.entra.sign_in.cloud import cloud
from providers.greenlake.api.bearer import bearer
from providers.greenlake.api.proxy_tokens import ProxyTokens
from providers.greenlake.api.role import ask
from providers.scim.probing import probe
from providers.scim.resources import ScimDirectory
from providers.timestamps import now
from tests.providers.calling import CANARY, soon
from tests.providers.entra.jobs import job_body
from tests.providers.jwts import unsigned_jwt
from tests.providers.tls_service import Service

HERE = "https://here.example"  # in a body: the address of the service that answers
ID = "11111111-2222-3333-4444-555555555555"
_TOKEN = "a-token-of-more-than-sixteen-characters"
_SECONDS = 5.0  # for one exchange with all its attempts

Body = Any  # JSON, None if there is none to send


class Kind(Enum):
    """How an exchange takes faults: what the rows of the table are about."""

    READ = auto()  # asked again at will; the answer is what it is about
    BY_ID = auto()  # the same, where "not found" is an answer too
    PATIENT = auto()  # the same, of something just made, which may not have spread yet
    WRITE = auto()  # sent again at will; the text of the answer does not matter
    ONCE = auto()  # not sent again where it may have been carried out
    CREATE = auto()  # the proxy token's own three
    ROTATE = auto()
    DELETE = auto()
    PROBE = auto()  # returns accepted, refused or unknown, and never fails
    ROLE = auto()  # returns held, missing, bearer refused or untold
    METADATA = auto()  # these three come before Graph: none of their refusals is one of Graph's
    SIGN_IN = auto()
    MANAGED = auto()


@dataclass(frozen=True)
class Exchange:
    """One request of ours: `what` begins every sentence about its failure, the others are answered as well.

    `before` and `after` are the answers to what is asked on the way to it and from there.
    """

    kind: Kind
    what: str
    do: Callable[[Service], Any]
    body: Body = None
    before: Sequence[Body] = ()
    after: Sequence[Body] = ()


def _graph(do: Callable[[Graph], Any]) -> Callable[[Service], Any]:
    return lambda _: do(Graph("tenant", "sp", soon(_SECONDS), {}))


def _tokens(do: Callable[[ProxyTokens], Any]) -> Callable[[Service], Any]:
    return lambda service: do(ProxyTokens(service.url, soon(_SECONDS), environ={"BEARER_TOKEN": CANARY}))


def _scim(endpoint: Any) -> Callable[[Service], Any]:
    return lambda service: [page.resources for page in ScimDirectory(service.url, CANARY).pages(endpoint)]


def _directory(do: Callable[[Directory], Any]) -> Callable[[Service], Any]:
    return lambda _: do(Directory("tenant", soon(_SECONDS), {}))


def _logged(_: Service) -> Any:
    return list(ProvisioningLog("tenant", soon(_SECONDS), {}).entries("sp", datetime(2026, 11, 1, tzinfo=timezone.utc)))


def _api_client(service: Service) -> str:
    client = {"HPEGL_USER_ID": "a", "HPEGL_USER_SECRET": CANARY, "HPEGL_IAM_SERVICE_URL": service.url}
    return bearer(client, now(), soon(_SECONDS))


def _signed_in(**given: str) -> Callable[[Service], Any]:
    def sign_in(service: Service) -> str:
        ours = {"ARM_TENANT_ID": ID, "ARM_CLIENT_ID": ID, "IDENTITY_ENDPOINT": service.url, "IDENTITY_HEADER": CANARY}
        host = {"ARM_METADATA_HOSTNAME": service.url.removeprefix("https://")}
        return graph_bearer({**ours, **host, **given}, soon(_SECONDS), ID)[1]

    return sign_in


_METADATA = {"authentication": {"loginEndpoint": HERE}, "microsoftGraphResourceId": HERE}
_LOGGED_IN = {"access_token": unsigned_jwt({"tid": ID}), "expires_in": 3600, "token_type": "Bearer"}
_ENTITY = {"id": ID, "displayName": "Ann", "userPrincipalName": "ann@example.com", "securityEnabled": True}
_LIST = {"value": [_ENTITY]}
_RESOURCES = {"totalResults": 1, "Resources": [{"id": "1"}]}
_PROVISIONED = {"key": '{"result": "Success"}', "value": "{}"}
_FIRST_PAGE: Body = {"value": [], "@odata.nextLink": f"{HERE}/v1.0/next"}

_SECRETS = [{"key": "SecretToken", "value": CANARY}]

EXCHANGES: dict[str, Exchange] = {
    "cloud metadata": Exchange(
        Kind.METADATA,
        "Entra: read the cloud's metadata",
        lambda s: cloud({"ARM_METADATA_HOSTNAME": s.url[8:]}, soon(_SECONDS)),
        _METADATA,
    ),
    "access token": Exchange(
        Kind.SIGN_IN, "Entra: sign in", _signed_in(ARM_CLIENT_SECRET=CANARY), _LOGGED_IN, [_METADATA]
    ),
    "access token for an OIDC token": Exchange(
        Kind.SIGN_IN, "Entra: sign in", _signed_in(ARM_USE_OIDC="true", ARM_OIDC_TOKEN=CANARY), _LOGGED_IN, [_METADATA]
    ),
    "managed identity": Exchange(
        Kind.MANAGED, "Entra: sign in", _signed_in(ARM_USE_MSI="true"), _LOGGED_IN, [_METADATA]
    ),
    "identity token": Exchange(
        Kind.READ,
        "OIDC: fetch the identity token",
        lambda s: identity_token(s.url, CANARY, "a", soon(_SECONDS)),
        {"value": _TOKEN},
    ),
    "job": Exchange(
        Kind.READ, "Graph: read the synchronization job", _graph(lambda g: read_job(g.job("j")[0])), job_body()
    ),
    "jobs": Exchange(Kind.READ, "Graph: list the synchronization jobs", _graph(lambda g: g.jobs()), _LIST),
    "templates": Exchange(
        Kind.READ, "Graph: list the synchronization templates", _graph(lambda g: g.template_ids()), _LIST
    ),
    "shown credentials": Exchange(
        Kind.READ, "Graph: read the saved credentials", _graph(lambda g: g.shown_credentials()), _LIST
    ),
    "service principal": Exchange(
        Kind.READ, "Graph: read the enterprise application", _graph(lambda g: g.service_principal()), _ENTITY
    ),
    "put secrets": Exchange(
        Kind.WRITE, "Graph: save the credentials", _graph(lambda g: g.put_secrets(_SECRETS) and None)
    ),
    "validate credentials": Exchange(Kind.WRITE, "Graph: test the connection", _graph(lambda g: g.validate_saved("j"))),
    "start": Exchange(Kind.ONCE, "Graph: start provisioning", _graph(lambda g: g.start("j"))),
    "pause": Exchange(Kind.WRITE, "Graph: stop provisioning", _graph(lambda g: g.pause("j"))),
    "restart": Exchange(Kind.ONCE, "Graph: restart provisioning", _graph(lambda g: g.restart("j", "Escrows"))),
    "schema": Exchange(
        Kind.READ, "Graph: read the attribute mappings", _graph(lambda g: g.schema("j")), {"synchronizationRules": []}
    ),
    "schema of a new job": Exchange(
        Kind.PATIENT,
        "Graph: read the attribute mappings",
        _graph(lambda g: Graph(g.tenant_id, "sp", g.deadline, just_made=True).schema("j")),
        {"synchronizationRules": []},
    ),
    "put schema": Exchange(Kind.WRITE, "Graph: save the attribute mappings", _graph(lambda g: g.put_schema("j", {}))),
    "reset schema": Exchange(Kind.WRITE, "Graph: restore the default mappings", _graph(lambda g: g.reset_schema("j"))),
    "parse expression": Exchange(
        Kind.READ,
        "Graph: parse an expression",
        _graph(lambda g: g.parse_expression("j", "[a]")),
        {"parsingSucceeded": True, "parsedExpression": {}},
    ),
    "filter operators": Exchange(
        Kind.READ, "Graph: list the filter operators", _graph(lambda g: g.filter_operators("j")), _LIST
    ),
    "assignments": Exchange(Kind.READ, "Graph: list the assignments", _graph(lambda g: g.assignments()), _LIST),
    "next page of assignments": Exchange(
        Kind.READ, "Graph: list the assignments", _graph(lambda g: g.assignments()), _LIST, [_FIRST_PAGE]
    ),
    "provision on demand": Exchange(
        Kind.READ,
        "Graph: provision on demand",
        _graph(lambda g: read_outcome(g.provision_on_demand("j", "r", {}))),
        _PROVISIONED,
    ),
    "look up groups": Exchange(
        Kind.READ, "Graph: find among the groups", _directory(lambda d: d.security_groups("Admins")), _LIST
    ),
    "look up group by id": Exchange(
        Kind.BY_ID, "Graph: find among the groups", _directory(lambda d: d.security_groups(ID)), _ENTITY
    ),
    "look up users": Exchange(Kind.READ, "Graph: find among the users", _directory(lambda d: d.users("ann")), _LIST),
    "look up user by id": Exchange(
        Kind.BY_ID, "Graph: find among the users", _directory(lambda d: d.users(ID)), _ENTITY
    ),
    "look up applications": Exchange(
        Kind.READ, "Graph: find among the servicePrincipals", _directory(lambda d: d.service_principals("app")), _LIST
    ),
    "look up application by id": Exchange(
        Kind.BY_ID, "Graph: find among the servicePrincipals", _directory(lambda d: d.service_principals(ID)), _ENTITY
    ),
    "look up the application of a run": Exchange(
        Kind.READ, "Graph: find among the applications", _directory(lambda d: d.applications("app")), _LIST
    ),
    "read application": Exchange(
        Kind.READ, "Graph: read the application", _directory(lambda d: d.application(ID)), _ENTITY
    ),
    "look up the service principal of an application": Exchange(
        Kind.READ, "Graph: find among the servicePrincipals", _directory(lambda d: d.service_principals_of(ID)), _LIST
    ),
    "look up applications from a template": Exchange(
        Kind.READ,
        "Graph: find among the servicePrincipals",
        _directory(lambda d: d.service_principals_from(ID)),
        _LIST,
    ),
    "look up of what kind a name is": Exchange(
        Kind.READ, "Graph: find among the groups", _directory(lambda d: d.kind_of("Admins")), _LIST
    ),
    "find user": Exchange(Kind.READ, "Graph: find among the users", _directory(lambda d: d.user("ann")), _LIST),
    "find user by id": Exchange(Kind.READ, "Graph: find among the users", _directory(lambda d: d.user(ID)), _ENTITY),
    "find user or group": Exchange(
        Kind.READ, "Graph: find among the", _directory(lambda d: d.user_or_group("ann")), _LIST, [{"value": []}]
    ),
    "read user": Exchange(
        Kind.READ, "Graph: read a user", _directory(lambda d: d.read_object("User", ID, ["mail"])), _ENTITY
    ),
    "read group": Exchange(
        Kind.READ, "Graph: read a group", _directory(lambda d: d.read_object("Group", ID, ["mail"])), _ENTITY
    ),
    "members": Exchange(Kind.READ, "Graph: list the members", _directory(lambda d: list(d.members(ID))), _LIST),
    "provisioning log": Exchange(Kind.READ, "Graph: read the provisioning logs", _logged, _LIST),
    "bearer": Exchange(Kind.READ, "GreenLake: trade the API client for a bearer", _api_client, _LOGGED_IN),
    "create token": Exchange(
        Kind.CREATE, "GreenLake: create the SCIM proxy token", _tokens(lambda t: t.create()), {"token": _TOKEN}
    ),
    "rotate token": Exchange(
        Kind.ROTATE,
        "GreenLake: rotate the SCIM proxy token",
        _tokens(lambda t: t.rotate(remove_current=False)),
        {"token": _TOKEN},
    ),
    "delete token": Exchange(Kind.DELETE, "GreenLake: delete the SCIM proxy token", _tokens(lambda t: t.delete())),
    "role": Exchange(
        Kind.ROLE, "GreenLake: look at the SCIM proxy tokens", lambda s: ask(s.url, CANARY, soon(_SECONDS)), {}
    ),
    "probe": Exchange(Kind.PROBE, "SCIM: probe the token", lambda s: probe(s.url, CANARY, soon(_SECONDS)), _RESOURCES),
    "list users": Exchange(Kind.READ, "SCIM: list Users", _scim("Users"), _RESOURCES),
    "list groups": Exchange(Kind.READ, "SCIM: list Groups", _scim("Groups"), _RESOURCES),
}
