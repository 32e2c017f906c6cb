"""One comment a request and one issue or work item a stack: by the tool of each system, which is a stand-in here."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ci.pipelines import azure, checkout, gitlab, path, run
from tests.ci.stand_ins import SOMEBODY, TOKEN, install

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not on PATH")

Json = dict[str, Any]
Done = subprocess.CompletedProcess[str]
AZURE = {
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/o/",
    "SYSTEM_TEAMPROJECT": "P",
    "SYSTEM_TEAMPROJECTID": "p",
    "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
    "BUILD_REPOSITORY_ID": "r",
    "BUILD_BUILDID": "17",
    "AZURE_DEVOPS_EXT_PAT": TOKEN,
}
GITLAB = {
    "CI_SERVER_URL": "https://gitlab.example",
    "CI_PROJECT_ID": "5",
    "CI_MERGE_REQUEST_IID": "7",
    "CI_PIPELINE_URL": "https://gitlab.example/p/-/pipelines/17",
    "GITLAB_TOKEN": TOKEN,
}


class Job:
    """The job of a system that stores, in a checkout."""

    def __init__(self, folder: Path, system: str, name: str) -> None:
        self.folder, self.store = folder, folder / "store.json"
        checkout(folder)
        install(folder / "tools")
        if system == "azure":
            step = {"preview": "Comment", "drift": "Open, rewrite or close the work item of each stack"}[name]
            self.script, _ = azure(name, step)
            self.environ = {**AZURE, "WORK_ITEM_TYPE": "Issue", "WORK_ITEM_CLOSED": "Done"}
        else:
            script, _ = gitlab(name, {"preview": "comment", "drift": "tell"}[name])
            self.script = "\n".join(line for line in script.splitlines() if "ci/prepare.sh" not in line)
            self.environ = GITLAB
            (folder / "tools" / "apt-get").symlink_to("/bin/true")
        (folder / "found").mkdir()

    def run(self, **environ: str) -> Done:
        given = {"STORE": str(self.store), "CI_PROJECT_DIR": str(self.folder / "p"), **self.environ, **environ}
        return run(self.script, self.folder, {"PATH": path(self.folder / "tools"), **given})

    def found(self, name: str, text: str) -> None:
        (self.folder / "found" / name).write_text(text)

    @property
    def stored(self) -> Json:
        found: Json = json.loads(self.store.read_text())
        return found


Make = Callable[[str], Job]


@pytest.fixture(params=["azure", "gitlab"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    return lambda name: Job(tmp_path, request.param, name)


def comments(stored: Json) -> list[str]:
    return [each["content"] for thread in stored["threads"] for each in thread["comments"]] + [
        each["body"] for each in stored["notes"]
    ]


def test_a_request_has_one_comment_which_is_written_anew(make: Make) -> None:
    job = make("preview")
    for text in ("first", "second"):
        job.found("prod.md", f"### {text}\n")
        done = job.run()
        assert done.returncode == 0, done.stdout
        assert TOKEN not in done.stdout
    assert comments(job.stored) == ["<!-- greenlake-scim preview -->\n### second"]


def test_the_comment_is_found_among_others_and_another_one_that_only_looks_like_it_stays_on_gitlab(
    tmp_path: Path,
) -> None:
    job = Job(tmp_path, "gitlab", "preview")
    forged = {"on": "7", "body": "<!-- greenlake-scim preview -->\nforged", "author": {"id": SOMEBODY}}
    others = [{**forged, "id": number, "body": "ship it"} for number in range(2, 130)]
    ours = {**forged, "id": 200, "author": {"id": 11}}
    job.store.write_text(json.dumps({"notes": [{**forged, "id": 1}, *others, ours]}))
    job.found("prod.md", "### new\n")
    assert job.run().returncode == 0
    notes = job.stored["notes"]
    assert (len(notes), notes[0]["body"], notes[-1]["body"]) == (
        130,
        forged["body"],
        "<!-- greenlake-scim preview -->\n### new",
    )


@pytest.mark.parametrize("name", ["preview", "drift"])
def test_a_tool_that_is_refused_fails_the_job(name: str, make: Make) -> None:
    job = make(name)
    job.found("prod.md" if name == "preview" else "prod.json", report("stopped"))
    done = job.run(GITLAB_TOKEN="", AZURE_DEVOPS_EXT_PAT="")
    assert (done.returncode != 0, job.store.exists()) == (True, False)


def report(*found: str) -> str:
    rows = [{"kind": "changed", "place": "Provisioning", "what": each, "up": "put it back"} for each in found]
    return json.dumps({"stack": "prod", "drift": bool(rows), "differences": rows})


def told(stored: Json) -> list[tuple[str, bool, bool]]:
    """Return each issue or work item: its title, whether it is open, whether it shows the drift of User Update."""
    issues = [(each["title"], each["state"] == "opened", each["description"]) for each in stored["issues"]]
    items = [(each["title"], each["state"] != "Done", each["text"]) for each in stored["items"]]
    return [(title, is_open, "User Update" in text) for title, is_open, text in issues + items]


def said(stored: Json) -> list[str]:
    found = [each["body"] for each in stored["notes"]] + [text for each in stored["items"] for text in each["said"]]
    return [text.partition(".")[0] for text in found]


def test_drift_is_one_issue_that_is_opened_once_rewritten_and_closed(make: Make) -> None:
    job = make("drift")
    for found, act in (
        (report("the token issued 3 h ago has not been tested"), "open"),
        (report("the token issued 2 days ago has not been tested"), "leave"),
        (report("User Update is ticked"), "rewrite"),
        (report(), "close"),
        (report("User Update is ticked"), "open"),
    ):
        job.found("prod.json", found)
        done = job.run()
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, f"prod: {act}"), done.stdout
    assert told(job.stored) == [("Drift of stack prod", False, True), ("Drift of stack prod", True, True)]
    assert said(job.stored) == ["The drift is another one now", "All is as declared again"]


def test_a_stack_that_could_not_be_looked_at_leaves_its_issue_and_the_others_have_their_turn(make: Make) -> None:
    job = make("drift")
    job.found("a.json", '{"error": "Graph does not answer", "exitCode": 1}')
    job.found("b.json", report("User Update is ticked").replace("prod", "b"))
    done = job.run()
    assert "found/a.json is not what `scimctl drift --json` prints" in done.stdout
    assert told(job.stored) == [("Drift of stack b", True, True)]


def test_the_name_of_a_group_is_not_markup_in_a_work_item(tmp_path: Path) -> None:
    job = Job(tmp_path, "azure", "drift")
    job.found("prod.json", report("Group </pre><script>alert(1)</script> is assigned"))
    assert job.run().returncode == 0
    (item,) = job.stored["items"]
    assert "<script>" not in item["text"]
    assert os.environ.get("HOME", "/") not in item["text"]
