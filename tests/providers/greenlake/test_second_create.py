"""If a create makes a second token instead of a conflict, the last answer is the token, and no other one works."""

from typing import Any

import pytest

from providers.errors import UnexpectedAnswerError
from tests.providers.greenlake.token_state import VERBS, inputs, live, use
from tests.providers.verbs import Properties
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")

CREATE = {"service": "proxytoken", "method": "POST", "path": "proxytoken$", "when": "after"}
SECOND = pytest.mark.parametrize(("second", "alive"), [("adds", [1, 2]), ("replaces", [2])])
WAYS = pytest.mark.parametrize("way", ["supported", "refused", "absent"])


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("second", ["adds", "replaces"])
def test_a_create_if_none_exists_makes_one_token(here: World, second: str, status: int) -> None:
    here.set(second_create=second, create_status=status)

    outs = VERBS.create(inputs(here))

    assert (outs["adopted"], outs["state"], live(here)) == (False, "accepted", [1])


@pytest.mark.parametrize("fault", [{"action": "reset"}, {"action": "truncate"}, {"status": 502}])
@SECOND
def test_the_repeat_after_a_lost_answer_makes_another_and_the_last_is_ours(
    here: World, second: str, alive: list[int], fault: dict[str, Any]
) -> None:
    here.set(second_create=second)
    here.fail({**CREATE, **fault})

    outs = VERBS.create(inputs(here))

    assert (outs["adopted"], live(here)) == (False, alive)
    assert use(here, outs["token"])
    assert live(here) == [2]


@SECOND
def test_the_run_after_one_whose_answer_could_not_be_read_creates_anew(
    here: World, second: str, alive: list[int]
) -> None:
    here.set(second_create=second)
    here.fail({**CREATE, "action": "html"})
    with pytest.raises(UnexpectedAnswerError):
        VERBS.create(inputs(here))

    outs = VERBS.create(inputs(here))

    assert live(here) == alive
    assert use(here, outs["token"])
    assert live(here) == [2]


def lost_then_made(world: World) -> Properties:
    """Return the outputs of a create whose first answer was lost, so that a token which nobody knows may live on."""
    world.fail({**CREATE, "action": "reset"})
    return VERBS.create(inputs(world))


@WAYS
@SECOND
def test_a_delete_ends_the_token_that_nobody_knows_too(here: World, second: str, alive: list[int], way: str) -> None:
    here.set(second_create=second, delete=way)
    outs = lost_then_made(here)
    assert live(here) == alive

    VERBS.delete(outs)

    assert not use(here, outs["token"])
    # Without a call that deletes, the answer of the rotation that ends them is what lives on.
    assert live(here) == ([] if way == "supported" else [3])


def test_a_token_of_somebody_else_lives_until_the_second_one_is_used(here: World) -> None:
    """There is no conflict to stop at, so nobody can know that the workspace had a token."""
    theirs = here.new_proxy_token()
    here.set(second_create="adds")

    outs = VERBS.create(inputs(here))

    assert not outs["adopted"]
    assert use(here, theirs)
    assert use(here, outs["token"])
    assert not use(here, theirs)


@pytest.mark.parametrize("second", ["conflict", "adds", "replaces"])
def test_a_token_in_use_is_taken_over_by_a_rotation_and_never_by_a_create_that_might_end_it(
    here: World, second: str
) -> None:
    here.set(second_create=second)
    token = here.new_proxy_token()
    use(here, token)

    outs = VERBS.create(inputs(here, adopt_existing=True))

    assert (outs["adopted"], outs["state"], outs["generation"], outs["previous_token"]) == (True, "unknown", 1, "")
    assert use(here, token)
    assert live(here) == [1, 2]
    assert use(here, outs["token"])


def test_if_there_is_no_token_to_take_over_one_is_created(here: World) -> None:
    outs = VERBS.create(inputs(here, adopt_existing=True))

    assert (outs["adopted"], live(here)) == (False, [1])
