"""The commands that a document shows, and what it shows below them."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_CHANGING = re.compile(r"[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d+")
_LEFT_OUT = ("", "...")


@dataclass
class Shown:
    """A command and the lines that stand below it; of those that are left out nothing is said."""

    command: str
    lines: list[str] = field(default_factory=list[str])

    def missing(self, printed: str) -> list[str]:
        """List the lines that were not printed, numbers, times and fingerprints aside."""
        found = {_shape(line) for line in printed.splitlines()}
        return [line for line in self.lines if _shape(line) not in found]


def commands(document: str) -> Iterator[Shown]:
    """List what stands behind `$` in the console blocks of a document."""
    shown = None
    for block in re.findall(r"^```console\n(.*?)^```", document, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                if shown:
                    yield shown
                shown = Shown(line.removeprefix("$ "))
            elif shown and line not in _LEFT_OUT:
                shown.lines.append(line)
    if shown:
        yield shown


def typed(command: str, folder: Path, home: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command as somebody with an empty home would; the cache is the real one, so that nothing is built again."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return printed(["sh", "-c", command], folder, {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": cache})


def printed(command: list[str], folder: Path, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a command that nobody answers, in no other environment than the given; all that it prints is one text."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )


def _shape(line: str) -> str:
    return _CHANGING.sub("#", " ".join(line.split()))
