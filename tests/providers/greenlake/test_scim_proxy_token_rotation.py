"""What `up` does with a proxy token that is there: rotate it, wait, heal, or follow another policy."""

import json
from typing import Any

import pytest

from providers.errors import ApiError, StoppedError
from providers.timestamps import from_text, to_text
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
    was_used,
)
from tests.providers.verbs import Properties
from tests.sandbox.driver import World
from tests.sandbox.greenlake.workspace import Workspace

pytestmark = pytest.mark.usefixtures("no_backoff", "quick_probes")

ASKED = ("GET", "Users")
ROTATE = {"service": "proxytoken", "path": "/rotate$"}
ROTATED = [ASKED, ("POST", "rotate"), ASKED]  # the old token is used, and looked at afterwards


def test_a_rotation_with_overlap_keeps_the_old_token_and_uses_only_that(here: World, outs: Properties) -> None:
    since = mark(here)
    new = VERBS.update(outs, trigger(here, "1"))

    assert sent(here, since) == ROTATED
    assert not was_used(here, new["token"])
    assert (new["previous_token"], new["state"], new["generation"]) == (outs["token"], "overlap", 2)
    assert new["rotated_for"] == {"asked": "1"}
    assert new["fingerprint"] != outs["fingerprint"]
    assert use(here, outs["token"])
    assert use(here, new["token"])


