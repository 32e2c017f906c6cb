"""A run that left out, by `--target` or `--exclude`, what saves a new token in Entra ends with an error."""

import pulumi
import pytest

from providers.entra.provisioning_status import _saved  # pyright: ignore[reportPrivateUsage]


def test_a_token_that_entra_has_is_exported() -> None:
    assert _saved("new", "new") == "new"


@pytest.mark.parametrize("in_entra", ["old", ""])
def test_a_token_that_entra_lacks_ends_the_run_with_what_saves_it(in_entra: str) -> None:
    with pytest.raises(pulumi.RunError, match=r"^the token new is not saved in Entra.* run `pulumi up` without"):
        _saved("new", in_entra)
