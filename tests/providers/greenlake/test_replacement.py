"""A token is never replaced: another spelling of an address is ignored, another address followed, `--replace` stops."""

import re

import pytest

from providers.errors import StoppedError
from tests.providers import processes
from tests.providers.greenlake.token_state import VERBS, due, inputs, live, mark, sent, use, was_used
from tests.providers.verbs import Properties
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff", "quick_probes")


def at(address: str) -> Properties:
    return {"api_url": address, "tenant_url": f"{address}/v1alpha1/scimproxy"}


@pytest.mark.parametrize(("old", "new"), [("https", "HTTPS"), ("$", "/"), (r"127\.0\.0\.1", "127.0.0.1.")])
def test_another_text_of_the_same_address_is_not_a_change(here: World, outs: Properties, old: str, new: str) -> None:
    address = re.sub(old, new, here.sandbox.greenlake)

    checked = VERBS.provider.check(inputs(here), inputs(here, api_url=address)).inputs

    assert checked == inputs(here)
    assert not VERBS.diff(outs, checked).changes


def test_https_may_be_written_in_capitals(here: World) -> None:
    assert not VERBS.check(inputs(here, **at("HTTPS://greenlake.example"))).failures


def test_another_address_is_followed_without_a_call_and_without_a_replacement(
    here: World, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    news = inputs(here, **at(here.sandbox.greenlake.replace("127.0.0.1", "localhost")))
    since = mark(here)

    found = VERBS.diff(outs, news)
    new = VERBS.update(outs, news)

    assert found.changes
    assert not found.replaces
    assert mark(here) == since
    assert new == {**outs, **{name: news[name] for name in ("api_url", "tenant_url")}}
    assert "the token stays, and Entra gets its new address, https://localhost:" in capsys.readouterr().err
    assert not VERBS.diff(new, news).changes


def test_another_address_while_an_overlap_is_open_uses_neither_token(here: World, outs: Properties) -> None:
    overlapping = VERBS.update(outs, inputs(here, rotate_when_changed={"a": "1"}))
    news = inputs(here, rotate_when_changed={"a": "1"}, **at(here.sandbox.greenlake.replace("127.0.0.1", "localhost")))

    moved = VERBS.update(overlapping, news)

    assert (moved["previous_token"], moved["state"]) == (outs["token"], "overlap")
    assert not was_used(here, moved["token"])
    assert VERBS.read(moved)["state"] == "overlap"
    assert live(here) == [1, 2]


@pytest.mark.parametrize("adopt_existing", [False, True])
@pytest.mark.parametrize("adopt_once", ["", "true"])
def test_a_replacement_stops_at_its_delete_before_anything_is_sent(
    here: World, outs: Properties, adopt_existing: bool, adopt_once: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", adopt_once)
    since = mark(here)
    VERBS.check(inputs(here, adopt_existing=adopt_existing))  # what the program declares, as the engine asks it

    with pytest.raises(StoppedError, match=r"nothing was changed: run `scimctl token rotate` instead"):
        VERBS.delete(outs)

    assert mark(here) == since
    assert use(here, outs["token"])


def test_a_destroy_in_a_separate_process_still_ends_the_token(here: World, outs: Properties) -> None:
    VERBS.check(inputs(here))
    processes.begin()
    VERBS.diff(VERBS.read(outs), inputs(here))  # destroy --refresh reads first

    VERBS.delete(outs)

    assert live(here) == []


def test_a_token_that_a_newer_one_has_followed_is_not_deleted(here: World, outs: Properties) -> None:
    here.set(old_token_ends="delay")
    VERBS.check(inputs(here))
    new = VERBS.update(due(outs), inputs(here))
    assert use(here, new["token"])
    since = mark(here)

    VERBS.delete(outs)

    assert mark(here) == since
    assert use(here, new["token"])


@pytest.mark.parametrize("old_token_ends", ["use", "delay"])
def test_a_delete_after_a_create_in_the_same_run_leaves_the_new_token_alone(
    here: World, outs: Properties, old_token_ends: str
) -> None:
    here.set(old_token_ends=old_token_ends)
    VERBS.check(inputs(here, adopt_existing=True))
    new = VERBS.create(inputs(here, adopt_existing=True))
    if old_token_ends == "delay":
        assert use(here, new["token"])

    VERBS.delete(outs)

    assert use(here, new["token"])


@pytest.mark.parametrize("second_rotation", ["replaces", "shifts"])
def test_a_token_that_another_stack_has_made_survives_our_destroy(
    here: World, outs: Properties, second_rotation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here.set(second_rotation=second_rotation)
    overlapping = VERBS.update(outs, inputs(here, rotate_when_changed={"a": "1"}))
    processes.begin()
    theirs = VERBS.create(inputs(here, adopt_existing=True))  # which ends our unused one, or the one in use
    if second_rotation == "shifts":
        assert use(here, theirs["token"])
    processes.begin()
    since = mark(here)

    VERBS.delete(overlapping)

    assert [call for call in sent(here, since) if call[1] != "Users"] == []
    assert use(here, theirs["token"])
    said = "accepts the one before it, so somebody has rotated since: nothing was deleted"
    assert (said in capsys.readouterr().err) == (second_rotation == "replaces")


def test_a_destroy_with_an_older_state_warns_that_another_token_may_live_on(
    here: World, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    newer = VERBS.update(outs, inputs(here, rotate_when_changed={"a": "1"}))
    assert use(here, newer["token"])
    processes.begin()

    VERBS.delete(outs)

    assert use(here, newer["token"])
    assert "a token that this state lacks may live on" in capsys.readouterr().err


def test_one_refusal_alone_leaves_no_token_behind(here: World, outs: Properties) -> None:
    here.fail({"service": "scim", "status": 401})

    VERBS.delete(outs)

    assert live(here) == []


def test_a_takeover_that_was_not_used_yet_cannot_be_known_and_costs_the_other_stack_a_rotation(here: World) -> None:
    """As in docs/rotation.md: the destroy of one stack ends the token that another has just taken over."""
    ours = VERBS.create(inputs(here))
    assert use(here, ours["token"])
    processes.begin()
    theirs = VERBS.create(inputs(here, adopt_existing=True))
    processes.begin()

    VERBS.delete(ours)

    assert not use(here, theirs["token"])
    processes.begin()
    asked = inputs(here, adopt_existing=True, rotate_when_changed={"scimctl": "now"}, remove_current=True)
    healed = VERBS.update(theirs, asked)
    assert use(here, healed["token"])
    assert live(here) == [3]
