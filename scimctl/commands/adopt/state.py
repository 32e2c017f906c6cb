"""The stack: is it empty, what would its first `up` do, and how to let go of it without touching the tenant."""

from collections.abc import Mapping, Sequence

from providers.errors import StoppedError
from providers.resource_types import APPLICATION, ASSIGNMENT, JOB, STATUS, TOKEN
from scimctl.engine import engine
from scimctl.engine.preview import Preview
from scimctl.stack.stack import Json, exported, listed


def read(name: str) -> tuple[str, list[Json]]:
    """Return the stack's name and its resources without the stack itself and providers; "" is the selected stack.

    Raises EngineError.
    """
    resources = listed(exported(name), "resources")
    return engine.selected(name), [each for each in resources if not str(each["type"]).startswith("pulumi:")]


def named(resource: Json) -> str:
    """Return the kind of a resource and what the program calls it."""
    return f"{str(resource['type']).rpartition(':')[2]} {str(resource['urn']).rpartition('::')[2]}"


def check_empty(stack: str, resources: Sequence[Json], *, is_adopted: bool) -> None:
    """Refuse to adopt into a stack that has resources, and name the way to an empty one."""
    if not resources:
        return
    if is_adopted:
        way = "let go of it with `scimctl adopt --undo` first"
    elif any(each["type"] == TOKEN for each in resources):
        way = "adopt into an empty stack (`pulumi stack init NAME`, then `scimctl adopt --stack NAME`)"
    else:
        unprotect = "`pulumi state unprotect --all`, then " if any(each.get("protect") for each in resources) else ""
        way = (
            f"a run that got no token left them: run {unprotect}`pulumi destroy`, which removes them alone, then adopt"
        )
    raise StoppedError(f"the stack {stack} has resources already: {way}")


def planned(preview: Preview) -> Mapping[str, int]:
    """Return how many resources are imported and made, as the engine counts them: its own preview shows the same.

    Raises StoppedError if anything would be deleted, replaced, or made a second time, and EngineError for entries of
    the section access that Entra does not know.
    """
    if preview.unresolved:
        raise engine.EngineError("\n".join(preview.unresolved))
    wrong = [
        f"{each.name}: {each.planned}"
        for each in preview.resources.values()
        if each.planned in ("delete", "replace")
        or (each.planned == "create" and each.kind in (APPLICATION, ASSIGNMENT, JOB))
    ]
    if wrong:
        raise StoppedError(
            f"`pulumi up` would not keep what is there ({'; '.join(wrong)}), so nothing was written: look at "
            "what changed in the tenant meanwhile and run `scimctl adopt` again"
        )
    return {step: count for step, count in sorted(preview.counts.items()) if step != "same"}


def check_adopted(stack: str, resources: Sequence[Json]) -> None:
    """Refuse to let go of an application that the stack made itself: nobody would own it then."""
    if any(each["type"] == APPLICATION for each in resources):
        raise StoppedError(
            f"the stack {stack} made its application itself, so there is nothing to let go of: `pulumi destroy` takes "
            "it down"
        )


def is_half_done(resources: Sequence[Json]) -> bool:
    """Return whether a token was taken over and the run did not get to its last step, which has Entra use it."""
    kinds = {each["type"] for each in resources}
    return TOKEN in kinds and STATUS not in kinds


def let_go(stack: str) -> None:
    """Empty the state, protected or not; no provider is called."""
    engine.ask(["state", "delete", "--all", "--force", "--yes"], stack)
