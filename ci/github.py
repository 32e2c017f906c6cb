"""The four calls of GitHub's REST API that the workflows make, with the token of the job and nothing else.

Source: docs.github.com, REST API, issues and issue comments; a pull request is an issue there.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from providers.errors import ConfigurationError, UnexpectedAnswerError, UnreachableError

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
        """Return the job's own. Raises ConfigurationError where a variable is missing."""
        names = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN")
        missing = [name for name in names if not environ.get(name)]
        if missing:
            raise ConfigurationError(f"{', '.join(missing)} not set: the workflow hands them to this step")
        return cls(*(environ[name] for name in names))

    def comments(self, number: int) -> Iterator[Json]:
        """List our own comments on an issue or a pull request."""
        return self._ours(f"issues/{number}/comments", {})

    def open_issues(self) -> Iterator[Json]:
        """List our own open issues."""
        return self._ours("issues", {"state": "open"})

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        """Create an issue or a comment."""
        return self._call("POST", path, json=body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Json:
        """Change an issue or a comment."""
        return self._call("PATCH", path, json=body)

    def _ours(self, path: str, query: Mapping[str, str]) -> Iterator[Json]:
        for page in range(1, _PAGES + 1):
            found = self._call("GET", path, params={**query, "per_page": _PAGE, "page": page})
            yield from (each for each in found if each["user"] and each["user"]["login"] == _OURS)
            if len(found) < _PAGE:
                return

    def _call(self, method: str, path: str, **content: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/vnd.github+json"}
        try:
            answer = httpx.request(
                method, f"{self.api}/repos/{self.name}/{path}", headers=headers, timeout=30.0, **content
            )
        except httpx.TransportError as error:
            raise UnreachableError(
                f"GitHub: {method} {path} got no answer ({type(error).__name__}): run the job again",
                sent=method != "GET",
            ) from None
        if not answer.is_success:
            raise UnexpectedAnswerError(
                f"GitHub: {method} {path} was answered {answer.status_code}: see the permissions of the job"
            )
        return answer.json()
