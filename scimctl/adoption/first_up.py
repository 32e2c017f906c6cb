"""What the first `pulumi up` after an adoption would do, by the engine's own preview."""

from collections import Counter
from collections.abc import Mapping, Sequence

from providers.errors import StoppedError
from scimctl.preview import Seen

_NEVER = ("delete", "replace")
_NEVER_MADE = (
    "azuread:index/applicationFromTemplate:ApplicationFromTemplate",
    "azuread:index/synchronizationJob:SynchronizationJob",
    "azuread:index/appRoleAssignment:AppRoleAssignment",
)


def planned(resources: Sequence[Seen]) -> Mapping[str, int]:
    """Count the steps of custom resources by what is done, imports first.

    Raises StoppedError where anything would be deleted, replaced, or made a second time.
    """
    ours = [each for each in resources if not each.kind.startswith(("pulumi:", "greenlake-scim:"))]
    wrong = [
        f"{each.name}: {each.planned}"
        for each in ours
        if each.planned in _NEVER or (each.planned == "create" and each.kind in _NEVER_MADE)
    ]
    if wrong:
        raise StoppedError(
            f"`pulumi up` would not keep what is there ({'; '.join(wrong)}), so nothing was written: look at "
            "what changed in the tenant meanwhile and run `scimctl adopt` again"
        )
    counted = Counter(each.planned for each in ours)
    return dict(sorted(counted.items(), key=lambda step: (step[0] != "import", step[0])))
