"""Microsoft Graph v1.0: what every call has in common, and the calls about provisioning that azuread lacks.

Source: Graph v1.0, synchronization API (synchronization-overview). The service principal is always named by object id.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import cast

from providers import environment
from providers.entra.graph.code_hints import CODE_HINTS
from providers.entra.graph.fields import Json, entries
from providers.entra.sign_in.access_token import graph_bearer
from providers.errors import UnexpectedAnswerError
from providers.http import Call, send
from providers.http.deadline import Deadline

_VERSION = "v1.0"
_HINTS = {
    400: "compare what it names with the stack file and correct that",
    404: "run `up --refresh`, which sees what is gone and makes it again",
}
# Of Test Connection and provisioning on demand if the target refuses the credentials: seen for missing ones, assumed
# for others, since no documentation shows it.
REFUSED_BY_TARGET = 400
MASK = "*"  # what Graph shows instead of a secret
_NO_SECRETS = ("BaseAddress", "SyncAll", "SyncNotificationSettings", "SkipOutOfScopeDeletions")
_SYNCHRONIZATION = "Synchronization.ReadWrite.All"
_APPLICATIONS = "Application.Read.All"
_UNKNOWN_YET = (401, 403, 404, 409)  # of something just made, by readers of Graph that do not know it yet
_ON_DEMAND_SECONDS = 40.0  # documented as under 30 s; nearly all that a call may take


class GraphClient:
    """Calls to Graph in one tenant, with the sign-in of an environment, all within one deadline."""

    def __init__(self, tenant_id: str, deadline: Deadline, environ: Mapping[str, str] | None = None) -> None:
        self.tenant_id = tenant_id
        self.deadline = deadline
        self.environ = environment.current() if environ is None else environ

    def call(
        self,
        what: str,
        method: str,
        address: str,
        *,
        permission: str,
        body: Json | None = None,
        hints: Mapping[int, str] | None = None,
    ) -> Call:
        """Prepare a call; `address` is a path such as /users, or the whole address of a next page."""
        grant = f"grant the application permission {permission} to the client that signs in, with admin consent"
        return Call(
            what=f"Graph: {what}",
            method=method,
            url=f"{self.address}{address}" if address.startswith("/") else address,
            headers={"Authorization": f"Bearer {self._signed_in[1]}", "Accept": "application/json"},
            json=body,
            hints={401: grant, 403: grant, **(hints or {})},
            code_hints=CODE_HINTS,
        )

    @property
    def address(self) -> str:
        """Return the address of Graph in the tenant's cloud, with the version."""
        return f"{self._signed_in[0]}/{_VERSION}"

    @cached_property
    def _signed_in(self) -> tuple[str, str]:
        return graph_bearer(self.environ, self.deadline, self.tenant_id)

    def read(self, call: Call) -> Json:
        """Send a call that is answered with a JSON object, and return that. Raises UnexpectedAnswerError."""
        body: object = send(call, self.deadline).json()
        if not isinstance(body, dict):
            raise UnexpectedAnswerError(f"{call.what}: the answer is not a JSON object: check the address of Graph")
        return cast("Json", body)

    def read_one(self, call: Call) -> Json:
        """Send a call that is answered with one thing of the directory, which always has an id."""
        found = self.read(call)
        if not isinstance(found.get("id"), str):
            raise UnexpectedAnswerError(f"{call.what}: the answer has no id: check the address of Graph")
        return found

    def pages(
        self, what: str, path: str, *, permission: str, hints: Mapping[int, str] | None = None
    ) -> Iterator[list[Json]]:
        """Read a list page by page, each asked for when it is wanted; a page on another host is never followed."""
        address = path
        while True:
            call = self.call(what, "GET", address, permission=permission, hints=hints)
            page = self.read(call)
            yield _values(page, call)
            following = page.get("@odata.nextLink")
            if not isinstance(following, str):
                return
            if not following.startswith(call.url.split(f"{_VERSION}/")[0]):
                raise UnexpectedAnswerError(f"{call.what}: the next page is on another host, which is never followed")
            address = following


