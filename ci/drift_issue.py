"""`python -m ci.drift_issue FILE...`: one issue for the drift of each stack, from what `scimctl drift --json` printed.

It is opened when drift is found, rewritten with a comment when the drift changes, and closed when there is no
drift any more. What could not be tested closes nothing.
"""

import os
import re
import sys
from dataclasses import dataclass
from enum import Enum

from ci.drift_report import Drift, read_drift
from ci.github import Repository
from ci.marked import has_marker, marked
from ci.running import run
from scimctl.commands.drift.drift import in_markdown

_SPAN = re.compile(r"\b[0-9]+ (days|h|min|s)\b")

_REPAIR = """\
`scimctl drift` reports the same on any machine. If the change was a mistake, `pulumi up --refresh` takes it back; if it
was meant, put it into the stack file. The page for the person on call is `docs/on-call.md`. This issue is closed by
itself when there is no drift any more."""


class Act(Enum):
    """What to do about the issue."""

    OPEN = "open"
    REWRITE = "rewrite"
    CLOSE = "close"
    LEAVE = "leave"


@dataclass(frozen=True)
class Issue:
    """The issue that is open."""

    number: int
    body: str


def decide(drift: Drift, issue: Issue | None) -> Act:
    """Return what to do; pure."""
    if drift["drift"]:
        if issue is None:
            return Act.OPEN
        return Act.LEAVE if _lasting(issue.body) == _lasting(body(drift)) else Act.REWRITE
    unknown = any(each["kind"] == "untested" for each in drift["differences"])
    return Act.LEAVE if issue is None or unknown else Act.CLOSE


def body(drift: Drift) -> str:
    """Return the issue's text, which for the same drift is the same but for spans of time."""
    lasting = {**drift, "differences": [each for each in drift["differences"] if each["kind"] != "untested"]}
    return marked(_name(drift), "\n".join([*in_markdown(lasting), "", _REPAIR]))


def _lasting(text: str) -> str:
    """Return a text without spans of time: drift that grows older by an hour is the same drift."""
    return _SPAN.sub("some time", text)


def main(arguments: list[str]) -> None:
    """See to the issue of each stack."""
    repository = Repository.of_job()
    for file in arguments:
        drift = read_drift(file)
        sys.stdout.write(f"{drift['stack']}: {settle(drift, repository).value}\n")


def settle(drift: Drift, repository: Repository) -> Act:
    """Look for the issue of a stack, decide and act."""
    found = next((each for each in repository.open_issues() if has_marker(each.get("body"), _name(drift))), None)
    issue = Issue(found["number"], found["body"]) if found else None
    act = decide(drift, issue)
    if act is Act.OPEN:
        repository.post("issues", {"title": f"Drift of stack {drift['stack']}", "body": body(drift)})
    elif issue and act is Act.REWRITE:
        repository.patch(f"issues/{issue.number}", {"body": body(drift)})
        repository.post(f"issues/{issue.number}/comments", {"body": f"The drift is another one now. {_run()}"})
    elif issue and act is Act.CLOSE:
        # Closed first: if the comment fails, no later run finds the issue open and comments again.
        repository.patch(f"issues/{issue.number}", {"state": "closed", "state_reason": "completed"})
        repository.post(f"issues/{issue.number}/comments", {"body": f"There is no drift any more. {_run()}"})
    return act


def _name(drift: Drift) -> str:
    return f"drift {drift['stack']}"


def _run() -> str:
    """Return the address of the run that saw it."""
    return "/".join(os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")) + (
        f"/actions/runs/{os.environ.get('GITHUB_RUN_ID', '')}"
    )


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.drift_issue FILE..."))
