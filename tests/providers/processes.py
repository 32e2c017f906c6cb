"""A command of the engine is its own process, so nothing that was signed in or looked up outlives it."""

from providers.entra.sign_in import access_token, cloud
from providers.greenlake import declared
from providers.greenlake.api import bearer
from providers.scim import used_tokens


def begin() -> None:
    """Forget what a process remembers."""
    access_token._kept.clear()  # pyright: ignore[reportPrivateUsage] - what a new process would not have
    cloud._read_before.clear()  # pyright: ignore[reportPrivateUsage]
    bearer._fetched.clear()  # pyright: ignore[reportPrivateUsage]
    used_tokens._used.clear()  # pyright: ignore[reportPrivateUsage]
    vars(declared.seen).update(vars(declared.Declared()))
