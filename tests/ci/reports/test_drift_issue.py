"""There is one issue a stack, and it shows what is known: opened, rewritten and closed, never by what is not known."""

import json
import shutil
from pathlib import Path

import pytest

from ci.reports.drift_issue import Act, Drift, body, decide, main
from ci.reports.drift_report import Difference
from ci.reports.marked import LIMIT
from tests.ci.github_server import TOKEN, GitHub
from tests.ci.workflows import Done, environment, run


def drift(*differences: tuple[str, str]) -> Drift:
    found: list[Difference] = [
        {"kind": kind, "place": "Provisioning", "what": what, "up": "put it back"} for kind, what in differences
    ]
    return {"stack": "prod", "drift": any(kind == "changed" for kind, _ in differences), "differences": found}


STOPPED = drift(("changed", "provisioning is stopped"))
CLEAN = drift()
UNTESTED = drift(("untested", "an overlap is open"))
ISSUE = body(STOPPED)


@pytest.mark.parametrize(
    ("found", "issue", "act"),
    [
        (STOPPED, "", "open"),
        (STOPPED, ISSUE, "leave"),
        (drift(("changed", "provisioning is stopped"), ("untested", "an overlap is open")), ISSUE, "leave"),
        (drift(("changed", "User Update is ticked")), ISSUE, "rewrite"),
        (CLEAN, ISSUE, "close"),
        (drift(("rotation", "due since 2 h")), ISSUE, "close"),
        (UNTESTED, ISSUE, "leave"),
        (CLEAN, "", "leave"),
    ],
)
def test_what_is_done_follows_from_what_was_found_and_what_is_open(found: Drift, issue: str, act: Act) -> None:
    assert decide(found, issue) == act


def test_drift_that_only_grew_older_is_the_same_drift() -> None:
    found = [drift(("changed", f"the token issued {age} ago has not been tested")) for age in ("3 h", "2 days")]

    assert decide(found[1], body(found[0]).replace("\n", "\r\n")) == "leave"


def test_the_number_alone_identifies_the_drift_for_a_system_that_rewrites_texts() -> None:
    tags = f"greenlake-scim; {ISSUE.splitlines()[1].split()[2]}"

    assert decide(STOPPED, tags) == "leave"
    assert decide(drift(("changed", "User Update is ticked")), tags) == "rewrite"


def test_a_name_from_the_tenant_can_neither_mention_anybody_nor_break_the_table() -> None:
    text = body(drift(("changed", "Group `@everyone` | <img src=x> is assigned")))

    assert "| `Group '@everyone' \\| <img src=x> is assigned` |" in text


def test_what_is_written_is_never_longer_than_github_takes_and_ends_with_a_whole_line(tmp_path: Path) -> None:
    found = drift(*(("changed", f"User.attribute{number} is not mapped") for number in range(2000)))
    report, text = tmp_path / "prod.json", tmp_path / "text.md"
    report.write_text(json.dumps(found))
    main([str(report), str(tmp_path / "none.md"), str(text)])

    assert text.read_text() == body(found)
    assert len(body(found)) <= LIMIT
    assert body(found).splitlines()[-3].endswith("put it back |")


def settled(github: GitHub, folder: Path, *found: Drift, token: str = TOKEN) -> Done:
    """Run the job that settles the issues, with the reports of the job before it; it keeps its own files apart."""
    reports = folder / "found"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir()
    for each in found:
        (reports / f"{each['stack']}.json").write_text(json.dumps(each))
    return run("drift", "tell", folder, {"github.token": token}, environment(github.environ()))


def test_an_issue_is_opened_rewritten_and_closed_once(github: GitHub, tmp_path: Path) -> None:
    seen = "https://github.localhost/o/r/actions/runs/17"
    other: Drift = {**STOPPED, "stack": "prod-eu"}
    assert settled(github, tmp_path, STOPPED, other).text == "prod-eu: open\nprod: open\n"
    assert [each["title"] for each in github.issues.values()] == ["Drift of stack prod-eu", "Drift of stack prod"]
    assert settled(github, tmp_path, STOPPED, other).text == "prod-eu: leave\nprod: leave\n"
    assert github.comments == {}

    assert settled(github, tmp_path, drift(("changed", "User Update is ticked"))).text == "prod: rewrite\n"
    (ours,) = [each for each in github.issues.values() if each["title"] == "Drift of stack prod"]
    assert "User Update is ticked" in ours["body"]
    assert settled(github, tmp_path, CLEAN).text == "prod: close\n"
    assert (ours["state"], ours["state_reason"]) == ("closed", "completed")
    assert settled(github, tmp_path, CLEAN).text == "prod: leave\n"
    assert github.on(ours["number"]) == [
        f"The drift is another one now. {seen}",
        f"There is no drift any more. {seen}",
    ]
    assert [each["state"] for each in github.issues.values()] == ["open", "closed"]


def test_an_issue_of_somebody_else_with_our_marker_is_left_alone(github: GitHub, tmp_path: Path) -> None:
    for _ in range(100):  # so that ours is on its own page
        github.open("theirs", body(STOPPED), login="somebody")
    github.open("of an account that is gone", body(STOPPED))["user"] = None
    github.open("without a text", "")["body"] = None

    assert settled(github, tmp_path, STOPPED).text == "prod: open\n"
    assert settled(github, tmp_path, CLEAN).text == "prod: close\n"

    assert [each["title"] for each in github.issues.values() if each["state"] == "closed"] == ["Drift of stack prod"]
    assert len(github.comments) == 1


def test_what_github_refuses_fails_the_job_and_opens_no_second_issue(github: GitHub, tmp_path: Path) -> None:
    assert settled(github, tmp_path, STOPPED).code == 0
    refused = settled(github, tmp_path, STOPPED, token="ghs_another_canary")

    assert refused.code != 0
    assert "HTTP 401" in refused.text
    assert "ghs_another_canary" not in refused.text
    assert len(github.issues) == 1


def test_no_stack_that_could_be_looked_at_is_a_failure(github: GitHub, tmp_path: Path) -> None:
    done = settled(github, tmp_path)

    assert done.code == 1
    assert "no stack could be looked at" in done.text
    assert github.issues == {}


def test_a_report_that_cannot_be_read_fails_the_job_and_keeps_no_other_stack_from_its_issue(
    github: GitHub, tmp_path: Path
) -> None:
    torn: Drift = {**STOPPED, "stack": "dev", "differences": [{}]}  # pyright: ignore[reportAssignmentType]
    done = settled(github, tmp_path, torn, STOPPED)

    assert (done.code, done.text.splitlines()[-1]) == (1, "prod: open")
    assert [each["title"] for each in github.issues.values()] == ["Drift of stack prod"]
