"""After an answer in which the new token is not found: what was made is deleted, and what is in use is never ended."""

import json
from typing import Any

import pulumi
import pytest

from providers.errors import ProvisioningError, StoppedError, UnexpectedAnswerError, UnreadableTokenError
from providers.greenlake import scim_proxy_token
from providers.timestamps import to_text
from tests.providers.greenlake.token_state import (
    VERBS,
    ago,
    due,
    end_tokens,
    inputs,
    live,
    mark,
    sent,
    trigger,
    use,
)
from tests.providers.verbs import Properties
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff", "quick_probes")

CREATE = {"service": "proxytoken", "method": "POST", "path": "proxytoken$", "when": "after"}
ROTATE = {"service": "proxytoken", "method": "POST", "path": "/rotate$"}
DELETE = {"service": "proxytoken", "method": "DELETE"}
ANSWERS: list[dict[str, Any]] = [
    {"status": 200, "body": json.dumps({"status": "OK", "data": {"id": 1}})},
    {"status": 201, "body": json.dumps([])},
    {"status": 200, "body": json.dumps({"a": {"token": "one-token-0123456789"}, "b": {"token": "another-0123456789"}})},
]
ANSWER = pytest.mark.parametrize("answer", ANSWERS)
NOBODYS: list[dict[str, Any]] = [{"action": "html"}, {"action": "empty"}, {"status": 200, "body": "Blocked by policy"}]


