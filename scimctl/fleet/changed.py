"""Which stacks of a fleet a change of the repository concerns, by git's answer."""

import re
import subprocess
from collections.abc import Sequence

import yaml

from providers.errors import ConfigurationError
from providers.masking import brief
from scimctl.fleet.fleet_file import PATH, Fleet, fleet_of

_STACK_FILE = re.compile(r"stacks/Pulumi\.(.+)\.yaml")
_NO_PART = re.compile(
    r"(deploy|docs|tests|sandbox|azuread_stand_in|launcher|bench|\.github|\.gitlab|azure-pipelines)/|\.gitlab-ci\.yml|.*\.md"
)


def changed_since(revision: str, fleet: Fleet) -> frozenset[str]:
    """Return the names of the stacks whose deployment may differ from that of `revision`.

    A change of the program, of its packages or of Pulumi.yaml concerns all of them. Raises ConfigurationError if git
    does not know the revision.
    """
    paths = [
        path
        for path in _git(
            "diff", "--name-only", "--relative", "-z", "--end-of-options", f"{revision}...HEAD", "--"
        ).split("\0")
        if path
    ]
    before = None
    if str(PATH) in paths:
        before = fleet_as_of(
            _git("show", f"{_git('merge-base', '--end-of-options', revision, 'HEAD').strip()}:./{PATH}", missing="")
        )
    return concerned(paths, fleet, before)


def concerned(paths: Sequence[str], fleet: Fleet, before: Fleet | None) -> frozenset[str]:
    """Judge by the paths that differ; `before` is the fleet's file of then if it is another one now. Pure."""
    names: set[str] = set()
    everyone = frozenset(each.name for each in fleet.members)
    for path in paths:
        stack = _STACK_FILE.fullmatch(path)
        if stack:
            names.add(stack[1])
        elif path == str(PATH):
            same = before.members if before else ()
            names |= {each.name for each in fleet.members if each not in same}
        elif not _NO_PART.fullmatch(path) and not _NO_PART.match(path):
            return everyone
    return everyone & names


def fleet_as_of(text: str) -> Fleet | None:
    """Read the fleet's file of an earlier revision, None if there was none or it was wrong."""
    try:
        return fleet_of(yaml.safe_load(text))
    except (yaml.YAMLError, ConfigurationError):
        return None


def _git(*arguments: str, missing: str | None = None) -> str:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, encoding="utf-8", check=False)
    except OSError:
        raise ConfigurationError("git is not on PATH, and --changed needs it") from None
    if done.returncode == 0:
        return done.stdout
    if missing is not None:
        return missing
    raise ConfigurationError(f"git does not know what has changed: {brief(done.stderr.strip())}")
