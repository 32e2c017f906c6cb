"""`python -m ci.deployed_commit STACK`: print the commit that CI deployed last: it alone rotates without approval.

`up` records it as a stack output. A run outside of CI takes the record away, since what it deployed is no commit of the
main branch. A run that failed leaves it, so the last run must have been of that commit too.
"""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

from ci.running import run
from providers.errors import StoppedError
from scimctl import engine

Json = Mapping[str, Any]

_COMMIT = re.compile("[0-9a-f]{40}")
_INSTEAD = "so nothing is rotated without approval: run Deploy, which rotates a token that is due"


def deployed_commit(stack: str, outputs: Json, last: Json) -> str:
    """Return the commit that the stack is deployed from; pure.

    `last` is the newest entry of the stack's history beside refreshes, {} for none. Raises StoppedError if the commit
    is not known.
    """
    commit = str(outputs.get("deployed_commit") or "")
    if not _COMMIT.fullmatch(commit):
        raise StoppedError(
            f"{stack}: the last `pulumi up` recorded no commit, because it ran outside of CI or before commits were "
            f"recorded, {_INSTEAD}"
        )
    if last.get("result") != "succeeded" and not _was_of(commit, last.get("environment") or {}):
        raise StoppedError(
            f"{stack}: the last run ({last.get('kind', 'unknown')}) failed and was not of the deployed commit "
            f"{commit[:12]}, and a part of it may be in place, {_INSTEAD}"
        )
    return commit


def _was_of(commit: str, metadata: Json) -> bool:
    """Tell whether a run was of this commit as it is, by what the engine noted of the checkout."""
    return metadata.get("git.head") == commit and metadata.get("git.dirty") != "true"


def main(arguments: list[str]) -> None:
    """Read what the stack says of itself, and print the commit."""
    (stack,) = arguments
    outputs: Json = json.loads(engine.ask(["stack", "output", "--json"], stack))
    history: list[Json] = json.loads(engine.ask(["stack", "history", "--json"], stack))
    runs = [each for each in history if each["kind"] != "refresh"]
    sys.stdout.write(f"{deployed_commit(stack, outputs, runs[0] if runs else {})}\n")


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.deployed_commit STACK"))
