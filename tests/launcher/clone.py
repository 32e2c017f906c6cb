"""A copy of the project in its own folder, where `./run` has its own state and shares the user's cache."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "docs", "mutants")


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
    def make(cls, root: Path) -> "Clone":
        """Copy what a fresh clone has, the tests themselves aside."""
        shutil.copytree(PROJECT, root, ignore=LEFT_OUT, dirs_exist_ok=True)
        shutil.rmtree(root / "tests")
        (root / "tests").mkdir()
        shutil.copy(PROJECT / "tests" / "requirements.lock", root / "tests")
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
