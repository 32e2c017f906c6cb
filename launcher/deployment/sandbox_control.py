"""A client of the sandbox's control API, over TLS with the sandbox's own certificate authority."""

import http.client
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from launcher.deployment.environment import World
from launcher.errors import SandboxError
from launcher.paths import STATE

TIMEOUT_S = 30.0


Json = dict[str, Any]
Job = Json  # Graph's synchronizationJob
Snapshot = Json  # a world's `jobs` and `tokens`; users and groups of its `directory` and `provisioned`


class Control:
    """The control API of a sandbox that runs at `entra` with the state folder `state`."""

    def __init__(self, entra: str, state: Path = STATE) -> None:
        self._address = urlsplit(entra).netloc
        self.state = state
        self._context = ssl.create_default_context(cafile=str(state / "ca.pem"))

    def world(self, name: str) -> World:
        """Return a world's ids and credentials, after creating the world if it is missing."""
        answer = self._request("PUT", f"/sandbox/worlds/{name}", "{}")
        return World(**{field: answer[field] for field in World.__dataclass_fields__})

    def snapshot(self, name: str) -> Snapshot:
        """Return what goes on in a world."""
        return self._request("GET", f"/sandbox/worlds/{name}")

    def run_cycle(self, name: str, job_id: str, *, seconds: float) -> None:
        """Have a job run a cycle now, after one that may be running, and wait at most that long for its end."""
        self._request("POST", f"/sandbox/worlds/{name}/jobs/{job_id}/cycle", seconds=seconds)

    def worlds(self) -> list[str]:
        """Return the names of all worlds."""
        return self._request("GET", "/sandbox/status")["worlds"]

    def breakages(self) -> dict[str, str]:
        """Return what can be broken, by name, in a sentence each."""
        return self._request("GET", "/sandbox/breakages")

    def break_(self, name: str, breakage: str) -> str:
        """Break something in a world; return what has happened, or raise SandboxError with the reason why not."""
        return self._request("POST", f"/sandbox/worlds/{name}/break/{breakage}")["happened"]

    def _request(self, method: str, path: str, body: str = "", *, seconds: float = TIMEOUT_S) -> Any:
        key = (self.state / "control-key").read_text().strip()
        connection = http.client.HTTPSConnection(self._address, timeout=seconds, context=self._context)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            if answer.status < http.HTTPStatus.BAD_REQUEST:
                return json.load(answer)
            if answer.status == http.HTTPStatus.CONFLICT:
                raise SandboxError(json.load(answer)["error"])
            what = f"answered {answer.status} to {method} {path}"
        except (OSError, http.client.HTTPException, ValueError) as error:
            what = f"does not answer {method} {path} ({error})"
        finally:
            connection.close()
        raise SandboxError(f"the sandbox {what}: see .sandbox/sandbox.log, then stop and start it")