@ANSWER
def test_a_token_that_was_made_and_cannot_be_read_is_deleted_and_the_next_run_creates(
    here: World, answer: dict[str, Any]
) -> None:
    here.fail({**CREATE, **answer})

    with pytest.raises(
        UnexpectedAnswerError, match=r"set greenlake\.tokenField .*the token that it made is deleted again"
    ):
        VERBS.create(inputs(here))

    assert live(here) == []
    assert VERBS.create(inputs(here))["generation"] == 1


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"status": 403}, r"was answered 403"),
        ({"status": 405}, "GreenLake has no call for that"),
        ({"status": 503, "times": 9}, r"was answered 503"),
    ],
)
def test_a_delete_that_fails_then_is_reported_and_what_the_report_names_works(
    here: World, fault: dict[str, Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.fail({**CREATE, **ANSWERS[0]}, {**DELETE, **fault})

    way = "`GREENLAKE_ADOPT_ONCE=true pulumi up`"
    with pytest.raises(UnexpectedAnswerError, match=rf"could not be deleted.*{why}.*{way}"):
        VERBS.create(inputs(here))
    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", "true")

    assert use(here, VERBS.create(inputs(here))["token"])


@pytest.mark.parametrize("answer", NOBODYS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_strangers_token_is_not_deleted_for_an_answer_that_may_be_a_proxys(
    here: World, answer: dict[str, Any], when: str
) -> None:
    theirs = here.new_proxy_token() if when == "before" else ""
    here.fail({**CREATE, **answer, "when": when})

    with pytest.raises(UnexpectedAnswerError):
        VERBS.create(inputs(here))

    with pytest.raises(StoppedError, match="or by a run of this stack that was killed"):
        VERBS.create(inputs(here))  # the next run does not take it either

    assert live(here) == [1]
    assert not theirs or use(here, theirs)


@ANSWER
def test_an_adoption_that_cannot_be_read_ends_nothing(here: World, answer: dict[str, Any]) -> None:
    theirs = here.new_proxy_token()
    assert use(here, theirs)
    here.fail({**ROTATE, **answer, "when": "after"})

    with pytest.raises(UnexpectedAnswerError, match="goes on working: do that before"):
        VERBS.create(inputs(here, adopt_existing=True))

    assert use(here, theirs)


def unread(world: World, outs: Properties, answer: dict[str, Any] = ANSWERS[0]) -> Properties:
    """Return the outputs of a rotation that was carried out and whose answer was not understood."""
    world.fail({**ROTATE, **answer, "when": "after"})
    return VERBS.update(outs, trigger(world, "1"))


@pytest.mark.parametrize("answer", [*ANSWERS, NOBODYS[1], NOBODYS[2]])
@pytest.mark.parametrize("second_rotation", ["replaces", "adds", "shifts"])
def test_runs_after_an_unread_rotation_leave_the_token_in_use_alone(
    here: World, outs: Properties, answer: dict[str, Any], second_rotation: str
) -> None:
    here.set(second_rotation=second_rotation)
    after = unread(here, outs, answer)
    since = mark(here)

    for _ in range(3):
        after = VERBS.update(due(VERBS.read(after)), trigger(here, "1"))

    assert [call for call in sent(here, since) if call[0] == "POST"] == []
    assert (after["token"], after["generation"]) == (outs["token"], 1)
    assert use(here, outs["token"])


def test_every_later_run_and_drift_shows_why_and_what_to_do(
    here: World, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    after = unread(here, outs)
    capsys.readouterr()

    assert VERBS.diff(VERBS.read(after), trigger(here, "1")).changes
    said = capsys.readouterr().err
    assert f"the answer to a rotation at {after['unknown_newer_since']} could not be read" in said
    assert "set greenlake.tokenField to the field of the token, then run `scimctl token rotate`" in said

    VERBS.update(due(after), trigger(here, "1"))
    assert "SCIM proxy token: not rotated, although it should be (due since 2 h" in capsys.readouterr().err


@pytest.mark.parametrize("way", ["scimctl token rotate", "trigger"])
def test_what_it_names_rotates_and_the_mark_is_gone(
    here: World, outs: Properties, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.set(token_shape="unusual")
    after = VERBS.update(outs, trigger(here, "1"))
    assert after["unknown_newer_since"]

    if way != "trigger":
        monkeypatch.setenv("GREENLAKE_ROTATE_TOKEN", after["fingerprint"])
    fields = {"token_field": "result.secret", "expiry_field": "result.until"}
    new = VERBS.update(after, trigger(here, "2" if way == "trigger" else "1", **fields))

    assert (new["unknown_newer_since"], new["previous_token"], new["generation"]) == ("", outs["token"], 2)
    assert use(here, outs["token"])
    assert use(here, new["token"])
    assert not use(here, outs["token"])


def test_a_token_that_is_refused_has_nothing_left_to_protect(here: World, outs: Properties) -> None:
    after = unread(here, outs)
    end_tokens(here)

    new = VERBS.update(VERBS.read(after), trigger(here, "1"))

    assert use(here, new["token"])
    assert new["unknown_newer_since"] == ""


def test_in_the_last_tenth_of_its_life_a_token_is_rotated_all_the_same(here: World, outs: Properties) -> None:
    after = unread(here, outs)
    old = {
        "issued_at": to_text(ago(days=82)),
        "expires_at": to_text(ago(days=-8)),
        "rotate_after": to_text(ago(days=9)),
    }

    assert VERBS.update({**after, **old}, trigger(here, "1"))["generation"] == 2


def test_removing_the_current_token_waits_for_nothing(here: World, outs: Properties) -> None:
    after = unread(here, outs)

    new = VERBS.update(after, trigger(here, "2", remove_current=True))

    assert live(here) == [3]
    assert use(here, new["token"])


def test_an_adopted_token_is_not_presented_to_find_out_whether_it_works(here: World) -> None:
    theirs = here.new_proxy_token()
    assert use(here, theirs)
    adopted = VERBS.create(inputs(here, adopt_existing=True))
    after = VERBS.update(
        {**adopted, "unknown_newer_since": "2026-11-29T00:00:00Z"}, inputs(here, adopt_existing=True, every="90d")
    )
    VERBS.update(due(after), inputs(here, adopt_existing=True, every="90d"))

    assert use(here, theirs)


def test_an_unread_rotation_that_removes_the_token_in_use_is_an_error_and_is_tried_again(
    here: World, outs: Properties
) -> None:
    here.fail({**ROTATE, **ANSWERS[0], "when": "after"})

    with pytest.raises(UnreadableTokenError):
        VERBS.update(outs, trigger(here, "1", remove_current=True))

    assert use(here, VERBS.update(outs, trigger(here, "1", remove_current=True))["token"])


def test_a_page_instead_of_an_answer_is_a_lost_answer_and_the_next_run_rotates(here: World, outs: Properties) -> None:
    here.fail({**ROTATE, "action": "html"})

    with pytest.raises(ProvisioningError):
        VERBS.update(outs, trigger(here, "1"))

    assert VERBS.update(outs, trigger(here, "1"))["generation"] == 2


def hook(before: Properties, after: Properties) -> None:
    args = pulumi.ResourceHookArgs("urn", "id", "token", "type", old_outputs=before, new_outputs=after)
    scim_proxy_token._fail_after_an_unread_rotation(args)  # pyright: ignore[reportPrivateUsage]


def test_the_run_in_which_it_happens_fails_and_the_later_ones_do_not(here: World, outs: Properties) -> None:
    after = unread(here, outs)

    with pytest.raises(UnreadableTokenError, match="nothing was ended"):
        hook(outs, after)
    hook(after, after)
    hook(outs, VERBS.update(outs, trigger(here, "2")))
