"""Finds by name what a stack file only names, before anything is registered: what is missing stops a run early.

The azuread provider answers a failed look-up with text alone, so the text decides the message. The words are
those of the group, user and service principal data sources of azuread 6.11.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pulumi

from providers.entra.sign_in.federated_credential import mismatch
from providers.masking import brief
from providers.output import spelled
from stacks.fields import is_object_id

_Found = TypeVar("_Found")

_WRAPPING = re.compile(r"^.*(returned an error|failed): (\d+ errors? occurred: \* )?")  # the SDK's and the engine's
_DENIED = re.compile(r"Authorization_RequestDenied|Insufficient privileges|status 403", re.IGNORECASE)
_SEVERAL = re.compile(r"more than one (group|user) found|multiple service principals found", re.IGNORECASE)
_REFUSED_SIGN_IN = re.compile(r"AADSTS\d+")
# Not a bare "not found": Entra answers so for a tenant as well.
_NONE = re.compile(
    r"\bno (group|user|service principals?) found|\b(group|user|service principal)\b[^:]*\bnot found", re.IGNORECASE
)


class UnresolvedError(pulumi.RunError):
    """One line about one name or permission; other names can still be looked up."""

    def __init__(self, line: str) -> None:
        super().__init__(spelled(line))


class AbsentError(UnresolvedError):
    """Nothing in the tenant has this name or id."""


@dataclass(frozen=True)
class Kind:
    """A kind of directory object: its key in the stack file, its name, the permission to read it, what helps."""

    key: str
    noun: str
    permission: str
    remedy: str

    def find(self, name: str, call: Callable[[], _Found]) -> _Found:
        """Look a name up by azuread. Raises `UnresolvedError` if the name or the permission is to blame."""
        try:
            return call()
        except Exception as error:  # the SDK raises the bare class for whatever a provider answers
            text = " ".join(str(error).split())
            if not text.startswith("invoke of "):
                raise
            raise self._told(name, text) from None

    def _told(self, name: str, text: str) -> pulumi.RunError:
        words = text.replace(name, "")  # a name may hold any of the words looked for
        if _DENIED.search(words):
            return UnresolvedError(
                f"{self.key}: reading this {self.noun} was denied: grant the client that signs in {self.permission} of "
                "Microsoft Graph, with admin consent"
            )
        if _SEVERAL.search(words):
            return UnresolvedError(
                f'{self.key}: more than one {self.noun} is named "{name}" in this tenant: write its object id instead'
            )
        if _NONE.search(words):
            return AbsentError(f'{self.key}: no {self.noun} is named "{name}" in this tenant: {self.remedy}')
        said = _WRAPPING.sub("", text)
        code = _REFUSED_SIGN_IN.search(said)
        reason = (code and mismatch(code[0], said, {})) or brief(said)
        return pulumi.RunError(f'{self.key}: the {self.noun} "{name}" could not be looked up: {reason}')


def id_or_name(name: str) -> tuple[str | None, str | None]:
    """A configured name as the two arguments of a look-up, object id and name, of which one is None."""
    return (name, None) if is_object_id(name) else (None, name)
