"""The calls to the API server of Kubernetes, with the pod's service account.

Five calls of JSON over HTTP need no client library: those bring a second HTTP stack, and this one is bounded,
repeated and reported as every other call here. Source: Kubernetes API reference 1.34; the operator's CRDs 2.9.0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from providers.errors import ConfigurationError, NotFoundError, UnexpectedAnswerError
from providers.http import Answer, Call, send
from providers.http.deadline import Deadline

REQUEST = "pulumi.com/reconciliation-request"  # an annotation: a new value makes the operator run `up` again
_MANAGER = "scimctl"
_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"
_STACKS = "/apis/pulumi.com/v1"
_APPLY = "application/apply-patch+yaml"
_MERGE = "application/merge-patch+json"


class _Read(BaseModel):
    """A part of a resource; null is what is not set."""


def _of_null(value: object) -> object:
    return {} if value is None else value


def _of_nothing(value: object) -> object:
    return [] if value is None else value


class Condition(_Read):
    """A condition of a resource."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    since: datetime = Field(alias="lastTransitionTime")


class LastUpdate(_Read):
    """What the operator has kept of its last `up`."""

    state: str = ""
    message: str = ""
    ended: datetime | None = Field(default=None, alias="lastResyncTime")


class _Metadata(_Read):
    name: str
    uid: str
    generation: int = 0


class _Status(_Read):
    conditions: Annotated[list[Condition], BeforeValidator(_of_nothing)] = []
    last: Annotated[LastUpdate, BeforeValidator(_of_null)] = Field(default=LastUpdate(), alias="lastUpdate")


class _Spec(_Read):
    stack: str


class Stack(_Read):
    """A Stack resource of the operator."""

    metadata: _Metadata
    spec: _Spec
    status: Annotated[_Status, BeforeValidator(_of_null)] = _Status()

    @property
    def stack(self) -> str:
        """Return the name of the stack, without organization and project."""
        return self.spec.stack.rpartition("/")[2]

    def condition(self, kind: str) -> Condition | None:
        """Return a condition, None if there is none."""
        return next((each for each in self.status.conditions if each.type == kind), None)

    @property
    def stalled(self) -> Condition | None:
        """Return why the operator has stopped trying, None if it has not."""
        found = self.condition("Stalled")
        return found if found and found.status == "True" else None


class _Stacks(_Read):
    items: list[Stack]


class _Running(_Read):
    started: datetime = Field(alias="startedAt")


class _State(_Read):
    running: _Running | None = None


class Container(_Read):
    """A container of a pod."""

    name: str
    state: Annotated[_State, BeforeValidator(_of_null)] = _State()


class _PodMetadata(_Read):
    ending: str | None = Field(default=None, alias="deletionTimestamp")


class _PodStatus(_Read):
    phase: str = "Unknown"
    containers: Annotated[list[Container], BeforeValidator(_of_nothing)] = Field(default=[], alias="containerStatuses")


class Pod(_Read):
    """A pod, by what its kubelet reported last."""

    metadata: _PodMetadata
    status: _PodStatus


