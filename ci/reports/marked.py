"""`python -m ci.reports.marked NAME FILE...`: print the files' Markdown as one comment that the pipeline finds again.

Its first line is a marker that nobody sees, `<!-- greenlake-scim NAME -->`; it is never longer than GitHub allows.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from ci.running import run

LIMIT = 65_536  # characters of a comment or an issue of GitHub; GitLab and Azure DevOps allow more
_CUT = "\n\nCut here, because a comment must not be longer: the job's log has the rest."


def marked(name: str, text: str) -> str:
    """Return the text under its marker, cut after a whole line if it is too long."""
    whole = f"<!-- greenlake-scim {name} -->\n{text}"
    if len(whole) <= LIMIT:
        return whole
    return whole[: LIMIT - len(_CUT)].rpartition("\n")[0] + _CUT


def comment(name: str, files: Sequence[str]) -> str:
    """Return the comment; files are missing if every preview failed early."""
    sections = [
        Path(file).read_text(encoding="utf-8", errors="replace").strip()
        for file in sorted(files)
        if Path(file).exists()
    ]
    return marked(name, "\n\n".join(sections) or "No preview could be made.")


def main(arguments: list[str]) -> None:
    """Print the comment."""
    name, *files = arguments
    sys.stdout.write(comment(name, files))


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.reports.marked NAME FILE..."))
