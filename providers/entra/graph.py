"""The part of Microsoft Graph that azuread lacks: schema, credentials test, start and pause, and looking before acting.

Source: Graph v1.0, synchronization API (synchronization-overview). The service principal is always named by object id.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from providers.deadline import Deadline
from providers.entra.signin import graph_bearer
from providers.errors import UnexpectedAnswerError
from providers.http import Answer, Call, send

Json = dict[str, Any]

_REFUSED = "compare what it names with the stack file and correct that"
_SYNCHRONIZATION = "Synchronization.ReadWrite.All"
_APPLICATIONS = "Application.Read.All"


@dataclass(frozen=True)
class Graph:
    """Calls about one service principal's provisioning, all within one verb's deadline."""

    service_principal_id: str
    deadline: Deadline
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def job(self, job_id: str) -> tuple[Json, datetime | None]:
        """Return the synchronization job and Graph's own clock. Raises NotFoundError where there is none."""
        call = self._call("read the synchronization job", "GET", f"/synchronization/jobs/{job_id}")
        answer = send(call, self.deadline)
        return self._object(answer, call), answer.at

    def jobs(self) -> list[Json]:
        """List the synchronization jobs of the application."""
        return self._list("list the synchronization jobs", "/synchronization/jobs")

    def template_ids(self) -> list[str]:
        """List the job templates that the application offers."""
        found = self._list("list the synchronization templates", "/synchronization/templates")
        return [str(template.get("id")) for template in found]

    def secret_keys(self) -> list[str]:
        """List the keys, and only the keys, of the saved credentials."""
        found = self._list("list the keys of the saved credentials", "/synchronization/secrets")
        return [str(entry.get("key")) for entry in found]

    def put_secrets(self, credentials: Sequence[Mapping[str, str]]) -> None:
        """Save the credentials as a whole set, keys in the order given."""
        self._do(
            "save the credentials", "PUT", "/synchronization/secrets", {"value": [dict(one) for one in credentials]}
        )

    def validate_saved(self, job_id: str) -> None:
        """Make Entra present its saved credentials to the target (Test Connection).

        Raises ApiError with status 400 where the target refuses them, NotFoundError where there is no job.
        """
        path = f"/synchronization/jobs/{job_id}/validateCredentials"
        self._do("test the connection", "POST", path, {"useSavedCredentials": True, "credentials": []})

    def start(self, job_id: str) -> None:
        """Start provisioning; not repeated after a lost answer, since starting a running job may stop it."""
        self._do("start provisioning", "POST", f"/synchronization/jobs/{job_id}/start", repeatable=False)

    def pause(self, job_id: str) -> None:
        """Stop provisioning."""
        self._do("stop provisioning", "POST", f"/synchronization/jobs/{job_id}/pause")

    def schema(self, job_id: str, *, patient: bool = False) -> Json:
        """Return the job's synchronization schema; `patient` waits out a job that was just made."""
        path = f"/synchronization/jobs/{job_id}/schema"
        call = self._call("read the attribute mappings", "GET", path, patient=patient)
        return self._object(send(call, self.deadline), call)

    def put_schema(self, job_id: str, schema: Json) -> None:
        """Replace the job's synchronization schema as a whole (PATCH is a 404)."""
        self._do("save the attribute mappings", "PUT", f"/synchronization/jobs/{job_id}/schema", schema)

    def reset_schema(self, job_id: str) -> None:
        """Restore the service's default mappings. Raises NotFoundError where there is no job."""
        self._do("restore the default mappings", "DELETE", f"/synchronization/jobs/{job_id}/schema")

    def parse_expression(self, job_id: str, expression: str) -> Json:
        """Return `{parsingSucceeded, parsedExpression, error}` for the text of an expression."""
        path = f"/synchronization/jobs/{job_id}/schema/parseExpression"
        body = {"expression": expression, "targetAttributeDefinition": None, "testInputObject": None}
        call = self._call("parse an expression", "POST", path, body)
        return self._object(send(call, self.deadline), call)

    def filter_operators(self, job_id: str) -> list[str]:
        """List the names of the operators that a scope filter may use."""
        found = self._list("list the filter operators", f"/synchronization/jobs/{job_id}/schema/filterOperators")
        return [str(each.get("name")) for each in found]

    def assignments(self) -> list[Json]:
        """List who is assigned to the application (appRoleAssignedTo), all pages."""
        call = self._call("list the assignments", "GET", "/appRoleAssignedTo?$top=999", permission=_APPLICATIONS)
        found: list[Json] = []
        while True:
            page = self._object(send(call, self.deadline), call)
            found += cast("list[Json]", page.get("value") or [])
            following = page.get("@odata.nextLink")
            if not isinstance(following, str):
                return found
            if not following.startswith(call.url.split("v1.0/")[0]):
                raise UnexpectedAnswerError(f"{call.what}: the next page is on another host, which is never followed")
            call = self._call("list the assignments", "GET", "", permission=_APPLICATIONS, url=following)

    def _list(self, what: str, path: str) -> list[Json]:
        call = self._call(what, "GET", path)
        return cast("list[Json]", self._object(send(call, self.deadline), call).get("value") or [])

    def _do(self, what: str, method: str, path: str, body: Json | None = None, *, repeatable: bool = True) -> None:
        send(self._call(what, method, path, body, repeatable=repeatable), self.deadline)

    def _object(self, answer: Answer, call: Call) -> Json:
        body: object = answer.json(call.what)
        if not isinstance(body, dict):
            raise UnexpectedAnswerError(f"{call.what}: the answer is no JSON object: check the address of Graph")
        return cast("Json", body)

    def _call(
        self,
        what: str,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        permission: str = _SYNCHRONIZATION,
        repeatable: bool = True,
        patient: bool = False,
        url: str = "",
    ) -> Call:
        base, bearer = graph_bearer(self.environ, self.deadline)
        grant = f"grant the application permission {permission} to the client that signs in, with admin consent"
        return Call(
            what=f"Graph: {what}",
            method=method,
            url=url or f"{base}/v1.0/servicePrincipals/{self.service_principal_id}{path}",
            headers={"Authorization": f"Bearer {bearer}", "Accept": "application/json"},
            json=body,
            repeatable=repeatable,
            patient=patient,
            hints={
                400: _REFUSED,
                401: grant,
                403: grant,
                404: "run `up --refresh`, which sees what is gone and makes it again",
            },
        )
