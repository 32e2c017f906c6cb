"""Lists how a live synchronization schema differs from the wanted mappings, in the portal's words, one line each."""

from collections.abc import Iterator, Mapping
from typing import Any

from providers.entra.graph.fields import entries
from providers.entra.mapping.attribute_definitions import definition_drift
from providers.entra.mapping.mappings import ObjectMapping, Wanted, facts, object_mapping, scope_groups, wanted_scope

_ACTIONS = {"Add": "Create", "Update": "Update", "Delete": "Delete"}  # flow type -> tick box of the portal
_VERBS = ("comes from", "has matching precedence", "is applied", "flows")  # of the facts of a mapping, but its default


def mapping_drift(schema: Mapping[str, Any], wanted: Mapping[str, ObjectMapping]) -> list[str]:
    """List the differences, empty if the schema means what is wanted. Order, ids and versions do not count."""
    lines = (line for name, want in wanted.items() for line in _of_object(name, object_mapping(schema, name), want))
    return [*lines, *definition_drift(schema, wanted)]


def _of_object(name: str, live: Mapping[str, Any], want: ObjectMapping) -> Iterator[str]:
    if bool(live.get("enabled")) != want.enabled:
        yield f"{name} mapping is {'disabled' if want.enabled else 'enabled'}"
    ticked = {flow.strip() for flow in str(live.get("flowTypes") or "").split(",")}
    for flow, action in _ACTIONS.items():
        if (flow in ticked) != (flow in want.flow_types):
            yield f"{name} {action} is {'ticked' if flow in ticked else 'not ticked'}"
    if scope_groups(live.get("scope")) != wanted_scope(want):
        yield f"{name} scope filter is another one"
    targets = [str(each.get("targetAttributeName") or "") for each in entries(live, "attributeMappings")]
    yield from (f"{name}.{each} is mapped more than once" for each in sorted(set(targets)) if targets.count(each) > 1)
    mapped = dict(zip(targets, entries(live, "attributeMappings"), strict=True))
    if mapped.pop("", None):
        yield f"{name} has a mapping without a target"
    for target in sorted({*mapped, *want.attribute_mappings}):
        yield from _of_attribute(f"{name}.{target}", mapped.get(target), want.attribute_mappings.get(target))


def _of_attribute(name: str, live: Mapping[str, Any] | None, want: Wanted | None) -> Iterator[str]:
    if live is None:
        yield f"{name} is not mapped"
        return
    *found, default = facts(live)
    if want is None:
        yield f"{name} is mapped, from {found[0]}, and nobody declared it"
        return
    for verb, is_now, wanted in zip(_VERBS, found, want.facts[:-1], strict=True):
        if is_now != wanted:
            yield f"{name} {verb} {is_now} instead of {wanted}"
    if default != want.default_value:
        yield f"{name} has another default value"
