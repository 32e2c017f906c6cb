"""The part of Kubernetes' API server that `scimctl fleet kubernetes` calls, on 127.0.0.1 over TLS, in memory.

It refuses what the real one refuses: a wrong token, content type or condition. As there, an apply sets the conditions
that it names and leaves the others.
"""

import json
import re
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme

from tests.http_server import Answer, Asked, answering

Json = dict[str, Any]

TOKEN = "eyJhbGciOiJub25lIn0.canary0000000000000000000000000000.canary000000000000"
NAMESPACE = "scim-contoso"
_STACKS = rf"/apis/pulumi\.com/v1/namespaces/{NAMESPACE}/stacks"
_REASON = "[A-Za-z]([A-Za-z0-9_,:]{0,1022}[A-Za-z0-9_])?"
_CONDITION = {"type", "status", "reason", "message", "lastTransitionTime", "observedGeneration"}


@dataclass
class Cluster:
    """One namespace; `refusals` has the status that answers a request whose "METHOD path" a pattern matches."""

    stacks: dict[str, Json] = field(default_factory=dict[str, Json])
    pods: dict[str, Json] = field(default_factory=dict[str, Json])
    events: list[Json] = field(default_factory=list[Json])
    refusals: dict[str, int] = field(default_factory=dict[str, int])
    environ: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, stack: str, **status: Any) -> Json:
        """Add a Stack resource with what the operator reports of it."""
        name = stack.rpartition("/")[2].lower()
        metadata = {"name": name, "namespace": NAMESPACE, "uid": f"uid-of-{name}", "generation": 3}
        made: Json = {"apiVersion": "pulumi.com/v1", "kind": "Stack", "metadata": metadata, "spec": {"stack": stack}}
        self.stacks[name] = {**made, "status": status} if status else made
        return self.stacks[name]

    def stall(self, stack: str, message: str, at: str, reason: str = "UpdateFailed") -> Json:
        """Add a Stack that the operator has given up on."""
        condition = {"type": "Stalled", "status": "True", "reason": reason, "message": "update failed"}
        return self.add(
            stack,
            conditions=[{**condition, "lastTransitionTime": at}],
            lastUpdate={"state": "failed", "message": message, "lastResyncTime": at},
        )

    def conditions(self, name: str) -> dict[str, tuple[str, str]]:
        """Return status and reason of a Stack's conditions."""
        listed = self.stacks[name].get("status", {}).get("conditions", [])
        return {each["type"]: (each["status"], each["reason"]) for each in listed}

    def requested(self, name: str) -> str | None:
        """Return what the operator was asked for by annotation."""
        annotations: dict[str, str] = self.stacks[name]["metadata"].get("annotations", {})
        return annotations.get("pulumi.com/reconciliation-request")

    def answer(self, method: str, target: str, kind: str, body: Json) -> tuple[int, Json]:
        """Do what a request asks for."""
        parts = urlsplit(target)
        refused = next((code for pattern, code in self.refusals.items() if re.search(pattern, f"{method} {target}")), 0)
        if refused:
            return refused, status(refused, "Refused", f'stacks.pulumi.com is forbidden: User "{TOKEN}" cannot')
        if method == "GET" and re.fullmatch(_STACKS, parts.path):
            return 200, {"apiVersion": "pulumi.com/v1", "kind": "StackList", "items": list(self.stacks.values())}
        if found := re.fullmatch(f"{_STACKS}/([a-z0-9-]+)(/status)?", parts.path):
            if method != "PATCH" or found[1] not in self.stacks:
                return 404, status(404, "NotFound", f'stacks.pulumi.com "{found[1]}" not found')
            return self._patch(self.stacks[found[1]], bool(found[2]), kind, parse_qs(parts.query), body)
        return self._core(method, parts.path, body)

    def _core(self, method: str, path: str, body: Json) -> tuple[int, Json]:
        if found := re.fullmatch(f"/api/v1/namespaces/{NAMESPACE}/pods/([a-z0-9-]+)", path):
            pod = self.pods.get(found[1])
            return (200, pod) if pod else (404, status(404, "NotFound", f'pods "{found[1]}" not found'))
        if method == "POST" and path == f"/api/v1/namespaces/{NAMESPACE}/events":
            assert body["involvedObject"]["namespace"] == body["metadata"]["namespace"] == NAMESPACE
            assert body["metadata"]["generateName"]
            self.events.append(body)
            return 201, body
        return 404, status(404, "NotFound", "the server could not find the requested resource")

    def _patch(
        self, stack: Json, of_status: bool, kind: str, query: dict[str, list[str]], body: Json
    ) -> tuple[int, Json]:
        if of_status and kind == "application/apply-patch+yaml" and query.get("fieldManager"):
            for each in body["status"]["conditions"]:
                if set(each) - _CONDITION:
                    return 500, status(500, "", "failed to create typed patch object: field not declared in schema")
                wrong = set(each) != _CONDITION or not re.fullmatch(_REASON, each["reason"])
                if wrong or each["status"] not in ("True", "False", "Unknown") or len(each["message"].encode()) > 32768:
                    return 422, status(422, "Invalid", "status.conditions: Invalid value")
                datetime.fromisoformat(each["lastTransitionTime"].replace("Z", "+00:00"))
                found: Json = stack.get("status") or {}
                listed: list[Json] = found.get("conditions") or []
                kept = [other for other in listed if other["type"] != each["type"]]
                stack["status"] = {**found, "conditions": [*kept, each]}
            return 200, stack
        if not of_status and kind == "application/merge-patch+json":
            stack["metadata"].setdefault("annotations", {}).update(body["metadata"]["annotations"])
            return 200, stack
        return 415, status(415, "UnsupportedMediaType", "the body of the request was in an unknown format")


def status(code: int, reason: str, message: str) -> Json:
    """Return an error as the API server does."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    }


@contextmanager
def running(folder: Path) -> Generator[Cluster]:
    """Run an API server until the end of the block, with the files that a pod has."""
    authority, cluster = trustme.CA(), Cluster()
    account = folder / "serviceaccount"
    account.mkdir()
    (account / "token").write_text(f"{TOKEN}\n")
    (account / "namespace").write_text(NAMESPACE)
    authority.cert_pem.write_to_path(str(account / "ca.crt"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)  # pyright: ignore[reportUnknownMemberType]

    def answer(asked: Asked) -> Answer:
        code, found = 401, status(401, "Unauthorized", "Unauthorized")
        if asked.headers["Authorization"] == f"Bearer {TOKEN}":
            kind = asked.headers.get("Content-Type", "")
            code, found = cluster.answer(asked.method, asked.path, kind, json.loads(asked.body or b"{}"))
        return code, json.dumps(found).encode(), {"Content-Type": "application/json"}

    with answering(answer, tls) as port:
        cluster.environ = {
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(port),
            "KUBERNETES_SERVICE_ACCOUNT": str(account),
        }
        yield cluster
