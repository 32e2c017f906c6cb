"""Judge the token that state holds, as the next `up` would. Pure."""

from datetime import datetime

from providers.greenlake import rotation
from providers.greenlake.token_properties import Properties, known, warnings
from providers.timestamps import in_words
from scimctl.commands.doctor.check import Check, ok, warning


def of_state(outs: Properties, now: datetime) -> list[Check]:
    """Judge whether a rotation is due, and list what may become a problem."""
    return [_due(outs, now), *(warning("token", what, todo) for what, todo in warnings(outs))]


def _due(outs: Properties, now: datetime) -> Check:
    token = known(outs)
    why = rotation.why_rotate(token, outs["rotate_when_changed"], now)
    if why:
        return warning("token", f"{outs['fingerprint']}: a rotation is due: {why}", "run `pulumi up`, which does it")
    return ok("token", f"{outs['fingerprint']}, rotates in {in_words(token.rotate_after - now)}")
