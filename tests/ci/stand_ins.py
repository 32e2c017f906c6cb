"""Stand-ins for `az` and `glab`, which are not available here: they take only the options that our pipelines use.

What they store is a file of JSON, STORE in their environment. Sources: the manual pages of glab api; the reference of
az devops invoke, az boards query and az boards work-item; the REST APIs of GitLab (notes, issues) and Azure DevOps 7.1
(pull request threads).
"""

import json
import os
import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

Json = dict[str, Any]

TOKEN = "canary-of-a-token-0123456789"
US, SOMEBODY = 11, 12
PAGE = 100


def install(folder: Path) -> None:
    """Put both programs into a folder."""
    folder.mkdir(exist_ok=True)
    for name in ("az", "glab"):
        program = folder / name
        program.write_text(f"#!{sys.executable}\nfrom tests.ci.stand_ins import {name}\n{name}()\n")
        program.chmod(0o755)


def stored() -> Json:
    """Return what is stored; without anything yet no list has an entry."""
    file = Path(os.environ["STORE"])
    return json.loads(file.read_text()) if file.exists() else {"notes": [], "issues": [], "threads": [], "items": []}


def _options(parser: ArgumentParser, *names: str) -> None:
    for name in names:
        parser.add_argument(f"--{name}", required=True)


def glab() -> None:
    """`glab api PATH`: GitLab's REST API."""
    parser = ArgumentParser(allow_abbrev=False)
    parser.add_argument("command", choices=["api"])
    parser.add_argument("path")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--field", action="append", default=[])
    parser.add_argument("--raw-field", action="append", default=[])
    parser.add_argument("--paginate", action="store_true")
    asked = parser.parse_args()
    if os.environ.get("GITLAB_TOKEN") != TOKEN or os.environ.get("GITLAB_HOST") != "https://gitlab.example":
        sys.exit("401 Unauthorized")
    given = dict(each.split("=", 1) for each in asked.raw_field)
    for each in asked.field:
        name, value = each.split("=", 1)
        given[name] = Path(value[1:]).read_text() if value.startswith("@") else value
    store = stored()
    found = _gitlab(store, asked.method, asked.path, given)
    Path(os.environ["STORE"]).write_text(json.dumps(store))
    pages = [found[at : at + PAGE] for at in range(0, len(found) or 1, PAGE)] if isinstance(found, list) else [found]
    sys.stdout.writelines(json.dumps(page) for page in (pages if asked.paginate else pages[:1]))


def _gitlab(store: Json, method: str, path: str, given: Json) -> Json | list[Json]:
    path, _, query = path.partition("?")
    if path == "user":
        return {"id": US, "username": "project_5_bot"}
    of_project = path.removeprefix("projects/5/")
    if of_project == "issues":
        return _issues(store, method, {key: value[0] for key, value in parse_qs(query).items()}, given)
    if found := re.fullmatch(r"(?:issues|merge_requests)/(\d+)/notes", of_project):
        if method == "GET":
            return [each for each in store["notes"] if each["on"] == found[1]]
        return _added(store["notes"], {"on": found[1], "body": given["body"], "author": {"id": US}})
    if found := re.fullmatch(r"merge_requests/\d+/notes/(\d+)", of_project):
        return _updated(store["notes"], "id", found[1], given)
    found = re.fullmatch(r"issues/(\d+)", of_project)
    assert found, path
    if given.pop("state_event", "") == "close":
        given["state"] = "closed"
    return _updated(store["issues"], "iid", found[1], given)


def _issues(store: Json, method: str, wanted: Json, given: Json) -> Json | list[Json]:
    if method == "GET":
        return [
            each
            for each in store["issues"]
            if (each["state"], str(each["author"]["id"])) == (wanted["state"], wanted["author_id"])
        ]
    return _added(store["issues"], {**given, "state": "opened", "author": {"id": US}})


