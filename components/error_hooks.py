"""Print what to do about an error of azuread's in `up`; the engine calls no hooks in a refresh or a destroy."""

import pulumi

from providers.entra.azuread_errors import recommended_action
from providers.output import spelled


def _printed(args: pulumi.ErrorHookArgs) -> bool:
    action = recommended_action(args.type, args.errors[0] if args.errors else "")
    if action:
        pulumi.log.error(spelled(action))
    return False


def explaining_errors(component: str) -> pulumi.ResourceHookBinding:
    """Return the hook for the azuread resources of a component; it never asks for another try."""
    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"explain errors of {component}", _printed)])