@dataclass(frozen=True)
class ApiServer:
    """The API server of this pod's cluster, for the resources of this pod's namespace."""

    url: str
    namespace: str
    folder: Path

    @classmethod
    def of_pod(cls, environ: Mapping[str, str]) -> "ApiServer":
        """Find it as every client within a pod does. Raises ConfigurationError outside of a pod."""
        host, port = environ.get("KUBERNETES_SERVICE_HOST"), environ.get("KUBERNETES_SERVICE_PORT", "443")
        folder = Path(environ.get("KUBERNETES_SERVICE_ACCOUNT", _FOLDER))
        if not host:
            raise ConfigurationError(
                "KUBERNETES_SERVICE_HOST is not set: this runs in a pod, as docs/kubernetes.md shows"
            )
        address = f"[{host}]" if ":" in host else host
        return cls(f"https://{address}:{port}", _text(folder / "namespace"), folder)

    def stacks(self) -> Sequence[Stack]:
        """List the Stack resources."""
        what, path = "list the Stack resources", f"{_STACKS}/namespaces/{self.namespace}/stacks"
        try:
            return _Stacks.model_validate_json(self._send(what, "GET", path).body).items
        except ValidationError:
            raise UnexpectedAnswerError(f"Kubernetes: {what}: the answer is not a list of Stack resources") from None

    def pod(self, name: str) -> Pod | None:
        """Read a pod, None if there is none."""
        what = f"read the pod {name}"
        try:
            answer = self._send(what, "GET", f"/api/v1/namespaces/{self.namespace}/pods/{name}")
        except NotFoundError as error:
            if error.status == 404:
                return None
            raise
        try:
            return Pod.model_validate_json(answer.body)
        except ValidationError:
            raise UnexpectedAnswerError(f"Kubernetes: {what}: the answer is not a pod") from None

    def set_condition(self, stack: Stack, condition: Mapping[str, Any]) -> None:
        """Set one condition of a Stack; the operator keeps those that are not its own."""
        applied = {
            "apiVersion": "pulumi.com/v1",
            "kind": "Stack",
            "metadata": {"name": stack.metadata.name},
            "status": {"conditions": [{**condition, "observedGeneration": stack.metadata.generation}]},
        }
        manager = f"{_MANAGER}-{str(condition['type']).lower()}"  # what a manager leaves out of its next apply goes
        path = f"{self._path(stack)}/status?fieldManager={manager}&force=true"
        self._send(f"set a condition of the Stack {stack.metadata.name}", "PATCH", path, applied, _APPLY)

    def wake(self, stack: Stack, request: str) -> None:
        """Ask the operator to run `up` again."""
        annotation = {"metadata": {"annotations": {REQUEST: request}}}
        path = f"{self._path(stack)}?fieldManager={_MANAGER}"
        self._send(f"wake the Stack {stack.metadata.name}", "PATCH", path, annotation, _MERGE)

    def record(self, stack: Stack, kind: str, reason: str, message: str, moment: str) -> None:
        """Record an Event, which `kubectl describe stack` shows; `kind` is Normal or Warning."""
        event = {
            "metadata": {"generateName": f"{stack.metadata.name}.", "namespace": self.namespace},
            "involvedObject": {
                "apiVersion": "pulumi.com/v1",
                "kind": "Stack",
                "name": stack.metadata.name,
                "namespace": self.namespace,
                "uid": stack.metadata.uid,
            },
            "type": kind,
            "reason": reason,
            "message": message[:1024],
            "source": {"component": _MANAGER},
            "firstTimestamp": moment,
            "lastTimestamp": moment,
            "count": 1,
        }
        what = f"record an Event of the Stack {stack.metadata.name}"
        self._send(what, "POST", f"/api/v1/namespaces/{self.namespace}/events", event, repeatable=False)

    def _path(self, stack: Stack) -> str:
        return f"{_STACKS}/namespaces/{self.namespace}/stacks/{stack.metadata.name}"

    def _send(
        self,
        what: str,
        method: str,
        path: str,
        body: Any = None,
        kind: str = "application/json",
        *,
        repeatable: bool = True,
    ) -> Answer:
        role = "apply the Role and RoleBinding of deploy/kubernetes/stack.yaml to this namespace"
        call = Call(
            what=f"Kubernetes: {what}",
            method=method,
            url=f"{self.url}{path}",
            headers={"Authorization": f"Bearer {_text(self.folder / 'token')}", "Content-Type": kind},
            json=body,
            authority=str(self.folder / "ca.crt"),
            hints={
                401: "the token of the service account is not accepted: start the pod again",
                403: role,
                404: "install the Pulumi Kubernetes Operator, or look whether the Stack is still there",
                409: "somebody else has changed it just now: the next look does it again",
            },
            repeatable=repeatable,
        )
        return send(call, Deadline())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text"
        raise ConfigurationError(f"{file} cannot be read ({why}): the pod needs a service account") from None
