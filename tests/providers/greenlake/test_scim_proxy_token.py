"""Check, diff, create and delete; a rotation and a refresh have their own files."""

from typing import Any

import pytest

from providers.errors import ConfigurationError
from providers.greenlake.token_properties import COMPUTED
from tests.providers.greenlake.token_state import VERBS, due, end_tokens, inputs, live, mark, sent, use
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")

CREATE = {"service": "proxytoken", "method": "POST", "path": "proxytoken$"}
EXISTS = "a SCIM proxy token exists already in the workspace of"
WAYS = pytest.mark.parametrize("way", ["supported", "refused", "absent"])


@pytest.mark.parametrize("name", ["api_url", "tenant_url"])
@pytest.mark.parametrize("value", ["http://greenlake.example", "greenlake.example", "", None])
def test_an_address_without_tls_is_refused(here: World, name: str, value: str | None) -> None:
    failures = VERBS.check(inputs(here, **{name: value})).failures

    assert [(each.property, each.reason) for each in failures] == [
        (name, "must begin with https://: a token is sent there")
    ]


def test_check_hands_on_what_it_got(here: World) -> None:
    checked = VERBS.check(inputs(here))

    assert checked.inputs == inputs(here)
    assert not checked.failures


def test_check_and_diff_send_nothing(here: World) -> None:
    outs = VERBS.create(inputs(here))
    since = mark(here)

    VERBS.check(inputs(here))
    VERBS.diff(due(outs), inputs(here, every="30d", rotate_when_changed={"a": "1"}))

    assert mark(here) == since


