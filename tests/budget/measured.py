"""Counts the lines of the files that git knows: `python -m tests.budget.measured` prints them beside their limits."""

import ast
import subprocess
from collections.abc import Iterator
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


def files(folder: str = ".") -> list[str]:
    """List the Python files of a folder that git knows, by their paths in the project."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", folder]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if path.endswith(".py") and (PROJECT / path).exists()]


def lines(path: str) -> int:
    """Count the lines of a file, or of one class or function in it, which is written as `file:Class.function`."""
    file, _, name = path.partition(":")
    text = (PROJECT / file).read_text(encoding="utf-8")
    if not name:
        return len(text.splitlines())
    return {block.name: block.lines for block in blocks(text)}[name]


def lines_by_folder() -> dict[str, tuple[int, int]]:
    """Count each folder's lines, and how many of them are additions."""
    added = [path for paths in BUDGET["additions"].values() for path in paths]
    return {
        folder: (
            sum(lines(path) for path in files(folder)),
            sum(lines(path) for path in added if path.partition("/")[0] == folder),
        )
        for folder in BUDGET["lines"]
    }


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
    for what, paths in BUDGET["additions"].items():
        rows += ["", f"{what}: {sum(map(lines, paths)):,} lines", *(f"  {lines(path):5}  {path}" for path in paths)]
    rows += ["", *(f"{length} lines: {name}" for length, name in longest_functions())]
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())  # noqa: T201 - its only way to speak
