"""A line for each case and for each promise."""

from bench.rotation.cases import Case
from bench.rotation.measure import Measured
from bench.rotation.report import text
from bench.rotation.story import Story
from tests.bench.rotation.stories import cut_off, overlapping


def measured(kind: str, story: Story, *, recovered: bool = True) -> Measured:
    return Measured(Case(kind, "cycle", "use", "replaces", 1), story, recovered)


KEPT = [measured("overlap", overlapping()), measured("remove-current", cut_off())]


def line(told: str, begin: str, number: int = 0) -> str:
    """Return a line that begins so, with one space between words."""
    return [" ".join(each.split()) for each in told.splitlines() if each.startswith(begin)][number]


def test_people_get_a_line_for_each_case_and_for_each_promise() -> None:
    told = text(KEPT)
    assert line(told, "overlap") == "overlap cycle use 4 2.8 0 1.11 s 1.11 s 0/1 2"
    assert line(told, "remove-current", 1) == "remove-current cycle use 1 of 1 0.21 s 0.21 s 0.51 s 0.51 s 1/1"
    assert "holds   with overlap 0 of 4 pushes failed, in 1 case" in told
    assert "BROKEN" not in told


def test_a_push_that_fails_with_overlap_breaks_the_promise() -> None:
    broken = measured("overlap", cut_off())
    assert not broken.keeps_its_promise
    assert "BROKEN  with overlap 1 of 3 pushes failed, in 1 case" in text([broken])


def test_a_case_that_did_not_recover_breaks_the_promise_in_every_mode() -> None:
    for kind, story in (("overlap", overlapping()), ("remove-current", cut_off())):
        broken = measured(kind, story, recovered=False)
        assert not broken.keeps_its_promise
        assert "BROKEN  the next cycle heals" in text([broken])
