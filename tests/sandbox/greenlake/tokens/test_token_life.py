from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.settings import Settings
from sandbox.greenlake.tokens.token_life import (
    NoTokenError,
    TokenExistsError,
    TokenRefusedError,
    Tokens,
    delete,
    issue,
    live,
    rotate,
    use,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
RULES = Settings()
LIFETIME = timedelta(seconds=RULES.token_lifetime_s)
DELAY = timedelta(seconds=RULES.old_token_delay_s)
SECOND = timedelta(seconds=1)


def names(tokens: Tokens, now: datetime = NOON) -> list[str]:
    return [token.sha256 for token in live(tokens, now)]


def overlap(rules: Settings = RULES) -> Tokens:
    """Two tokens, of which the first is in use."""
    tokens = use(issue((), "first", rules, NOON), "first", rules, NOON)
    return rotate(tokens, "second", rules, NOON, remove_current=False)


def test_a_second_create_is_refused_while_a_token_lives() -> None:
    tokens = issue((), "first", RULES, NOON)
    with pytest.raises(TokenExistsError):
        issue(tokens, "second", RULES, NOON)


@pytest.mark.parametrize(
    ("second_create", "left", "after_its_use"),
    [("adds", ["first", "second"], ["second"]), ("replaces", ["second"], ["second"])],
)
def test_a_second_create_without_a_conflict_does_what_the_setting_asks(
    second_create: Literal["adds", "replaces"], left: list[str], after_its_use: list[str]
) -> None:
    rules = replace(RULES, second_create=second_create)
    tokens = issue(use(issue((), "first", rules, NOON), "first", rules, NOON), "second", rules, NOON)
    assert names(tokens) == left
    assert names(use(tokens, "second", rules, NOON)) == after_its_use


def test_a_create_works_again_once_the_token_has_expired_or_was_deleted() -> None:
    tokens = issue((), "first", RULES, NOON)
    assert names(issue(delete(tokens, NOON), "second", RULES, NOON)) == ["second"]
    later = NOON + LIFETIME
    assert names(issue(tokens, "second", RULES, later), later) == ["second"]


def test_a_token_is_refused_from_the_moment_of_its_expiry() -> None:
    tokens = issue((), "first", RULES, NOON)
    use(tokens, "first", RULES, NOON + LIFETIME - SECOND)
    with pytest.raises(TokenRefusedError):
        use(tokens, "first", RULES, NOON + LIFETIME)


def test_an_unknown_token_is_refused() -> None:
    with pytest.raises(TokenRefusedError):
        use(issue((), "first", RULES, NOON), "other", RULES, NOON)


def test_both_tokens_of_an_overlap_are_accepted_until_the_new_one_is_used() -> None:
    tokens = use(overlap(), "first", RULES, NOON)
    assert names(tokens) == ["first", "second"]
    assert names(use(tokens, "second", RULES, NOON)) == ["second"]


def test_by_delay_the_old_token_outlives_the_first_use_of_the_new_one_by_that_delay() -> None:
    rules = replace(RULES, old_token_ends="delay")
    tokens = use(overlap(rules), "second", rules, NOON)
    assert names(tokens, NOON + DELAY - SECOND) == ["first", "second"]
    assert names(tokens, NOON + DELAY) == ["second"]


def test_a_second_use_does_not_put_the_end_of_the_old_token_off() -> None:
    rules = replace(RULES, old_token_ends="delay")
    tokens = use(overlap(rules), "second", rules, NOON)
    again = use(tokens, "second", rules, NOON + SECOND)
    assert names(again, NOON + DELAY) == ["second"]


def test_the_first_use_of_a_token_is_what_is_remembered() -> None:
    tokens = use(issue((), "first", RULES, NOON), "first", RULES, NOON)
    assert use(tokens, "first", RULES, NOON + SECOND)[0].used_at == NOON


def test_by_delay_the_use_of_a_third_token_does_not_put_the_end_of_the_first_off() -> None:
    rules = replace(RULES, old_token_ends="delay")
    tokens = rotate(use(overlap(rules), "second", rules, NOON), "third", rules, NOON, remove_current=False)
    tokens = use(tokens, "third", rules, NOON + SECOND)
    assert names(tokens, NOON + DELAY) == ["second", "third"]


def test_by_delay_a_rotation_replaces_no_token_that_was_used() -> None:
    rules = replace(RULES, old_token_ends="delay")
    tokens = use(overlap(rules), "second", rules, NOON)
    assert names(rotate(tokens, "third", rules, NOON, remove_current=False)) == ["first", "second", "third"]


def test_by_delay_an_overlap_whose_new_token_nobody_uses_stays_open() -> None:
    rules = replace(RULES, old_token_ends="delay")
    assert names(overlap(rules), NOON + timedelta(days=89)) == ["first", "second"]


def test_remove_current_ends_every_other_token_at_once() -> None:
    assert names(rotate(overlap(), "third", RULES, NOON, remove_current=True)) == ["third"]


@pytest.mark.parametrize(
    ("second_rotation", "left"),
    [
        ("replaces", ["first", "third"]),
        ("adds", ["first", "second", "third"]),
        ("shifts", ["second", "third"]),
    ],
)
def test_a_rotation_within_an_overlap_does_what_the_setting_asks(second_rotation: str, left: list[str]) -> None:
    rules = replace(RULES, second_rotation=second_rotation)
    assert names(rotate(overlap(rules), "third", rules, NOON, remove_current=False)) == left


def test_a_token_that_was_never_used_is_not_replaced_by_the_first_rotation() -> None:
    tokens = issue((), "first", RULES, NOON)
    assert names(rotate(tokens, "second", RULES, NOON, remove_current=False)) == ["first", "second"]


def test_there_is_nothing_to_rotate_or_to_delete_without_a_live_token() -> None:
    with pytest.raises(NoTokenError):
        rotate((), "first", RULES, NOON, remove_current=False)
    with pytest.raises(NoTokenError):
        delete((), NOON)


@given(
    st.sampled_from(["use", "delay"]),
    st.sampled_from(["replaces", "adds", "shifts"]),
    st.lists(st.sampled_from(["rotate", "rotate with overlap", "use newest", "use oldest", "wait"]), max_size=12),
)
def test_the_newest_token_lives_and_generations_count_up_whatever_happens(
    ends: str, second: str, steps: list[str]
) -> None:
    rules = RULES.changed({"old_token_ends": ends, "second_rotation": second})
    now = NOON
    tokens = issue((), "0", rules, now)
    for number, step in enumerate(steps, start=1):
        if step == "wait":
            now += timedelta(seconds=61)
        elif step.startswith("rotate"):
            tokens = rotate(tokens, str(number), rules, now, remove_current=step == "rotate")
        else:
            alive = live(tokens, now)
            tokens = use(tokens, alive[-1 if step == "use newest" else 0].sha256, rules, now)
        assert tokens[-1] in live(tokens, now)
        assert [token.generation for token in tokens] == list(range(1, len(tokens) + 1))
