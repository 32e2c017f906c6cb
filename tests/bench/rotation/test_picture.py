"""The picture as XML: what a reader finds in it."""

import xml.etree.ElementTree as ET
from collections import Counter

from bench.rotation.cases import Case
from bench.rotation.figures import Story
from bench.rotation.picture import drawn
from tests.bench.rotation.stories import NEW, OLD, cut_off, overlapping, push, rotate, story, token

OVERLAP = Case("overlap", "cycle", "use", "replaces", "25", 1)
REMOVE = Case("remove-current", "cycle", "use", "replaces", "max", 1)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(case: Case, told: Story) -> ET.Element:
    return ET.fromstring(drawn(case, told))  # noqa: S314 - it is our own text


def texts(picture: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in picture.iter(f"{SVG}text")]


def strokes(picture: ET.Element, kind: str) -> list[int]:
    """Count the strokes of each path of a kind."""
    return [element.attrib["d"].count("M") for element in picture.iter(f"{SVG}path") if element.get("class") == kind]


def bars(picture: ET.Element) -> Counter[str | None]:
    return Counter(element.get("class") for element in picture.iter(f"{SVG}rect"))


LEGEND = 1


def test_each_token_has_a_bar_and_the_pushes_that_presented_it_as_ticks() -> None:
    picture = parsed(OVERLAP, overlapping())
    assert [text for text in texts(picture) if text in (OLD, NEW)] == [OLD, NEW]
    assert strokes(picture, "push")[:-LEGEND] == [3, 2]
    assert bars(picture)["token"] - LEGEND == 2
    assert bars(picture)["new"] - LEGEND == 1


def test_failures_are_drawn_in_another_colour_with_the_window_that_they_belong_to() -> None:
    picture = parsed(REMOVE, cut_off())
    assert strokes(picture, "fail")[:-LEGEND] == [1]
    assert strokes(picture, "push")[:-LEGEND] == [1, 2]
    assert bars(picture)["window"] == 1
    assert "0.51 s" in texts(picture)


def test_without_a_failure_there_is_no_window() -> None:
    picture = parsed(OVERLAP, overlapping())
    assert strokes(picture, "fail")[:-LEGEND] == []
    assert bars(picture)["window"] == 0


def test_a_screen_reader_gets_the_same_in_words() -> None:
    picture = parsed(REMOVE, cut_off())
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "Rotation with removeCurrent: true, while Entra pushes"
    described = picture.findtext(f"{SVG}desc") or ""
    assert "1 push failed" in described
    assert f"{OLD} from before, ended at 0.0 s" in described
    assert f"{NEW} issued at 0.0 s, lives on" in described


def test_the_same_story_is_the_same_picture() -> None:
    assert drawn(OVERLAP, overlapping()) == drawn(OVERLAP, overlapping())


def test_a_picture_of_many_pushes_stays_small() -> None:
    many = [push(number / 800) for number in range(1, 16_000)]
    told = story(push(-0.1), rotate(0), *many, rotate(21), push(21.1), tokens=[token(OLD, -60, -59)], runs=2)
    assert len(drawn(REMOVE, told).encode()) < 150_000


def test_nothing_is_drawn_beside_the_plot() -> None:
    picture = parsed(OVERLAP, overlapping())
    width = float(picture.attrib["width"])
    for element in picture.iter(f"{SVG}rect"):
        assert 0 <= float(element.attrib["x"]) <= float(element.attrib["x"]) + float(element.attrib["width"]) <= width
