"""What the Graph of the contract tests remembers, and what tests may do to it behind the plugin's back."""

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TENANT = "11111111-1111-1111-1111-111111111111"
USER_ROLE = "18d14569-c3bd-439b-9a66-3a2aee01d14f"
OTHER_ROLE = "b9632174-c057-4f7e-951b-be3adc52bfe6"
GROUP = "d8411016-a29a-4e63-b0fa-1a0ff5e0963a"
_WITH_OID = base64.urlsafe_b64encode(b'{"oid":"33333333-3333-3333-3333-333333333333"}').decode().rstrip("=")

Body = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request: path with query; the body as JSON, or None."""

    method: str
    path: str
    body: Body | None


@dataclass
class Fault:
    """The next request of this kind is answered with this status, and does nothing."""

    method: str
    ending: str
    status: int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict[str, str])
    message: str = "x"


@dataclass
class GraphStub:
    """The world behind the stub. Tests look at it and change it behind the plugin's back."""

    url: str
    ca_file: Path
    asked: list[Asked] = field(default_factory=list[Asked])
    faults: list[Fault] = field(default_factory=list[Fault])
    applications: dict[str, Body] = field(default_factory=dict[str, Body])
    principals: dict[str, Body] = field(default_factory=dict[str, Body])
    secrets: dict[str, list[Body]] = field(default_factory=dict[str, list[Body]])
    jobs: dict[str, Body] = field(default_factory=dict[str, Body])
    assignments: dict[str, Body] = field(default_factory=dict[str, Body])
    keeps_empty_secrets: bool = False
    shown: Callable[[list[Body]], Body] = lambda entries: {
        "value": [{**each, "value": "*" if each["key"] == "SecretToken" else each["value"]} for each in entries]
    }
    sign_ins: list[str] = field(default_factory=list[str])
    token: str = f"e30.{_WITH_OID}.c2ln"

    def environment(self) -> dict[str, str]:
        """What points the plugin here."""
        return {
            "ARM_METADATA_HOSTNAME": self.url.removeprefix("https://"),
            "ARM_TENANT_ID": TENANT,
            "ARM_CLIENT_ID": "22222222-2222-2222-2222-222222222222",
            "ARM_CLIENT_SECRET": "probe-secret",
            "ARM_USE_CLI": "false",
            "SSL_CERT_FILE": str(self.ca_file),
        }

    def add_principal(self, name: str = "probe app") -> str:
        """A service principal that exists already; its object id."""
        object_id = str(uuid.uuid4())
        roles = [{"id": USER_ROLE, "displayName": "User"}, {"id": OTHER_ROLE, "displayName": "msiam_access"}]
        self.principals[object_id] = {
            "id": object_id, "appId": str(uuid.uuid4()), "displayName": name, "appRoles": roles
        }  # fmt: skip
        return object_id