def test_a_rotation_that_removes_the_current_token_asks_only_afterwards_and_leaves_one(
    here: World, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    since = mark(here)
    new = VERBS.update(outs, trigger(here, "1", remove_current=True))

    assert sent(here, since) == [("POST", "rotate"), ASKED]
    assert "still accepts" not in capsys.readouterr().err
    assert (new["previous_token"], new["state"], new["generation"]) == ("", "accepted", 2)
    assert live(here) == [2]


def test_a_rotation_shows_why(here: World, outs: Properties, capsys: pytest.CaptureFixture[str]) -> None:
    VERBS.update(due(outs), inputs(here))

    assert "SCIM proxy token: rotated: due since 2 h" in capsys.readouterr().err


def test_after_a_rotation_nothing_is_due(here: World, outs: Properties, overlapping: Properties) -> None:
    assert not VERBS.diff(overlapping, trigger(here, "1")).changes
    assert not VERBS.diff(VERBS.update(due(outs), inputs(here, remove_current=True)), inputs(here)).replaces


@pytest.mark.parametrize(
    "changes",
    [{"every": "30d"}, {"renew_before": "10d"}, {"remove_current": True}, {"adopt_existing": True}],
)
def test_an_edited_policy_sends_nothing(here: World, outs: Properties, changes: dict[str, Any]) -> None:
    since = mark(here)
    new = VERBS.update(outs, inputs(here, **changes))

    assert mark(here) == since
    assert new["token"] == outs["token"]
    assert {name: new[name] for name in changes} == changes
    assert (new["rotate_after"] < outs["rotate_after"]) == ("every" in changes)
    assert not VERBS.diff(new, inputs(here, **changes)).changes


def test_a_rotation_waits_while_the_last_one_is_not_finished(
    here: World, overlapping: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    since = mark(here)
    new = VERBS.update(overlapping, trigger(here, "2"))

    assert sent(here, since) == [("GET", "Users")]
    assert not was_used(here, overlapping["token"])
    assert (new["token"], new["state"], new["rotated_for"]) == (overlapping["token"], "overlap", {"asked": "1"})
    assert "the token before the present one is still accepted: one overlap at a time" in capsys.readouterr().err
    assert VERBS.diff(new, trigger(here, "2")).changes


def test_a_rotation_that_waited_is_made_by_the_next_run(here: World, overlapping: Properties) -> None:
    waited = VERBS.update(overlapping, trigger(here, "2"))
    use(here, overlapping["token"])

    new = VERBS.update(waited, trigger(here, "2"))

    assert (new["generation"], new["previous_token"]) == (3, overlapping["token"])
    assert new["rotated_for"] == {"asked": "2"}
    assert live(here) == [2, 3]


def test_a_rotation_waits_where_the_old_token_cannot_be_probed(
    here: World, overlapping: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    here.fail({"service": "scim", "status": 403})

    new = VERBS.update(overlapping, trigger(here, "2"))

    assert (new["token"], new["state"]) == (overlapping["token"], "overlap")
    assert "the token before the present one could not be probed" in capsys.readouterr().err
    assert live(here) == [1, 2]


@pytest.mark.parametrize("second_rotation", ["replaces", "adds", "shifts"])
def test_removing_the_current_token_is_the_way_out_of_an_overlap(
    here: World, overlapping: Properties, second_rotation: str
) -> None:
    here.set(second_rotation=second_rotation)
    since = mark(here)

    new = VERBS.update(overlapping, trigger(here, "2", remove_current=True))

    assert sent(here, since) == [("POST", "rotate"), ASKED, ASKED]
    assert new["previous_token"] == ""
    assert live(here) == [3]
    assert use(here, new["token"])


def test_a_kept_token_is_used_before_the_next_is_issued_so_that_no_service_replaces_it(
    here: World, outs: Properties
) -> None:
    here.set(second_rotation="replaces")
    unused = Workspace(here).rotate()  # beside a token that state does not know any more
    new = VERBS.update({**outs, "token": unused, "fingerprint": ""}, trigger(here, "1"))
    assert new["previous_token"] == unused
    assert use(here, unused)


def test_a_service_that_ends_the_old_token_at_once_is_reported(
    here: World, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    here.fail({"service": "scim", "status": 401, "skip": 1, "times": 2})

    new = VERBS.update(outs, trigger(here, "1"))

    assert (new["previous_token"], new["state"]) == ("", "accepted")
    assert "GreenLake ended the old token at once, although remove-current=false was asked" in capsys.readouterr().err


def test_an_old_token_that_cannot_be_probed_counts_as_live(here: World, outs: Properties) -> None:
    here.fail({"service": "scim", "status": 403})

    new = VERBS.update(outs, trigger(here, "1"))

    assert (new["previous_token"], new["state"]) == (outs["token"], "overlap")


def test_a_token_that_is_refused_in_use_is_rotated_also_if_the_one_before_cannot_be_probed(
    here: World, overlapping: Properties
) -> None:
    here.fail({"service": "scim", "status": 403, "times": 1})
    here.fail({"service": "scim", "status": 401, "skip": 1, "times": 2})

    new = VERBS.update({**overlapping, "state": "refused"}, trigger(here, "1"))

    assert new["generation"] == overlapping["generation"] + 1
    assert use(here, new["token"])


@pytest.mark.parametrize("state", ["refused", "accepted"])
def test_a_token_refused_before_its_end_is_rotated_and_not_kept_and_another_may_be_in_use(
    here: World, outs: Properties, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here.fail({"service": "scim", "status": 401, "times": 2})
    since = mark(here)
    new = VERBS.update({**outs, "state": state}, trigger(here, "1"))

    assert sent(here, since) == [ASKED, ASKED, ("POST", "rotate")]
    assert (new["previous_token"], new["state"], new["generation"]) == ("", "unknown", 2)
    assert new["adopted"]
    warned = "somebody else has ended it, or state is an older one" in capsys.readouterr().err
    assert warned == (state == "accepted")  # else the reason of the rotation shows it


def test_a_token_that_has_expired_by_a_wrong_clock_of_ours_alone_is_still_protected(
    here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = {**outs, "expires_at": to_text(ago(hours=-1))}
    overlapping = VERBS.update(ending, trigger(here, "1"))
    ahead = to_text(ago(hours=-2))
    monkeypatch.setattr("providers.greenlake.rotating.now", lambda: from_text(ahead))

    new = VERBS.update({**overlapping, "expires_at": to_text(ago(hours=-1))}, trigger(here, "2"))

    assert (new["token"], new["state"]) == (overlapping["token"], "overlap")
    assert VERBS.update(ending, trigger(here, "2"))["previous_token"] == outs["token"]


@pytest.mark.parametrize("times", [0, 1])
def test_a_token_that_was_refused_for_a_while_is_not_rotated_for_it(here: World, outs: Properties, times: int) -> None:
    here.fail({"service": "scim", "status": 401, "times": times}) if times else None
    since = mark(here)

    assert VERBS.update({**outs, "state": "refused"}, inputs(here)) == {**outs, "state": "accepted"}
    assert sent(here, since) == [ASKED] * (times + 1)


@pytest.mark.parametrize("times", [0, 1])
def test_a_rotation_that_is_due_keeps_a_token_that_was_refused_for_a_while(
    here: World, outs: Properties, times: int
) -> None:
    here.fail({"service": "scim", "status": 401, "times": times}) if times else None

    new = VERBS.update({**outs, "state": "refused"}, trigger(here, "1"))

    assert (new["previous_token"], new["state"]) == (outs["token"], "overlap")


def test_a_rotation_goes_ahead_once_the_present_token_has_expired_keeps_the_one_before_and_protects_any_other(
    here: World, outs: Properties
) -> None:
    overlapping = VERBS.update(outs, trigger(here, "1"))
    expired = {**overlapping, "expires_at": to_text(ago(hours=1))}
    here.fail({"service": "scim", "status": 403, "times": 9})

    new = VERBS.update(expired, trigger(here, "2"))

    assert (new["previous_token"], new["state"], new["adopted"]) == (outs["token"], "overlap", True)


def test_an_expired_token_is_replaced_at_once_and_not_kept(
    here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.greenlake.api.bearer._fetched", {})  # a run months later has fetched none
    expired = {**outs, "expires_at": to_text(ago(hours=1)), "rotate_after": to_text(ago(days=9))}
    here.control("POST", "/clock", {"advance_s": 91 * 24 * 3600})

    new = VERBS.update(expired, inputs(here))

    assert (new["previous_token"], new["state"], new["adopted"]) == ("", "accepted", False)
    assert use(here, new["token"])
    assert live(here) == [2]


def test_if_nothing_is_left_to_rotate_a_token_is_created(here: World, outs: Properties) -> None:
    end_tokens(here)
    since = mark(here)

    new = VERBS.update({**outs, "state": "refused"}, inputs(here))

    assert sent(here, since) == [ASKED, ASKED, ("POST", "rotate"), ASKED, ("POST", "proxytoken")]
    assert (new["generation"], new["state"]) == (2, "accepted")
    assert use(here, new["token"])


def test_a_token_that_somebody_made_in_between_is_not_taken(here: World, outs: Properties) -> None:
    end_tokens(here)
    here.fail({"service": "proxytoken", "path": "proxytoken$", "status": 409})

    with pytest.raises(StoppedError, match="a SCIM proxy token exists already in the workspace of"):
        VERBS.update(outs, trigger(here, "1"))

    assert live(here) == []


def test_a_refused_rotation_changes_nothing(here: World, outs: Properties) -> None:
    here.fail({**ROTATE, "status": 403})

    with pytest.raises(ApiError, match=r'rotate the SCIM proxy token was answered 403 Fault .*: assign role "SCIM'):
        VERBS.update(outs, trigger(here, "1"))

    assert live(here) == [1]
    assert VERBS.update(outs, trigger(here, "1"))["generation"] == 2


def test_of_several_tokens_in_an_answer_the_one_that_state_does_not_hold_is_the_new_one(
    here: World, outs: Properties
) -> None:
    both = {"tokens": [{"token": outs["token"]}, {"token": "a-new-token-0123456789"}]}
    here.fail({**ROTATE, "status": 200, "body": json.dumps(both)})

    assert VERBS.update(outs, trigger(here, "1"))["token"] == "a-new-token-0123456789"
