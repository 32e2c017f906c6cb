"""Only a commit that is known to be deployed rotates without approval."""

from typing import Any

import pytest

from ci.deployed_commit import deployed_commit
from providers.errors import StoppedError

A, B = "a" * 40, "b" * 40
WELL: dict[str, Any] = {"kind": "update", "result": "succeeded", "environment": {}}


def failed(head: str, *, dirty: bool = False) -> dict[str, Any]:
    return {**WELL, "result": "failed", "environment": {"git.head": head, "git.dirty": str(dirty).lower()}}


@pytest.mark.parametrize("last", [WELL, failed(A)])
def test_the_commit_of_the_last_run_is_the_one_also_if_that_run_failed(last: dict[str, Any]) -> None:
    assert deployed_commit("prod", {"deployed_commit": A}, last) == A


@pytest.mark.parametrize("recorded", [None, "", "main", A[:12], f"{A}; rm -rf", f"{A}\n"])
def test_without_a_record_there_is_none_and_the_line_says_what_to_do(recorded: object) -> None:
    with pytest.raises(StoppedError, match=r"^prod: the last `pulumi up` recorded no commit.* run Deploy") as caught:
        deployed_commit("prod", {"deployed_commit": recorded}, WELL)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("last", [failed(B), failed(A, dirty=True), {"kind": "update", "result": "failed"}, {}])
def test_a_later_run_of_anything_else_that_failed_leaves_no_known_commit(last: dict[str, Any]) -> None:
    with pytest.raises(
        StoppedError, match=r"^prod: the last run .* failed and was not of the deployed commit aaaaaaaa"
    ):
        deployed_commit("prod", {"deployed_commit": A}, last)
