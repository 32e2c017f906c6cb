"""Judge scoping filters as far as that is safe: yes, no, or unknown.

Pure. Groups of clauses are alternatives, the clauses of a group must all hold. Source: Microsoft, "Scoping users or
groups to be provisioned with scoping filters".
"""

from collections.abc import Callable, Iterable, Sequence

from providers.entra.mapping.mappings import ScopeClause

Read = Callable[[str], "str | int | bool | None"]
"""Returns a source attribute, None if it has no value. Raises KeyError for one that cannot be read."""


def passes(scope: Sequence[Sequence[ScopeClause]], read: Read) -> bool | None:
    """Return whether an object passes; None if an operator or attribute is beyond this. No filter lets all in."""
    return True if not scope else _any(_all(_holds(clause, read) for clause in group) for group in scope)


def _any(verdicts: Iterable[bool | None]) -> bool | None:
    found = set(verdicts)
    return True if True in found else None if None in found else False


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    found = set(verdicts)
    return False if False in found else None if None in found else True


def _holds(clause: ScopeClause, read: Read) -> bool | None:
    try:
        value = read(clause.attribute)
    except KeyError:
        return None
    operator = clause.operator.upper().replace("_", " ")
    text = "" if value is None else str(value)
    if operator in ("IS NULL", "IS NOT NULL"):
        return (value is None) == (operator == "IS NULL")
    if operator in ("IS TRUE", "IS FALSE"):
        return text.lower() == operator.removeprefix("IS ").lower()
    if operator in ("EQUALS", "NOT EQUALS"):
        equal = _equals(text, clause.values)
        return equal if equal is None else equal == (operator == "EQUALS")
    return None


def _equals(text: str, values: Sequence[str]) -> bool | None:
    """Compare; if only upper and lower case differ, Microsoft's own pages disagree on the outcome."""
    if text in values:
        return True
    return None if text.casefold() in {each.casefold() for each in values} else False
