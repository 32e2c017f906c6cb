"""The same numbers for people and for scripts."""

import json

from bench.report import document, text
from tests.bench.results import pairs, result

RESULT = result(no_op=pairs([4.5, 4.0], [2.0, 2.0]), create=pairs([6.0, 7.0], [2.0, 2.0]), starts=(0.5, 1.0))


def test_people_get_the_medians_the_shares_the_counts_and_a_line_for_each_limit() -> None:
    lines = text(RESULT).splitlines()
    assert "no-op                        4.25 s   2.00 s   2.25 s     2.12" in lines
    assert "create                       6.50 s   2.00 s   4.50 s     3.25" in lines
    assert "the end                      1.00 s      24%   1.00 s   1.00 s      15%   1.00 s" in lines
    assert "Entra      graph                  8                 8" in lines
    assert "BROKEN  no-op, ours above empty    2.25 s, at most 1.5" in lines
    assert "holds   create, ours above empty   4.50 s, at most 6" in lines


def test_with_the_real_plugin_its_waits_are_pointed_out() -> None:
    first = text(result(no_op=RESULT.no_op, create=RESULT.create, stand_in=False)).splitlines()[0]
    assert "its own waits" in first
    assert "its own waits" not in text(RESULT)


def test_scripts_get_every_run_and_which_limit_is_broken() -> None:
    told = json.loads(json.dumps(document(RESULT)))
    assert told["no_op"]["ours_s"] == [4.5, 4.0]
    assert told["no_op"]["median"] == {"ours_s": 4.25, "empty_s": 2.0, "more_s": 2.25, "times": 2.125}
    assert told["create"]["exchanges"]["Entra"]["graph"] == 8
    assert [each["name"] for each in told["limits"] if not each["holds"]] == [
        "no-op, ours to empty",
        "no-op, ours above empty",
    ]
