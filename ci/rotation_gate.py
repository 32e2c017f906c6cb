"""`python -m ci.rotation_gate FILE`: may a rotation go ahead that nobody approves? From `scimctl drift --json`.

The rotation runs the commit that was deployed last (`ci.deployed_commit`). If that would change anything beside the
token, somebody has changed state in between, and a person has to look first.
"""

import sys

from ci.reports.drift_report import Drift, read_drift
from ci.running import run
from providers.errors import StoppedError


def why_not(drift: Drift) -> str:
    """Return what stands against it, "" if nothing does."""
    pending = [each["what"] for each in drift["differences"] if each["kind"] == "pending"]
    if not pending:
        return ""
    return (
        f"{drift['stack']}: the rotation is due, but the stack is not as the deployed commit left it "
        f"({'; '.join(pending)}): run Deploy, which rotates as well"
    )


def main(arguments: list[str]) -> None:
    """Stop with one line if it may not."""
    (file,) = arguments
    reason = why_not(read_drift(file))
    if reason:
        raise StoppedError(reason)


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.rotation_gate FILE"))
