"""Work that knows no deadline is waited for as long as ours allows, and not longer."""

import threading
from concurrent.futures import TimeoutError as Expired

import pytest

from providers.entra.sign_in.access_token import in_time
from providers.errors import UnreachableError
from tests.providers.calling import soon


def test_what_the_work_returns_is_returned() -> None:
    assert in_time(lambda: 42, soon(60), "work") == 42


def test_what_the_work_raises_is_raised_even_if_it_is_a_timeout_of_its_own() -> None:
    def work() -> None:
        raise Expired("of the work itself")

    with pytest.raises(Expired, match="of the work itself"):
        in_time(work, soon(60), "work")


def test_work_that_does_not_end_is_given_up_in_time() -> None:
    end = threading.Event()
    try:
        with pytest.raises(UnreachableError, match=r"^work: no answer in time: check the network") as caught:
            in_time(end.wait, soon(0.1), "work")
    finally:
        end.set()
    assert not caught.value.sent
