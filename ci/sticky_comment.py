"""`python -m ci.sticky_comment NUMBER FILE...`: keep one comment on a pull request, made of the files' markdown."""

import sys
from collections.abc import Iterable
from pathlib import Path

from ci.github import Json, Repository
from ci.marked import has_marker, marked
from ci.running import run

_NAME = "preview"


def comment(sections: Iterable[str]) -> str:
    """Return the comment's body."""
    return marked(_NAME, "\n\n".join(section.strip() for section in sections) or "No preview could be made.")


def ours(comments: Iterable[Json]) -> Json | None:
    """Return the comment that is there already."""
    return next((each for each in comments if has_marker(each.get("body"), _NAME)), None)


def main(arguments: list[str]) -> None:
    """Write the comment, or write it anew."""
    number, *files = arguments
    there_are = [Path(file) for file in sorted(files) if Path(file).exists()]  # none if every preview failed early
    body = comment(file.read_text(encoding="utf-8") for file in there_are)
    repository = Repository.of_job()
    there = ours(repository.comments(int(number)))
    if there is None:
        repository.post(f"issues/{int(number)}/comments", {"body": body})
    elif there["body"] != body:
        repository.patch(f"issues/comments/{there['id']}", {"body": body})


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.sticky_comment NUMBER FILE..."))
