"""After a killed run whoever cleared up may say, in the environment, that the token that exists is that run's."""

import pytest

from providers.errors import StoppedError
from tests.providers.greenlake.token_state import VERBS, inputs, live, use
from tests.sandbox.driver import World


def test_a_token_that_nobody_knows_is_adopted_with_overlap(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = here.new_proxy_token()
    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", "true")
    made = VERBS.create(inputs(here))

    assert made["adopted"]
    assert live(here) == [1, 2]
    assert use(here, lost)
    assert use(here, made["token"])
    assert live(here) == [2]


def test_permission_to_adopt_is_no_part_of_state_and_changes_nothing_where_none_exists(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", "true")
    made = VERBS.create(inputs(here))
    monkeypatch.delenv("GREENLAKE_ADOPT_ONCE")

    assert not made["adopted"]
    assert live(here) == [1]
    assert not VERBS.diff(made, inputs(here)).changes


@pytest.mark.parametrize("value", ["", "false", "1", "True"])
def test_any_other_value_is_no_permission_and_the_refusal_names_the_way(
    here: World, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    here.new_proxy_token()
    monkeypatch.setenv("GREENLAKE_ADOPT_ONCE", value)
    with pytest.raises(StoppedError, match=r"docs/recover\.md .*`\./run recover`"):
        VERBS.create(inputs(here))
    assert live(here) == [1]
