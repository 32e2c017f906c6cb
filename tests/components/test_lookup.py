"""How a failed look-up is reported."""

import pytest

from components.lookup import Kind

_GROUPS = Kind("access.groups", "security group", "Group.Read.All", "correct it")


def test_an_error_that_no_provider_answered_comes_out_as_it_is() -> None:
    def call() -> str:
        raise ValueError("no group found: a mistake of ours")

    with pytest.raises(ValueError, match="a mistake of ours"):
        _GROUPS.find("Admins", call)


def test_what_is_found_is_handed_on() -> None:
    assert _GROUPS.find("Admins", lambda: "found") == "found"
