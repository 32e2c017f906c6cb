"""Bound work that knows nothing of our deadline: what a library calls on its own terms."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Expired
from typing import TypeVar

from providers.errors import UnreachableError
from providers.http.deadline import CALL_SECONDS, Deadline

_T = TypeVar("_T")


def in_time(work: Callable[[], _T], deadline: Deadline, what: str) -> _T:
    """Do the work and return what it returns, or raise what it raises; UnreachableError if it does not end in time.

    It is then left to itself, so it must be something that changes nothing anywhere.
    """
    outcome: Future[_T] = Future()

    def do() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - the thread that waits raises it again
            outcome.set_exception(error)

    threading.Thread(target=do, daemon=True).start()
    try:
        return outcome.result(deadline.within(CALL_SECONDS).remaining())
    except Expired:
        if outcome.done():
            raise
        raise UnreachableError(f"{what}: no answer in time: check the network, then run again", sent=False) from None
