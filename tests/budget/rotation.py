"""Follows one rotation through the files of the program."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import Any
from unittest.mock import patch

from providers.entra.provisioning_status import ProvisioningStatusProvider
from providers.greenlake.scim_proxy_token import ScimProxyTokenProvider
from tests.budget.measured import PROJECT
from tests.walks.config import Config
from tests.walks.walk import Walk

SETTLED_S = 20.0


class Trace:
    """The files that were entered, and the calls from one file into another."""

    def __init__(self) -> None:
        self.files = set[str]()
        self.changes = 0
        self._inside = ""

    def followed(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same work, followed while it runs."""

        def traced(*arguments: Any) -> Any:
            self._inside = ""
            sys.setprofile(self._note)
            try:
                return work(*arguments)
            finally:
                sys.setprofile(None)

        return traced

    def _note(self, frame: FrameType, event: str, _argument: Any) -> None:
        entered = _of_the_program(frame) if event in ("call", "return") else ""
        if event == "call" and entered:
            self.files.add(entered)
            self.changes += entered != self._inside
            self._inside = entered
        elif entered:
            caller = frame.f_back
            while caller and not _of_the_program(caller):
                caller = caller.f_back
            self._inside = _of_the_program(caller) if caller else ""


def rotation(walk: Walk) -> Trace:
    """Deploy, let the first cycle end, then follow what an `up` whose trigger has changed does to token and status.

    The wait until a save has settled is one sleep, so that the same look at the job is counted once.
    """

    def slept() -> None:
        walk.clock._slept += SETTLED_S  # pyright: ignore[reportPrivateUsage]

    walk.up()
    walk.clock.after_sleep = slept
    trace = Trace()
    with ExitStack() as patched:
        for provider in (ScimProxyTokenProvider, ProvisioningStatusProvider):
            patched.enter_context(patch.object(provider, "update", trace.followed(provider.update)))
        assert not walk.stack.up(Config(trigger=1), refresh=False, cut="").error
    return trace


def _of_the_program(frame: FrameType) -> str:
    file = frame.f_code.co_filename
    path = file.removeprefix(f"{PROJECT}/")
    return "" if path == file or path.startswith(("tests/", "<")) else path
