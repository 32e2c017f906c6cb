"""The part of GitHub's REST API that the workflows call with `gh`, on 127.0.0.1: issues and comments in memory."""

import itertools
import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.http_server import Answer, Asked, answering

Json = dict[str, Any]

TOKEN = "ghs_canary0000000000000000000000000000000"
US = "github-actions[bot]"
PAGE = 100


@dataclass
class GitHub:
    """A repository: pull requests are issues in it, and who writes with the token is the workflow."""

    issues: dict[int, Json] = field(default_factory=dict[int, Json])
    comments: dict[int, Json] = field(default_factory=dict[int, Json])
    url: str = ""
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def write(self, number: int, body: str, *, login: str = US) -> Json:
        """Comment on an issue."""
        made: Json = {"id": next(self.numbers), "issue": number, "body": body, "user": {"login": login}}
        self.comments[made["id"]] = made
        return made

    def open(self, title: str, body: str, *, login: str = US) -> Json:
        """Open an issue."""
        number = next(self.numbers)
        made: Json = {"number": number, "title": title, "body": body, "state": "open", "user": {"login": login}}
        self.issues[number] = made
        return made

    def environ(self) -> dict[str, str]:
        """Return what a runner gives a job; `gh` reaches the host `github.localhost` without TLS, here by a proxy."""
        server = {"GITHUB_SERVER_URL": "https://github.localhost", "HTTP_PROXY": self.url}
        return {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "17", **server}

    def on(self, number: int) -> list[str]:
        """Return what was written on an issue."""
        return [each["body"] for each in self.comments.values() if each["issue"] == number]

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Json) -> tuple[int, Any]:
        """Do what a request asks for."""
        if found := re.fullmatch(r"issues/(\d+)/comments", path):
            number = int(found[1])
            if method == "POST":
                return 201, self.write(number, body["body"])
            return 200, self._page([each for each in self.comments.values() if each["issue"] == number], query)
        if found := re.fullmatch(r"issues/comments/(\d+)", path):
            self.comments[int(found[1])].update(body)
            return 200, self.comments[int(found[1])]
        if found := re.fullmatch(r"issues/(\d+)", path):
            self.issues[int(found[1])].update(body)  # of a read it is empty
            return 200, self.issues[int(found[1])]
        if method == "POST":
            return 201, self.open(body["title"], body["body"])
        return 200, self._page([each for each in self.issues.values() if each["state"] == query["state"][0]], query)

    def _page(self, found: list[Json], query: dict[str, list[str]]) -> list[Json]:
        assert query["per_page"] == [str(PAGE)]
        page = int(query.get("page", ["1"])[0])
        return found[PAGE * (page - 1) : PAGE * page]


def _next(address: str) -> str:
    """Return the header that names the next page, as GitHub sends it."""
    parts = urlsplit(address)
    query = {name: value for name, (value,) in parse_qs(parts.query).items()}
    query["page"] = str(int(query.get("page", "1")) + 1)
    return f'<{parts._replace(query=urlencode(query)).geturl()}>; rel="next"'


@contextmanager
def serving() -> Generator[GitHub]:
    """Serve an empty repository `o/r`."""
    github = GitHub()

    def answer(request: Asked) -> Answer:
        asked, body = urlsplit(request.path), json.loads(request.body or b"{}")
        status, found = 401, dict[str, Any]()
        if asked.hostname == "api.github.localhost" and request.headers["Authorization"] == f"token {TOKEN}":
            path = asked.path.removeprefix("/repos/o/r/")
            status, found = github.answer(request.method, path, parse_qs(asked.query), body)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if request.method == "GET" and len(found) == PAGE:
            headers["Link"] = _next(request.path)
        return status, json.dumps(found).encode(), headers

    with answering(answer) as port:
        github.url = f"http://127.0.0.1:{port}"
        yield github
