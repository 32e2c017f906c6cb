"""Counts the lines of the files that git knows: `python -m tests.budget.measured` prints them beside their limits."""

import ast
import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import yaml

PROJECT = Path(__file__).parent.parent.parent
BUDGET: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "budget.yaml").read_text(encoding="utf-8"))


class Block(NamedTuple):
    """A class or function by its full name, with its lines, decorators included."""

    name: str
    lines: int
    is_function: bool


class Addition(NamedTuple):
    """What a rule that came after the goals has added to a file: classes and functions, or the whole file."""

    listed_in: str
    rule: str
    path: str
    names: list[str] | None

    def lines(self) -> int:
        """Count its lines. Raises KeyError for a name that is not there."""
        if self.names is None:
            return lines(self.path)
        lengths = {block.name: block.lines for block in blocks((PROJECT / self.path).read_text(encoding="utf-8"))}
        return sum(lengths[name] for name in self.names)

    def missing(self) -> str:
        """Return what is not there any more, or "": then its line in the list is to follow."""
        try:
            self.lines()
        except (OSError, KeyError) as error:
            return f"{self.listed_in}, {self.rule}: {self.path}, {error}"
        return ""


def additions() -> list[Addition]:
    """Read the lists in the folder `additions`."""
    return [
        Addition(file.name, rule, path, names)
        for file in sorted((Path(__file__).parent / "additions").glob("*.yaml"))
        for rule, paths in yaml.safe_load(file.read_text(encoding="utf-8")).items()
        for path, names in paths.items()
    ]


def files(folder: str = ".") -> list[str]:
    """List the Python files of a folder that git knows, by their paths in the project."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", folder]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if path.endswith(".py") and (PROJECT / path).exists()]


def lines(path: str) -> int:
    """Count the lines of a file."""
    return len((PROJECT / path).read_text(encoding="utf-8").splitlines())


def lines_by_folder() -> dict[str, tuple[int, int]]:
    """Count each folder's lines, and how many of them are additions."""
    added = Counter[str]()
    for addition in additions():
        added[addition.path.partition("/")[0]] += addition.lines()
    return {folder: (sum(map(lines, files(folder))), added[folder]) for folder in BUDGET["lines"]}


def longest_functions() -> list[tuple[int, str]]:
    """List the functions outside of the tests that are longer than the goal, the longest first."""
    return sorted(
        (
            (block.lines, f"{path}:{block.name}")
            for path in files()
            if not path.startswith("tests/")
            for block in blocks((PROJECT / path).read_text(encoding="utf-8"))
            if block.is_function and block.lines > BUDGET["function"]["goal"]
        ),
        reverse=True,
    )


def blocks(text: str) -> Iterator[Block]:
    """Yield the classes, functions and methods of a module."""
    return _blocks(ast.parse(text), "")


def _blocks(tree: ast.AST, within: str) -> Iterator[Block]:
    for node in ast.iter_child_nodes(tree):
        name = within
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            name = f"{within}.{node.name}".lstrip(".")
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield Block(name, (node.end_lineno or first) - first + 1, not isinstance(node, ast.ClassDef))
        yield from _blocks(node, name)


def table() -> str:
    """Show each folder's lines beside its goal and limit, then the additions."""
    rows = [f"{'folder':18}{'lines':>8}{'additions':>11}{'rest':>8}{'goal':>8}{'limit':>8}"]
    for folder, (all_lines, added) in lines_by_folder().items():
        wanted = BUDGET["lines"][folder]
        rest = f"{all_lines:8,}{added:11,}{all_lines - added:8,}"
        rows.append(f"{folder:18}{rest}{wanted['goal']:8,}{wanted['limit']:8,}")
    for rule, each in groupby(additions(), lambda addition: f"{addition.listed_in}, {addition.rule}"):
        counted = [(addition.lines(), addition) for addition in each]
        rows += ["", f"{sum(count for count, _ in counted):,} lines: {rule}"]
        rows += [f"  {count:5}  {one.path}  {', '.join(one.names or [])}".rstrip() for count, one in counted]
    rows += ["", *(f"{length} lines: {name}" for length, name in longest_functions())]
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())  # noqa: T201 - its only way to speak
