"""The bars of the tokens: an overlap of seconds shows beside a life of months, and every bar has its words."""

from dataclasses import replace

from sandbox.page.views.tokens import SHOWN, view
from tests.sandbox.page.views.readings import ago, reading, token

OLD, NEW = token(1, issued=3600, end=57, used=3590), token(2, issued=60, used=57)


def test_an_overlap_of_three_seconds_is_wide_enough_to_see_and_is_reported_beside_the_newer_token() -> None:
    shown = view(reading(tokens=(OLD, NEW)))
    (overlap,) = shown.overlaps
    assert overlap.width > 5
    newer, older = shown.bars
    assert newer.x == overlap.x
    assert abs(older.x + older.width - overlap.x - overlap.width) < 0.05
    assert (newer.overlap, older.overlap) == ("3 s", "")


def test_an_overlap_that_goes_on_is_counted_so_far() -> None:
    shown = view(reading(tokens=(token(1, issued=3600, used=3590), token(2, issued=12))))
    assert shown.bars[0].overlap == "12 s so far"


def test_tokens_that_never_lived_together_have_no_overlap() -> None:
    shown = view(reading(tokens=(token(1, issued=3600, end=100), token(2, issued=100))))
    assert shown.overlaps == ()
    assert [bar.overlap for bar in shown.bars] == ["", ""]


def test_a_bar_shows_whether_its_token_is_live_used_ended_or_expired() -> None:
    expired = replace(token(1, issued=7200), expires_at=ago(60))
    shown = view(reading(tokens=(expired, OLD, NEW, token(3, issued=5))))
    assert [bar.state for bar in shown.bars] == ["live, not used yet", "live, in use", "ended", "expired"]


def test_the_token_that_entra_holds_and_the_one_of_the_last_push_are_marked() -> None:
    shown = view(reading(tokens=(OLD, NEW), held=NEW.sha256[:12], presented=OLD.sha256[:12]))
    assert [bar.marks for bar in shown.bars] == [("in Entra",), ("last push",)]


def test_the_oldest_of_many_tokens_are_left_out_and_counted() -> None:
    many = tuple(token(number, issued=1000 - number, end=900 - number) for number in range(1, SHOWN + 3))
    shown = view(reading(tokens=many))
    assert [bar.name for bar in shown.bars] == [one.sha256[:12] for one in reversed(many[2:])]
    assert shown.left_out == 2


def test_an_old_token_that_is_live_or_saved_in_entra_is_never_left_out() -> None:
    live, held = token(1, issued=2000), token(2, issued=1900, end=1000)
    many = tuple(token(number, issued=1000 - number, end=900 - number) for number in range(3, SHOWN + 6))
    shown = view(reading(tokens=(live, held, *many), held=held.sha256[:12]))
    assert [bar.name for bar in shown.bars[-2:]] == [held.sha256[:12], live.sha256[:12]]
    assert shown.left_out == len(many) - SHOWN


def test_no_bar_leaves_the_drawing() -> None:
    bars = view(reading(tokens=(OLD, NEW))).bars
    assert min(bar.x for bar in bars) >= 0
    assert max(bar.x + bar.width for bar in bars) <= 100.01
