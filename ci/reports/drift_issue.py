"""`python -m ci.reports.drift_issue REPORT FOUND TEXT`: print what to do about the issue of a stack's drift.

REPORT is what `scimctl drift --json` printed, FOUND the text of the stack's open issue, or what of it identifies the
drift, the number in its second line; empty or missing if there is none. Prints `open`, `rewrite`, `close` or `leave`,
and writes to TEXT the issue's text. The marker of the issue is `<!-- greenlake-scim drift STACK -->`.
"""

import hashlib
import re
import sys
from pathlib import Path
from typing import Literal

from ci.reports.drift_report import Drift, read_drift
from ci.reports.marked import marked
from ci.running import run
from scimctl.commands.drift.drift import in_markdown

_SPAN = re.compile(r"\b[0-9]+ (days|h|min|s)\b")

Act = Literal["open", "rewrite", "close", "leave"]

_REPAIR = """\
`scimctl drift` prints the same on any machine. If the change was a mistake, `pulumi up --refresh` reverts it; if it was
intended, put it into the stack file. The page for the person on call is `docs/on-call.md`. This issue is closed when
there is no drift any more."""


def decide(drift: Drift, found: str) -> Act:
    """Return what to do; pure. What could not be tested closes nothing."""
    if drift["drift"]:
        if not found:
            return "open"
        return "leave" if _number(drift) in found else "rewrite"
    unknown = any(each["kind"] == "untested" for each in drift["differences"])
    return "leave" if not found or unknown else "close"


def body(drift: Drift) -> str:
    """Return the issue's text: under its marker the number of the drift, then what was found."""
    text = "\n".join([f"<!-- drift {_number(drift)} -->", *_lines(drift), "", _REPAIR])
    return marked(f"drift {drift['stack']}", text)


def _number(drift: Drift) -> str:
    """Return what identifies a drift; one that grows older by an hour is the same drift."""
    lasting = _SPAN.sub("some time", "\n".join(_lines(drift)))
    return hashlib.sha256(lasting.encode()).hexdigest()[:16]


def _lines(drift: Drift) -> list[str]:
    lasting = {**drift, "differences": [each for each in drift["differences"] if each["kind"] != "untested"]}
    return in_markdown(lasting)


def main(arguments: list[str]) -> None:
    """Read, decide and write."""
    report, found, text = arguments
    drift = read_drift(report)
    issue = Path(found).read_text(encoding="utf-8", errors="replace").strip() if Path(found).exists() else ""
    Path(text).write_text(body(drift), encoding="utf-8")
    sys.stdout.write(f"{decide(drift, issue)}\n")


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.reports.drift_issue REPORT FOUND TEXT"))
