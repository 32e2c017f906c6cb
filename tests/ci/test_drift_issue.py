"""There is one issue a stack, and it says what is so: opened, rewritten and closed, never by what is not known."""

import json
from pathlib import Path

import pytest

from ci.drift_issue import Act, Drift, Issue, body, decide, main
from ci.drift_report import Difference
from ci.github import LIMIT
from providers.errors import ProvisioningError
from tests.ci.github_server import TOKEN, GitHub


def drift(*differences: tuple[str, str]) -> Drift:
    found: list[Difference] = [
        {"kind": kind, "place": "Provisioning", "what": what, "up": "put it back"} for kind, what in differences
    ]
    return {"stack": "prod", "drift": any(kind == "changed" for kind, _ in differences), "differences": found}


STOPPED = drift(("changed", "provisioning is stopped"))
CLEAN = drift()
UNTESTED = drift(("untested", "an overlap is open"))
ISSUE = Issue(3, body(STOPPED))


@pytest.mark.parametrize(
    ("found", "issue", "act"),
    [
        (STOPPED, None, Act.OPEN),
        (STOPPED, ISSUE, Act.LEAVE),
        (drift(("changed", "provisioning is stopped"), ("untested", "an overlap is open")), ISSUE, Act.LEAVE),
        (drift(("changed", "User Update is ticked")), ISSUE, Act.REWRITE),
        (CLEAN, ISSUE, Act.CLOSE),
        (drift(("rotation", "due since 2 h")), ISSUE, Act.CLOSE),
        (UNTESTED, ISSUE, Act.LEAVE),
        (CLEAN, None, Act.LEAVE),
    ],
)
def test_what_is_done_follows_from_what_was_found_and_what_is_open(found: Drift, issue: Issue | None, act: Act) -> None:
    assert decide(found, issue) is act


def test_drift_that_only_grew_older_is_no_other_drift() -> None:
    found = [drift(("changed", f"the token issued {age} ago has not been tested")) for age in ("3 h", "2 days")]

    assert decide(found[1], Issue(7, body(found[0]))) is Act.LEAVE


def test_a_name_from_the_tenant_can_neither_mention_anybody_nor_break_the_table() -> None:
    text = body(drift(("changed", "Group `@everyone` | <img src=x> is assigned")))

    assert "| `Group '@everyone' \\| <img src=x> is assigned` |" in text


def test_a_body_is_never_longer_than_github_takes_and_ends_with_a_whole_line() -> None:
    long = body(drift(*(("changed", f"User.attribute{number} is not mapped") for number in range(2000))))

    assert len(long) <= LIMIT
    assert long.splitlines()[-3].endswith("put it back |")


@pytest.fixture
def environ(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_RUN_ID": "17",
    }.items():
        monkeypatch.setenv(name, value)


def saved(folder: Path, found: Drift) -> str:

    file = folder / "prod.json"
    file.write_text(json.dumps(found))
    return str(file)


@pytest.mark.usefixtures("environ")
def test_an_issue_of_somebody_else_with_our_marker_is_left_alone(github: GitHub, tmp_path: Path) -> None:
    for _ in range(100):  # so that ours is on its own page
        github.open("theirs", body(STOPPED), login="somebody")

    github.open("of an account that is gone", body(STOPPED), login="somebody")
    next(iter(github.issues.values()))["user"] = None

    main([saved(tmp_path, STOPPED)])
    main([saved(tmp_path, drift(("changed", "User Update is ticked")))])

    (ours,) = [each for each in github.issues.values() if each["user"] and each["user"]["login"] != "somebody"]
    assert "User Update is ticked" in ours["body"]
    assert github.on(ours["number"]) == ["The drift is another one now. https://github.example/o/r/actions/runs/17"]
    assert len(github.comments) == 1


@pytest.mark.usefixtures("environ")
def test_what_github_refuses_is_one_line_without_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_another_canary")

    with pytest.raises(ProvisioningError) as told:
        main([saved(tmp_path, STOPPED)])

    assert str(told.value) == "GitHub: GET issues was answered 401: see the permissions of the job"


@pytest.mark.usefixtures("environ")
def test_no_stack_that_could_be_looked_at_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ProvisioningError, match="no stack could be looked at"):
        main([str(tmp_path / "*.json")])
