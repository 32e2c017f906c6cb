"""A copy of the project in its own folder, where `./run` has its own state and shares the user's cache.

The folders that nothing writes to are links to the project's own, as long as nobody lists the files of the copy: to
copy a thousand files takes a second.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
COPIED = ("launcher", "stacks")  # the launcher finds the state folder from its own place
LEFT_OUT = ("docs", "mutants", "tests")


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line for the person who watches: the error, if there is one."""
        return self.err.strip().splitlines()[-1]


@dataclass(frozen=True)
class Clone:
    """The copy; every command runs without a terminal, as it does in CI."""

    root: Path

    @classmethod
    def make(cls, root: Path, *, whole: bool = False) -> "Clone":
        """Make what a fresh clone has, the tests themselves aside; `whole` with copies only."""
        (root / "tests").mkdir(parents=True)
        shutil.copy(PROJECT / "tests" / "requirements.lock", root / "tests")
        for path in (path for path in PROJECT.iterdir() if not path.name.startswith(".") and path.name not in LEFT_OUT):
            if path.is_file():
                shutil.copy2(path, root)
            elif whole or path.name in COPIED:
                shutil.copytree(path, root / path.name)
            else:
                (root / path.name).symlink_to(path)
        return cls(root)

    @property
    def state(self) -> Path:
        return self.root / ".sandbox"

    def command(self, *arguments: str) -> list[str]:
        return [str(self.root / "run"), *arguments]

    def run(self, *arguments: str, **variables: str) -> Said:
        """Run a command of the clone with some variables added to the environment."""
        return run(self.command(*arguments), {**os.environ, **variables})


def run(command: list[str], environment: Mapping[str, str], timeout_s: int = 600) -> Said:
    """Run any command until it ends."""
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def is_over(pid: int) -> bool:
    """Return whether a process has ended; one that nobody has asked about yet has no command line any more."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() == b""
    except OSError:
        return True
