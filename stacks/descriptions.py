"""Describes each field of a stack file by the sentence under it, for the generated documentation and schemas alone.

Pydantic can do so whenever it makes a class, but then every run reads and parses the source, for 0.1 s.
"""

import ast
import inspect
from itertools import pairwise

from stacks.fields import Section


def describe(section: type[Section] = Section) -> None:
    """Describe the fields of all classes derived from a section; a class comes before those that hold it."""
    for kind in section.__subclasses__():
        for base in reversed(kind.__mro__):
            for name, sentence in _sentences(base).items() if issubclass(base, Section) else ():
                kind.model_fields[name].description = sentence
        kind.model_rebuild(force=True)
        describe(kind)


def _sentences(section: type[Section]) -> dict[str, str]:
    (definition,) = ast.parse(inspect.getsource(section)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }
