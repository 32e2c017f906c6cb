"""The bars of the tokens: an overlap of seconds shows beside a life of months, and every bar is told in words."""

from dataclasses import replace

from sandbox.page.views.tokens import SHOWN, WIDTH, view
from tests.sandbox.page.readings import ago, reading, token

OLD, NEW = token(1, issued=3600, end=57, used=3590), token(2, issued=60, used=57)


def test_an_overlap_of_three_seconds_is_wide_enough_to_see_and_is_told() -> None:
    shown = view(reading(tokens=(OLD, NEW)))
    (overlap,) = shown.overlaps
    assert overlap.label == "overlap 3 s"
    assert overlap.width > WIDTH / 20
    first, second = shown.bars
    assert second.x == overlap.x
    assert first.x + first.width == overlap.x + overlap.width


def test_an_overlap_that_goes_on_is_counted_so_far() -> None:
    shown = view(reading(tokens=(token(1, issued=3600, used=3590), token(2, issued=12))))
    assert [one.label for one in shown.overlaps] == ["overlap 12 s so far"]


def test_tokens_that_never_lived_together_have_no_overlap() -> None:
    assert view(reading(tokens=(token(1, issued=3600, end=100), token(2, issued=100)))).overlaps == ()


def test_a_bar_tells_whether_its_token_is_live_used_ended_or_expired() -> None:
    expired = replace(token(1, issued=7200), expires_at=ago(60))
    shown = view(reading(tokens=(expired, OLD, NEW, token(3, issued=5))))
    assert [bar.state for bar in shown.bars] == ["expired", "ended", "live, in use", "live, not used yet"]


def test_the_token_that_entra_holds_and_the_one_of_the_last_push_are_marked() -> None:
    shown = view(reading(tokens=(OLD, NEW), held=NEW.sha256[:12], presented=OLD.sha256[:12]))
    assert [bar.marks for bar in shown.bars] == [("last push",), ("in Entra",)]


def test_the_description_says_what_the_drawing_shows() -> None:
    said = view(reading(tokens=(OLD, NEW))).description
    assert said.startswith("1 live. Generation 1, ended, issued 11:00:00, ended 11:59:03.")
    assert "Generation 2, live, in use" in said
    assert said.endswith("overlap 3 s.")


def test_the_oldest_of_many_tokens_are_left_out_and_counted() -> None:
    many = tuple(token(number, issued=1000 - number, end=900 - number) for number in range(1, SHOWN + 3))
    shown = view(reading(tokens=many))
    assert [bar.generation for bar in shown.bars] == list(range(3, SHOWN + 3))
    assert shown.left_out == 2


def test_no_bar_leaves_the_drawing() -> None:
    bars = view(reading(tokens=(OLD, NEW))).bars
    assert min(bar.x for bar in bars) >= 0
    assert max(bar.x + bar.width for bar in bars) <= WIDTH
