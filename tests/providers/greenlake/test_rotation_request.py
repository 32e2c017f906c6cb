"""A rotation that a run is asked for happens once, and neither inputs nor outputs keep anything of the request."""

import pytest

from providers.greenlake.rotation import Request
from tests.providers.greenlake.token_state import VERBS, inputs, live, mark, sent
from tests.providers.verbs import Properties
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")


@pytest.fixture
def outs(here: World) -> Properties:
    return VERBS.create(inputs(here))


def ask(outs: Properties, monkeypatch: pytest.MonkeyPatch, *, leaked: bool) -> None:
    for name, value in Request(outs["fingerprint"], leaked=leaked).environ().items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("leaked", "words", "left"), [(False, "asked for", [1, 2]), (True, "it has leaked", [2])])
def test_a_request_rotates_once_however_often_the_run_is_repeated(
    here: World,
    outs: Properties,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    leaked: bool,
    words: str,
    left: list[int],
) -> None:
    ask(outs, monkeypatch, leaked=leaked)

    assert VERBS.diff(outs, inputs(here)).changes
    rotated = VERBS.update(outs, inputs(here))

    assert f"SCIM proxy token: to be rotated: {words}" in capsys.readouterr().err
    assert (rotated["generation"], sorted(live(here))) == (2, left)
    assert not VERBS.diff(rotated, inputs(here)).changes
    assert VERBS.update(rotated, inputs(here)) == rotated


@pytest.mark.parametrize("leaked", [False, True])
def test_a_run_without_the_request_does_not_follow_a_rotation_that_was_asked_for(
    here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch, leaked: bool
) -> None:
    with monkeypatch.context() as asking:
        ask(outs, asking, leaked=leaked)
        rotated = VERBS.update(outs, inputs(here))

    assert {name: rotated[name] for name in inputs(here)} == inputs(here)
    assert not VERBS.diff(rotated, inputs(here)).changes


def test_a_request_of_another_token_is_ignored(here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch) -> None:
    ask({"fingerprint": "another"}, monkeypatch, leaked=True)
    since = mark(here)

    assert not VERBS.diff(outs, inputs(here)).changes
    assert VERBS.update(outs, inputs(here)) == outs
    assert sent(here, since) == []


def test_a_request_during_an_overlap_waits_for_nothing_later_and_a_leak_does_not_wait(
    here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.set(old_token_ends="delay", old_token_delay_s=3600)
    with monkeypatch.context() as asking:
        ask(outs, asking, leaked=False)
        first = VERBS.update(outs, inputs(here))
        ask(first, asking, leaked=False)
        waited = VERBS.update(first, inputs(here))

    assert (waited["token"], waited["state"]) == (first["token"], "overlap")
    assert not VERBS.diff(waited, inputs(here)).changes

    ask(waited, monkeypatch, leaked=True)
    assert VERBS.update(waited, inputs(here))["generation"] == 3
    assert live(here) == [3]


def test_a_request_and_a_changed_trigger_are_one_rotation(
    here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = inputs(here, rotate_when_changed={"audit": "2"})
    with monkeypatch.context() as asking:
        ask(outs, asking, leaked=False)
        rotated = VERBS.update(outs, news)

    assert rotated["generation"] == 2
    assert not VERBS.diff(rotated, news).changes


def test_a_request_goes_ahead_after_a_rotation_whose_answer_could_not_be_read(
    here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch
) -> None:
    unread = {**outs, "unknown_newer_since": "2026-11-29T00:00:00Z"}
    ask(unread, monkeypatch, leaked=False)

    assert VERBS.update(unread, inputs(here))["generation"] == 2
