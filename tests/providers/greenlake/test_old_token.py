"""Whether GreenLake did with the old token what a rotation asked for."""

import time

import pytest

from tests.providers.greenlake.token_state import VERBS, inputs, use, was_used
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")


@pytest.mark.parametrize("overlap", [False, True])
def test_a_token_that_was_to_end_at_once_and_goes_on_working_is_reported(
    here: World, overlap: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    olds = VERBS.create(inputs(here))
    assert use(here, olds["token"])
    olds = VERBS.update(olds, inputs(here, rotate_when_changed={"n": "1"})) if overlap else olds

    def always_kept(*, remove_current: bool) -> str:
        assert remove_current
        return "remove-current=false"

    monkeypatch.setattr("providers.greenlake.assumptions.rotate_query", always_kept)
    new = VERBS.update(olds, inputs(here, rotate_when_changed={"n": "2"}, remove_current=True))

    said = capsys.readouterr().err
    assert "GreenLake still accepts the token that was to end at once" in said
    assert "after a rotation with true the old token was accepted" in said
    assert (new["previous_token"], new["state"], was_used(here, new["token"])) == ("", "accepted", False)


def test_a_service_that_is_slow_does_not_delay_the_new_token_of_a_rotation_that_ends_the_old_one(here: World) -> None:
    olds = VERBS.create(inputs(here))
    here.fail({"service": "scim", "action": "delay", "delay_s": 5})

    began = time.monotonic()
    new = VERBS.update(olds, inputs(here, rotate_when_changed={"n": "1"}, remove_current=True))

    assert time.monotonic() - began < 2
    assert "old_token" not in new["observed"]["rotate at once"]
