"""The error hook of azuread's resources prints what to do, once, and never asks for another try."""

import asyncio

import pulumi
import pytest

from components.error_hooks import explaining_errors

JOB = "azuread:index/synchronizationJob:SynchronizationJob"
REFUSED = "unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: no"


def _failed(*errors: str) -> pulumi.ErrorHookArgs:
    return pulumi.ErrorHookArgs(
        urn="urn", id="", name="job", type=JOB, failed_operation="create", errors=list(errors),
        new_inputs=None, old_inputs=None, old_outputs=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("errors", "said"), [((REFUSED, "before"), True), (("status 400", REFUSED), False), ((), False)]
)
def test_the_last_failure_is_explained_and_never_tried_again(
    errors: tuple[str, ...], said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", told.append)

    async def asked() -> object:  # a hook is made while a program runs
        (hook,) = explaining_errors("link").on_error or []
        return hook(_failed(*errors))

    assert asyncio.run(asked()) is False
    assert bool(told) is said
