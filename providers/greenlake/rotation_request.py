"""A rotation that is asked for once, in the environment of a run, so that the stack file stays as it is.

A request names a token by its fingerprint, so the token that replaces it meets the request: a run that is repeated with
the same environment rotates once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from providers import environment
from providers.greenlake.token_properties import Properties, why_rotate

_ROTATE = "GREENLAKE_ROTATE_TOKEN"
_LEAKED = "GREENLAKE_LEAKED_TOKEN"


@dataclass(frozen=True)
class Request:
    """What a run is asked to do with the token of this fingerprint, "" for none; a `leaked` one ends at once."""

    fingerprint: str
    leaked: bool

    def why(self, fingerprint: str) -> str:
        """Return why a token has to be rotated for this request, "" if the request names another token."""
        if not fingerprint or fingerprint != self.fingerprint:
            return ""
        return "it has leaked" if self.leaked else "asked for"

    def environ(self) -> dict[str, str]:
        """Return the variable that asks for it."""
        return {_LEAKED if self.leaked else _ROTATE: self.fingerprint}


def requested(environ: Mapping[str, str]) -> Request:
    """Return what this run is asked for."""
    leaked = environ.get(_LEAKED, "")
    return Request(leaked or environ.get(_ROTATE, ""), leaked=bool(leaked))


def asked(olds: Properties, news: Properties) -> tuple[str, bool]:
    """Return why to rotate, "" for not at all, and whether the present token ends at once."""
    request = requested(environment.current())
    reason = request.why(olds["fingerprint"])
    removes = bool(news["remove_current"]) or (bool(reason) and request.leaked)
    return reason or why_rotate(olds, news), removes