class Graph(GraphClient):
    """Calls about one service principal's provisioning."""

    def __init__(
        self,
        tenant_id: str,
        service_principal_id: str,
        deadline: Deadline,
        environ: Mapping[str, str] | None = None,
        *,
        just_made: bool = False,
    ) -> None:
        """Take part in the time of `deadline`; of what was `just_made` not every reader of Graph knows yet."""
        super().__init__(tenant_id, deadline, environ)
        self.service_principal_id = service_principal_id
        self._passing = _UNKNOWN_YET if just_made else ()

    def job(self, job_id: str) -> tuple[Json, datetime | None]:
        """Return the synchronization job and Graph's own clock. Raises NotFoundError if there is none."""
        call = self._call("read the synchronization job", "GET", f"/synchronization/jobs/{job_id}")
        return send(call, self.deadline).dated()

    def jobs(self) -> list[Json]:
        """List the synchronization jobs of the application."""
        return self._list("list the synchronization jobs", "/synchronization/jobs")

    def template_ids(self) -> list[str]:
        """List the job templates that the application offers."""
        found = self._list("list the synchronization templates", "/synchronization/templates")
        return [str(template.get("id")) for template in found]

    def shown_credentials(self) -> dict[str, str]:
        """Return the saved credentials by key; the value of every key that is not known to be no secret is "*"."""
        found = self._list("read the saved credentials", "/synchronization/secrets")
        values = {str(entry.get("key")): str(entry.get("value") or "") for entry in found}
        return {key: value if key in _NO_SECRETS else MASK for key, value in values.items()}

    def service_principal(self) -> Json:
        """Return the enterprise application itself. Raises NotFoundError if there is none."""
        return self.read_one(self._call("read the enterprise application", "GET", "", permission=_APPLICATIONS))

    def put_secrets(self, credentials: Sequence[Mapping[str, str]]) -> datetime | None:
        """Save the credentials as a whole set, keys in the order given; return Graph's own clock."""
        body = {"value": [dict(one) for one in credentials]}
        call = self._call("save the credentials", "PUT", "/synchronization/secrets", body)
        secrets = [one["value"] for one in credentials if one["key"] not in _NO_SECRETS]
        answer = send(replace(call, secrets=secrets), self.deadline)
        answer.confirm()
        return answer.at

    def validate_saved(self, job_id: str) -> None:
        """Make Entra present its saved credentials (Test Connection); a refusal has status REFUSED_BY_TARGET."""
        path = f"/synchronization/jobs/{job_id}/validateCredentials"
        self._do("test the connection", "POST", path, {"useSavedCredentials": True, "credentials": []})

    def start(self, job_id: str) -> None:
        """Start provisioning; not repeated after a lost answer, since starting a running job may stop it."""
        self._do("start provisioning", "POST", f"/synchronization/jobs/{job_id}/start", repeatable=False)

    def pause(self, job_id: str) -> None:
        """Stop provisioning."""
        self._do("stop provisioning", "POST", f"/synchronization/jobs/{job_id}/pause")

    def restart(self, job_id: str, reset_scope: str) -> None:
        """Start anew without parts of the job's memory, such as "Escrows, Watermark"; repeated as a start is."""
        path, body = f"/synchronization/jobs/{job_id}/restart", {"criteria": {"resetScope": reset_scope}}
        self._do("restart provisioning", "POST", path, body, repeatable=False)

    def schema(self, job_id: str) -> Json:
        """Return the job's synchronization schema. Raises NotFoundError if there is no job."""
        path = f"/synchronization/jobs/{job_id}/schema"
        from providers.entra.graph.schema_shape import checked  # noqa: PLC0415 - pydantic costs a no-op run a tenth of a second

        call = self._call("read the attribute mappings", "GET", path)
        return checked(self.read(call))

    def put_schema(self, job_id: str, schema: Json) -> None:
        """Replace the job's synchronization schema as a whole (PATCH is a 404)."""
        self._do("save the attribute mappings", "PUT", f"/synchronization/jobs/{job_id}/schema", schema)

    def reset_schema(self, job_id: str) -> None:
        """Restore the service's default mappings. Raises NotFoundError if there is no job."""
        self._do("restore the default mappings", "DELETE", f"/synchronization/jobs/{job_id}/schema")

    def parse_expression(self, job_id: str, expression: str) -> Json:
        """Return `{parsingSucceeded, parsedExpression, error}` for the text of an expression."""
        path = f"/synchronization/jobs/{job_id}/schema/parseExpression"
        body = {"expression": expression, "targetAttributeDefinition": None, "testInputObject": None}
        call = self._call("parse an expression", "POST", path, body)
        answer = self.read(call)
        if not isinstance(answer.get("parsingSucceeded"), bool):
            raise UnexpectedAnswerError(f"{call.what}: the answer does not show whether it could be: run again later")
        return answer

    def filter_operators(self, job_id: str) -> list[str]:
        """List the names of the operators that a scope filter may use."""
        found = self._list("list the filter operators", f"/synchronization/jobs/{job_id}/schema/filterOperators")
        return [str(each.get("name")) for each in found]

    def assignments(self) -> list[Json]:
        """List who is assigned to the application (appRoleAssignedTo), all pages."""
        path = f"/servicePrincipals/{self.service_principal_id}/appRoleAssignedTo?$top=999"
        pages = self.pages("list the assignments", path, permission=_APPLICATIONS, hints=_HINTS)
        return [each for page in pages for each in page]

    def provision_on_demand(self, job_id: str, rule_id: str, subject: Json) -> Json:
        """Provision one user or group now; returns `{key, value}`, two JSON texts, also if it failed.

        `subject` is `{objectId, objectTypeName, links?}`. Raises ApiError with status 400 if the target refuses the
        credentials. Graph allows five calls in ten seconds, and one takes up to half a minute.
        """
        path = f"/synchronization/jobs/{job_id}/provisionOnDemand"
        body = {"parameters": [{"ruleId": rule_id, "subjects": [subject]}]}
        call = self._call("provision on demand", "POST", path, body)
        return self.read(replace(call, seconds=_ON_DEMAND_SECONDS))

    def _list(self, what: str, path: str) -> list[Json]:
        call = self._call(what, "GET", path)
        return _values(self.read(call), call)

    def _do(self, what: str, method: str, path: str, body: Json | None = None, *, repeatable: bool = True) -> None:
        call = self._call(what, method, path, body)
        send(replace(call, repeatable=repeatable), self.deadline).confirm()

    def _call(
        self, what: str, method: str, path: str, body: Json | None = None, permission: str = _SYNCHRONIZATION
    ) -> Call:
        address = f"/servicePrincipals/{self.service_principal_id}{path}"
        call = self.call(what, method, address, permission=permission, body=body, hints=_HINTS)
        return replace(call, passing=self._passing)


def _values(body: Json, call: Call) -> list[Json]:
    """Return the entries of a list, which is null if it is empty. An answer that is not a list is an error."""
    if "value" in body:
        with suppress(UnexpectedAnswerError):  # raised below with the name of the call
            return entries(body, "value")
    raise UnexpectedAnswerError(f"{call.what}: the answer is not a list: check the address of Graph")
