"""When the SCIM proxy token is rotated, and how."""

from datetime import timedelta

from pydantic import Field, model_validator

from providers.timestamps import duration
from stacks.fields import AnyScalar, Duration
from stacks.section import Section

_SHORTEST = timedelta(minutes=15)  # what a bearer lives: below it every scheduled run would rotate


class Token(Section):
    """The life of the SCIM proxy token: when it is rotated, and what happens to the old one."""

    every: Duration = ""
    """Rotate this long after the token was issued: a number and s, m, h or d, such as `60d`, at least `15m`.
    Required unless `greenlake.expiryField` is set, because the documentation of HPE GreenLake names no expiry."""

    renew_before: Duration = ""
    """Rotate this long before the token expires, where the expiry is known; after two thirds of its life unless set.
    With `every`, whichever comes first. Must be shorter than the token lives."""

    remove_current: bool = False
    """`false`: the old token works until the new one is first used, so no push fails. `true`: it ends at once, for a
    token that has leaked; pushes may fail until Entra has the new one."""

    rotate_when_changed: dict[str, AnyScalar] = Field(default_factory=dict)
    """Any map: a change of it rotates at the next `pulumi up`, such as `{audit: 2027-Q1}`."""

    adopt_existing: bool = False
    """Take over a token that this stack did not make, by rotating it. Whoever else uses that token loses it."""

    @model_validator(mode="after")
    def _does_not_rotate_on_every_run(self) -> "Token":
        if self.every and duration(self.every) < _SHORTEST:
            raise ValueError(f"every ({self.every}) must be at least 15m: a shorter one would rotate on every run")
        return self

    def policy(self) -> dict[str, str | bool]:
        """What the token resource computes with; empty text where nothing is set."""
        return {
            "remove_current": self.remove_current,
            "every": self.every,
            "renew_before": self.renew_before,
        }
