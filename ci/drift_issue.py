"""`python -m ci.drift_issue REPORT FOUND TEXT`: print what to do about the issue of a stack's drift.

REPORT is what `scimctl drift --json` printed, FOUND the text of the stack's open issue, empty or missing if there is
none. Prints `open`, `rewrite`, `close` or `leave`, and writes to TEXT the issue's text. The marker of the issue
is `<!-- greenlake-scim drift STACK -->`.
"""

import re
import sys
from enum import Enum
from pathlib import Path

from ci.drift_report import Drift, read_drift
from ci.marked import marked
from ci.running import run
from scimctl.commands.drift.drift import in_markdown

_SPAN = re.compile(r"\b[0-9]+ (days|h|min|s)\b")

_REPAIR = """\
`scimctl drift` prints the same on any machine. If the change was a mistake, `pulumi up --refresh` reverts it; if it was
intended, put it into the stack file. The page for the person on call is `docs/on-call.md`. This issue is closed when
there is no drift any more."""


class Act(Enum):
    """What to do about the issue."""

    OPEN = "open"
    REWRITE = "rewrite"
    CLOSE = "close"
    LEAVE = "leave"


def decide(drift: Drift, found: str) -> Act:
    """Return what to do; pure. What could not be tested closes nothing."""
    if drift["drift"]:
        if not found:
            return Act.OPEN
        return Act.LEAVE if _lasting(found) == _lasting(body(drift)) else Act.REWRITE
    unknown = any(each["kind"] == "untested" for each in drift["differences"])
    return Act.LEAVE if not found or unknown else Act.CLOSE


def body(drift: Drift) -> str:
    """Return the issue's text, which for the same drift is the same but for spans of time."""
    lasting = {**drift, "differences": [each for each in drift["differences"] if each["kind"] != "untested"]}
    return marked(f"drift {drift['stack']}", "\n".join([*in_markdown(lasting), "", _REPAIR]))


def _lasting(text: str) -> str:
    """Return a text in one line, without spans of time: drift that grows older by an hour is the same drift."""
    return _SPAN.sub("some time", " ".join(text.split()))


def main(arguments: list[str]) -> None:
    """Read, decide and write."""
    report, found, text = arguments
    drift = read_drift(report)
    act = decide(drift, Path(found).read_text(encoding="utf-8").strip() if Path(found).exists() else "")
    Path(text).write_text(body(drift) + "\n", encoding="utf-8")
    sys.stdout.write(f"{act.value}\n")


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.drift_issue REPORT FOUND TEXT"))
