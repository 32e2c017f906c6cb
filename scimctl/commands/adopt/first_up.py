"""What the first `pulumi up` after an adoption would do, by the engine's own preview."""

from collections.abc import Mapping

from providers.errors import StoppedError
from providers.resource_types import APPLICATION, ASSIGNMENT, JOB
from scimctl.stack.preview import Preview

_NEVER = ("delete", "replace")
_NEVER_MADE = (
    APPLICATION,
    JOB,
    ASSIGNMENT,
)


def planned(preview: Preview) -> Mapping[str, int]:
    """Return how many resources are imported and made, as the engine counts them: its own preview shows the same.

    Raises StoppedError if anything would be deleted, replaced, or made a second time.
    """
    wrong = [
        f"{each.name}: {each.planned}"
        for each in preview.resources.values()
        if each.planned in _NEVER or (each.planned == "create" and each.kind in _NEVER_MADE)
    ]
    if wrong:
        raise StoppedError(
            f"`pulumi up` would not keep what is there ({'; '.join(wrong)}), so nothing was written: look at "
            "what changed in the tenant meanwhile and run `scimctl adopt` again"
        )
    return {step: count for step, count in sorted(preview.counts.items()) if step != "same"}