def test_equal_inputs_are_not_a_change(here: World, capsys: pytest.CaptureFixture[str]) -> None:
    outs = VERBS.create(inputs(here))
    capsys.readouterr()
    found = VERBS.diff(outs, inputs(here))

    assert not found.changes
    assert found.replaces == []
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "changes", [{"every": "30d"}, {"remove_current": True}, {"tenant_url": "https://a"}, {"token_field": "t"}]
)
def test_a_changed_policy_is_a_change_and_no_rotation(
    here: World, changes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    found = VERBS.diff(VERBS.create(inputs(here)), inputs(here, **changes))

    assert found.changes
    assert found.replaces == []
    assert "to be rotated" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("olds", "news", "said"),
    [
        ({}, {"rotate_when_changed": {"a": "1"}}, "to be rotated: "),
        ({"state": "refused"}, {}, "to be rotated: refused by GreenLake"),
        (due({}), {}, "to be rotated: due since 2 h"),
        ({"state": "overlap"}, {"rotate_when_changed": {"a": "1"}}, "to be rotated, but the overlap of the last "),
        ({"state": "overlap"}, {"rotate_when_changed": {"a": "1"}, "remove_current": True}, "to be rotated: "),
    ],
)
def test_a_preview_shows_that_and_why_it_will_be_rotated(
    here: World, olds: dict[str, Any], news: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = VERBS.create(inputs(here))

    assert VERBS.diff({**outs, **olds}, inputs(here, **news)).changes
    assert said in capsys.readouterr().err


def test_a_policy_that_would_rotate_on_every_run_is_refused_before_it_holds(here: World) -> None:
    outs = VERBS.create(inputs(here))

    with pytest.raises(ConfigurationError, match=r"token\.renewBefore is 100 days, but the token lives 90 days"):
        VERBS.diff(outs, inputs(here, renew_before="100d"))


def test_a_policy_that_is_wrong_and_unchanged_does_not_stop_a_refresh(here: World) -> None:
    outs = VERBS.create(inputs(here, renew_before="100d"))

    assert not VERBS.diff(outs, inputs(here, renew_before="100d")).changes


def test_a_created_token_is_laid_down_with_all_outputs_and_not_used(here: World) -> None:
    made = VERBS.created(inputs(here, rotate_when_changed={"a": "1"}))
    outs = made.outs or {}

    assert sent(here, 0) == [("POST", "proxytoken")]
    assert made.id == f"proxytoken@{here.sandbox.greenlake.removeprefix('https://')}"
    assert set(outs) == {*inputs(here), *COMPUTED, "schema_version"}
    assert (outs["generation"], outs["state"], outs["previous_token"], outs["adopted"]) == (1, "accepted", "", False)
    assert outs["rotated_for"] == {"a": "1"}
    assert use(here, outs["token"])


def test_a_policy_that_cannot_be_followed_is_reported_and_the_new_token_is_kept(
    here: World, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = VERBS.create(inputs(here, renew_before="100d"))

    assert use(here, outs["token"])
    assert "SCIM proxy token: token.renewBefore is 100 days" in capsys.readouterr().err


@WAYS
@pytest.mark.parametrize("overlap", [False, True])
def test_after_a_delete_no_token_that_anybody_knows_is_accepted(here: World, way: str, overlap: bool) -> None:
    here.set(delete=way)
    outs = VERBS.create(inputs(here))
    use(here, outs["token"])
    if overlap:
        outs = VERBS.update(outs, inputs(here, rotate_when_changed={"a": "1"}))

    VERBS.delete(outs)

    assert not use(here, outs["token"])
    assert not (overlap and use(here, outs["previous_token"]))


@pytest.mark.parametrize(("way", "said"), [("supported", False), ("refused", True), ("absent", True)])
def test_a_token_that_could_only_be_rotated_away_is_reported(
    here: World, way: str, said: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    here.set(delete=way)
    VERBS.delete(VERBS.create(inputs(here)))

    assert ("a token that nobody knows lives on until its expiry" in capsys.readouterr().err) == said
    assert live(here) == ([2] if said else [])


@WAYS
def test_deleting_what_is_gone_already_changes_nothing(
    here: World, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = VERBS.create(inputs(here))
    end_tokens(here)
    here.set(delete=way)
    capsys.readouterr()

    VERBS.delete(outs)

    assert live(here) == []
    assert "somebody may have deleted it or rotated since: nothing was deleted" in capsys.readouterr().err


def test_a_delete_whose_answer_was_lost_is_done(here: World) -> None:
    outs = VERBS.create(inputs(here))
    here.fail({"service": "proxytoken", "method": "DELETE", "when": "after", "action": "reset"})

    VERBS.delete(outs)

    assert live(here) == []


@pytest.mark.parametrize(("when", "said"), [("before", True), ("after", False)])
def test_a_delete_that_is_answered_and_ends_nothing_is_reported(
    here: World, when: str, said: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = VERBS.create(inputs(here))
    here.fail({"service": "proxytoken", "method": "DELETE", "when": when, "action": "empty"})

    VERBS.delete(outs)

    assert use(here, outs["token"]) == said
    assert ("reports that it is deleted, and still accepts it" in capsys.readouterr().err) == said


def test_a_delete_that_could_not_be_asked_about_reports_it(here: World, capsys: pytest.CaptureFixture[str]) -> None:
    outs = VERBS.create(inputs(here))
    here.fail({"service": "scim", "status": 403, "times": 9})

    VERBS.delete(outs)

    assert live(here) == []
    assert "it is deleted, and could not be asked whether it refuses it" in capsys.readouterr().err


def test_where_greenlake_cannot_be_probed_a_delete_still_ends_the_token(here: World) -> None:
    outs = VERBS.create(inputs(here))
    here.set(delete="absent")
    here.fail({"service": "scim", "status": 403})

    VERBS.delete(outs)

    assert not use(here, outs["token"])


def test_if_nothing_is_left_to_rotate_nothing_is_left_to_delete(here: World) -> None:
    outs = VERBS.create(inputs(here))
    end_tokens(here)
    here.fail({"service": "scim", "status": 403})

    VERBS.delete(outs)

    assert live(here) == []


UNKNOWN_LIFE = "GreenLake does not report when the token ends, and token.every is 60d"


@pytest.mark.parametrize(
    ("shape", "every", "warned"), [("token_only", "60d", True), ("token_only", "30d", False), ("object", "60d", False)]
)
def test_every_up_and_preview_warns_of_an_interval_beyond_what_an_unknown_life_can_be_trusted_for(
    here: World, shape: str, every: str, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    here.set(token_shape=shape)

    outs = VERBS.create(inputs(here, every=every))
    assert (UNKNOWN_LIFE in capsys.readouterr().err) is warned

    assert not VERBS.diff(outs, inputs(here, every=every)).changes
    assert (UNKNOWN_LIFE in capsys.readouterr().err) is warned
