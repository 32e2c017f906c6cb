"""Pure rules over the table: what is wrong with inputs, and what a change of them means."""

import re
from collections.abc import Collection

from azuread_stand_in.resources.table import Resource
from azuread_stand_in.values import UNKNOWN, Plain


def with_defaults(resource: Resource, inputs: Plain) -> Plain:
    """The inputs with every default filled in; an input without value or default is left out."""
    filled = {each.name: inputs.get(each.name, each.default) for each in resource.inputs}
    return {name: value for name, value in filled.items() if value is not None}


def problems(resource: Resource, inputs: Plain) -> dict[str, str]:
    """Input name -> what is wrong with it. A value that is not known yet is not judged."""
    found: dict[str, str] = {}
    for each in resource.inputs:
        value = inputs.get(each.name)
        if not each.shape or value == UNKNOWN:
            continue
        if value is None:
            found[each.name] = f"Missing required argument: {each.name}"
        elif not re.fullmatch(each.shape, str(value)):
            found[each.name] = f"expected {each.name} to look like {each.shape}, got {value}"
    return found


def changes(resource: Resource, state: Plain, inputs: Plain, ignored: Collection[str]) -> dict[str, str]:
    """Input name -> the protocol's name for its change from state to inputs. An empty list is the same as none."""
    found: dict[str, str] = {}
    for each in resource.inputs:
        old, new = state.get(each.name), inputs.get(each.name)
        if each.name in ignored or old == new or (old in (None, []) and new in (None, [])):
            continue
        kind = "DELETE" if new is None else "ADD" if old is None else "UPDATE"
        found[each.name] = f"{kind}_REPLACE" if each.replaces and new is not None else kind
    return found
