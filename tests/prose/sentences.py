"""Reads the texts for people out of the project's files: pages, docstrings, comments, messages and names of tests."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

_CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]*`|<!--.*?-->|\{[{%].*?[%}]\}|https?://\S+", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#.*$", re.MULTILINE)


def of_page(text: str) -> Iterator[str]:
    """Yield a page's paragraphs, rows and items, without headings and code."""
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*[-|]|\s*\d+\. )", _HEADING.sub("", _CODE.sub("", text))):
        yield " ".join(paragraph.split())


def of_module(text: str) -> Iterator[str]:
    """Yield a module's docstrings, messages and comments, and its tests' names; a text of one word is a key."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            yield " ".join(_CODE.sub("", node.value).split())
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name.removeprefix("test_").replace("_", " ")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.removeprefix("#").strip()


def of_file(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    yield from of_module(text) if file.suffix == ".py" else of_page(text)