def az() -> None:
    """`az devops invoke`, `az boards query` and `az boards work-item`: Azure DevOps."""
    parser = ArgumentParser(allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    invoke = commands.add_parser("devops", allow_abbrev=False)
    invoke.add_argument("command", choices=["invoke"])
    _options(invoke, "area", "resource", "api-version")
    invoke.add_argument("--route-parameters", nargs="*", required=True)
    invoke.add_argument("--http-method", default="GET")
    invoke.add_argument("--in-file")
    invoke.set_defaults(work=_threads)
    boards = commands.add_parser("boards", allow_abbrev=False).add_subparsers(required=True)
    query = boards.add_parser("query", allow_abbrev=False)
    _options(query, "wiql", "project")
    query.set_defaults(work=_query)
    items = boards.add_parser("work-item", allow_abbrev=False).add_subparsers(required=True)
    create = items.add_parser("create", allow_abbrev=False)
    _options(create, "project", "type", "title", "description", "fields")
    create.set_defaults(work=_create)
    update = items.add_parser("update", allow_abbrev=False)
    _options(update, "id")
    for name in ("description", "fields", "discussion", "state"):
        update.add_argument(f"--{name}")
    update.set_defaults(work=_update)
    for each in (invoke, query, create, update):
        _options(each, "organization")
        each.add_argument("--output", choices=["json"], required=True)
    asked = parser.parse_args()
    if os.environ.get("AZURE_DEVOPS_EXT_PAT") != TOKEN or asked.organization != "https://dev.azure.com/o/":
        sys.exit("TF400813: The user is not authorized to access this resource.")
    store = stored()
    sys.stdout.write(json.dumps(asked.work(store, asked)))
    Path(os.environ["STORE"]).write_text(json.dumps(store))


def _threads(store: Json, asked: Namespace) -> object:
    route = dict(each.split("=", 1) for each in asked.route_parameters)
    assert (asked.area, asked.api_version) == ("git", "7.1")
    assert (route["project"], route["repositoryId"], route["pullRequestId"]) == ("p", "r", "7")
    sent: Json = json.loads(Path(asked.in_file).read_text()) if asked.in_file else {}
    if asked.resource == "pullRequestThreadComments":
        assert (asked.http_method, route["commentId"]) == ("PATCH", "1")
        (thread,) = (each for each in store["threads"] if str(each["id"]) == route["threadId"])
        thread["comments"][0] |= sent
        return thread["comments"][0]
    assert asked.resource == "pullRequestThreads"
    if asked.http_method == "GET":
        return {"value": store["threads"], "count": len(store["threads"])}
    return _added(store["threads"], sent)


def _query(store: Json, asked: Namespace) -> list[Json]:
    condition = r"\[System\.{}\] {} '([^']+)'"
    title, tag, closed = (
        re.findall(condition.format(*each), asked.wiql)[0]
        for each in (("Title", "="), ("Tags", "CONTAINS"), ("State", "<>"))
    )
    return [
        {"id": each["id"], "fields": {"System.Id": each["id"], "System.Tags": each["tags"]}}
        for each in store["items"]
        if each["title"] == title and tag in each["tags"].split("; ") and each["state"] != closed
    ]


def _create(store: Json, asked: Namespace) -> Json:
    made: Json = {"title": asked.title, "type": asked.type, "text": asked.description, "state": "To Do", "said": []}
    return _added(store["items"], {**made, "tags": asked.fields.removeprefix("System.Tags=")})


def _update(store: Json, asked: Namespace) -> Json:
    changed = {"text": asked.description, "state": asked.state}
    if asked.fields:
        changed["tags"] = asked.fields.removeprefix("System.Tags=")
    item = _updated(store["items"], "id", asked.id, {key: value for key, value in changed.items() if value})
    item["said"] += [asked.discussion]
    return item


def _added(entries: list[Json], entry: Json) -> Json:
    number = len(entries) + 1
    entries.append({"id": number + 1000, "iid": number, **entry})
    return entries[-1]


def _updated(entries: list[Json], key: str, value: str, changes: Json) -> Json:
    (entry,) = (each for each in entries if str(each[key]) == value)
    entry.update(changes)
    return entry
