"""Which tokens Entra is known to use: one resource's read learns it from the other's, since a refresh reads both.

Presenting a token that nobody has used may end the one before it, and only `ProvisioningStatus` knows that Entra has
used it. One process reads both; a read without the other, such as a targeted one, learns nothing and presents nothing.
"""

import threading

_SECONDS = 5.0  # reads begin together, and this report needs one look at the job
_changed = threading.Condition()
_used: dict[str, bool] = {}


def report(fingerprint: str, *, used: bool) -> None:
    """Report whether Entra has used the token of this fingerprint."""
    with _changed:
        _used[fingerprint] = used
        _changed.notify_all()


def is_used(fingerprint: str) -> bool:
    """Return whether the token is known to be used; wait a moment for the first report."""
    with _changed:
        _changed.wait_for(lambda: bool(_used), _SECONDS)
        return _used.get(fingerprint, False)
