"""The operator may declare, in the environment and for one run, that the existing token is this stack's own."""

import re
from typing import Any

import pytest

from providers.errors import StoppedError
from tests.providers.greenlake.token_state import VERBS, due, end_tokens, inputs, live, use
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")

CREATE = {"service": "proxytoken", "method": "POST", "path": "proxytoken$"}
REFUSALS = pytest.mark.parametrize("status", [429, 500, 503])
GATEWAYS = pytest.mark.parametrize(
    "fault", [{"action": "reset"}, {"action": "truncate"}, {"status": 408}, {"status": 502}, {"status": 504}]
)


@REFUSALS
def test_a_failure_that_did_nothing_makes_nobody_take_a_strangers_token(here: World, status: int) -> None:
    theirs = here.new_proxy_token()
    assert use(here, theirs)
    here.fail({**CREATE, "status": status})

    with pytest.raises(StoppedError, match="a SCIM proxy token exists already"):
        VERBS.create(inputs(here))

    assert live(here) == [1]
    assert use(here, theirs)


@REFUSALS
def test_a_failure_that_made_the_token_stops_and_what_the_stop_names_then_works(
    here: World, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.fail({**CREATE, "when": "after", "status": status})
    with pytest.raises(StoppedError) as stopped:
        VERBS.create(inputs(here))

    way = re.search(r"`(\w+)=(\w+) pulumi up`", str(stopped.value))
    assert way
    monkeypatch.setenv(way[1], way[2])
    outs = VERBS.create(inputs(here))

    assert outs["adopted"]
    assert use(here, outs["token"])
    assert live(here) == [2]


@GATEWAYS
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_adoption_after_a_lost_answer_is_reported_in_one_line(
    here: World, fault: dict[str, Any], when: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if when == "before":
        here.new_proxy_token()
    here.fail({**CREATE, "when": when, **fault})

    outs = VERBS.create(inputs(here))

    assert outs["adopted"]
    assert live(here) == [1, 2]
    said = [line for line in capsys.readouterr().err.splitlines() if "from now on this stack is of the" not in line]
    assert len(said) == 1
    assert "SCIM proxy token: adopted the token that exists" in said[0]
    assert "an earlier attempt of this create got no answer" in said[0]


def test_every_other_adoption_is_reported_too(
    here: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here.new_proxy_token()
    VERBS.create(inputs(here, adopt_existing=True))
    assert "(token.adoptExisting is true)" in capsys.readouterr().err

    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", "true")
    VERBS.create(inputs(here))
    assert "(GREENLAKE_ADOPT_ONCE is true)" in capsys.readouterr().err


def test_a_create_instead_of_a_rotation_whose_answer_was_lost_ends_in_the_same_run(here: World) -> None:
    outs = VERBS.create(inputs(here))
    end_tokens(here)
    here.fail({**CREATE, "when": "after", "action": "reset"})

    new = VERBS.update(due({**outs, "state": "refused"}), inputs(here))

    assert use(here, new["token"])
    assert live(here) == [3]


def test_a_token_that_nobody_knows_is_adopted_with_overlap(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = here.new_proxy_token()
    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", "true")
    made = VERBS.create(inputs(here))

    assert made["adopted"]
    assert live(here) == [1, 2]
    assert use(here, lost)
    assert use(here, made["token"])
    assert live(here) == [2]


def test_permission_to_adopt_is_not_kept_in_state_and_changes_nothing_if_none_exists(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", "true")
    made = VERBS.create(inputs(here))
    monkeypatch.delenv("GREENLAKE_ADOPT_ONCE")

    assert not made["adopted"]
    assert live(here) == [1]
    assert not VERBS.diff(made, inputs(here)).changes


@pytest.mark.parametrize("value", ["", "false", "1", "True"])
def test_any_other_value_is_not_a_permission_and_the_refusal_names_the_way(
    here: World, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    here.new_proxy_token()
    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", value)
    with pytest.raises(StoppedError, match=r"docs/recover\.md .*`\./run recover`"):
        VERBS.create(inputs(here))
    assert live(here) == [1]
