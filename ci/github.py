"""The four calls of GitHub's REST API that the workflows make, with the token of the job and nothing else.

Source: docs.github.com, REST API, issues and issue comments; a pull request is an issue there.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from ci.running import required
from providers.errors import UnexpectedAnswerError
from providers.http import Call, send
from providers.http.deadline import Deadline

Json = dict[str, Any]

LIMIT = 65_536  # characters of a body
_OURS = "github-actions[bot]"  # who the token of a job writes as: a marker in anybody else's text counts for nothing
_PAGE = 100
_PAGES = 50


@dataclass(frozen=True)
class Repository:
    """The repository that the workflow runs for."""

    api: str
    name: str
    token: str = field(repr=False)

    @classmethod
    def of_job(cls, environ: Mapping[str, str] = os.environ) -> "Repository":
        """Return the job's own. Raises ConfigurationError if a variable is missing."""
        return cls(*required(environ, "GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"))

    def comments(self, number: int) -> Iterator[Json]:
        """List our own comments on an issue or a pull request."""
        return self._ours(f"issues/{number}/comments", {})

    def open_issues(self) -> Iterator[Json]:
        """List our own open issues."""
        return self._ours("issues", {"state": "open"})

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Create an issue or a comment; not repeated after a lost answer, so that there are never two."""
        self._write("POST", path, body)

    def patch(self, path: str, body: Mapping[str, Any]) -> None:
        """Change an issue or a comment."""
        self._write("PATCH", path, body)

    def _write(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        call = self._call(method, path, body)
        send(call, Deadline()).confirm(call.what)

    def _ours(self, path: str, query: Mapping[str, str]) -> Iterator[Json]:
        for page in range(1, _PAGES + 1):
            asked = urlencode({**query, "per_page": _PAGE, "page": page})
            found = self._list(f"{path}?{asked}")
            yield from (each for each in found if _author(each) == _OURS)
            if len(found) < _PAGE:
                return

    def _list(self, path: str) -> list[Json]:
        call = self._call("GET", path)
        found: object = send(call, Deadline()).json(call.what)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in cast("list[object]", found)):
            raise UnexpectedAnswerError(f"{call.what}: the answer is not a list: run the job again")
        return cast("list[Json]", found)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Call:
        return Call(
            what=f"GitHub: {method} {path.partition('?')[0]}",
            method=method,
            url=f"{self.api}/repos/{self.name}/{path}",
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/vnd.github+json"},
            json=body,
            repeatable=method != "POST",
            hints=dict.fromkeys((401, 403, 404), "see the permissions of the job"),
        )


def _author(entry: Json) -> str:
    """Return who wrote it; GitHub has null for an account that is gone."""
    user: object = entry.get("user")
    return str(cast("Json", user).get("login")) if isinstance(user, dict) else ""
