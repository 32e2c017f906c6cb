"""Whether a token that was to end at once has ended, after the rotation of a token that leaked."""

import pytest

from scimctl.commands.token.token_rotate import still_works
from tests.providers.greenlake.token_state import end_tokens
from tests.sandbox.driver import World


@pytest.fixture
def service(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """The SCIM service of a world at which this process points."""
    for name, value in world.environ().items():
        monkeypatch.setenv(name, value)
    return f"{world.sandbox.greenlake}/v1alpha1/scimproxy"


def test_the_command_fails_if_a_token_that_was_to_end_at_once_goes_on_working_or_nothing_shows_its_end(
    world: World, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scimctl.commands.token.token_rotate._PAUSE_SECONDS", 0.0)
    old = world.new_proxy_token()

    assert still_works("rotated", service, [old]).startswith(
        "rotated, but GreenLake still accepts the old token, which was to end at once: ask HPE"
    )
    world.fail({"service": "scim", "status": 403, "times": 9})
    assert still_works("rotated", service, [old]).startswith(
        "rotated, but GreenLake does not show whether the old token has ended"
    )


def test_an_old_token_that_ends_some_seconds_later_has_ended(
    world: World, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.new_proxy_token()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds:
            end_tokens(world)

    monkeypatch.setattr("scimctl.commands.token.token_rotate.time.sleep", sleep)
    assert still_works("rotated", service, [old]) == ""
    assert slept == [0, 5]


def test_after_a_rotation_with_an_overlap_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert still_works("rotated", "", []) == ""
    assert capsys.readouterr() == ("", "")
