"""`python -m ci.deployed_commit STACK`: print the commit that CI deployed last: it alone rotates without approval.

`up` records it in CI as a stack output. A run outside of CI takes the record away; if it ran the commit that CI had
deployed, as the stack's history shows, that is still the one. A run that failed may have carried out a part of what it
was to do, so it must have been of that commit too.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from ci.running import run
from providers.errors import StoppedError
from scimctl.engine import engine

Json = Mapping[str, Any]

_COMMIT = re.compile("[0-9a-f]{40}")
_INSTEAD = "so nothing is rotated without approval: run Deploy, which rotates a token that is due"
_RUNS = "100"  # the engine lists ten by itself, refreshes among them


def deployed_commit(stack: str, outputs: Json, runs: Sequence[Json]) -> str:
    """Return the commit that the stack is deployed from; pure.

    `runs` is the stack's history without refreshes, the newest first. Raises StoppedError if the commit is not known.
    """
    commit = str(outputs.get("deployed_commit") or "")
    if not _COMMIT.fullmatch(commit):
        return _still_deployed(stack, runs)
    last: Json = runs[0] if runs else {}
    if last.get("result") != "succeeded" and not _was_of(commit, last):
        raise StoppedError(
            f"{stack}: the last run ({last.get('kind', 'unknown')}) failed and was not of the deployed commit "
            f"{commit[:12]}, and a part of it may be in place, {_INSTEAD}"
        )
    return commit


def _still_deployed(stack: str, runs: Sequence[Json]) -> str:
    """Return the commit of CI's last run, if nothing else has run since and a run of it succeeded."""
    of_ci = next((index for index, each in enumerate(runs) if _noted(each, "ci.system")), 0)
    commit = _noted(runs[of_ci], "git.head") if runs else ""
    for each in runs[:of_ci]:
        if not _was_of(commit, each):
            raise StoppedError(
                f"{stack}: the {each['kind']} of {each['startTime'][:19]}Z ran outside of CI, {_what_it_ran(each)}, "
                f"after CI had deployed {commit[:12]}, {_INSTEAD}"
            )
    unbroken = list(takewhile(lambda each: _was_of(commit, each), runs))
    by_ci = any(_noted(each, "ci.system") for each in unbroken)
    succeeded = any(each.get("result") == "succeeded" for each in unbroken)
    if not (_COMMIT.fullmatch(commit) and by_ci and succeeded):
        raise StoppedError(f"{stack}: no run of CI in its history has deployed it completely, {_INSTEAD}")
    return commit


def _was_of(commit: str, run: Json) -> bool:
    """Return whether a run was of this commit as it is, by what the engine noted of the checkout."""
    return _noted(run, "git.head") == commit and _noted(run, "git.dirty") != "true"


def _what_it_ran(run: Json) -> str:
    head, dirty = _noted(run, "git.head"), _noted(run, "git.dirty") == "true"
    return f"of commit {head[:12]}{' with changes that are not committed' if dirty else ''}" if head else "of no commit"


def _noted(run: Json, name: str) -> str:
    metadata: Json = run.get("environment") or {}
    return str(metadata.get(name, ""))


def main(arguments: list[str]) -> None:
    """Read the stack's own records, and print the commit."""
    (stack,) = arguments
    outputs: Json = json.loads(engine.ask(["stack", "output", "--json"], stack))
    history: list[Json] = json.loads(engine.ask(["stack", "history", "--json", "--page-size", _RUNS], stack))
    runs = [each for each in history if each["kind"] != "refresh"]
    sys.stdout.write(f"{deployed_commit(stack, outputs, runs)}\n")


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.deployed_commit STACK"))
