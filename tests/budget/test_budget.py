import re

import pytest

from tests.budget.measured import BUDGET, PROJECT, additions, blocks, files, lines_by_folder, longest_functions
from tests.budget.rotation import rotation
from tests.sandbox.driver import Sandbox
from tests.walks.machine import begun
from tests.walks.tenant import Tenant


def test_every_folder_keeps_within_its_limit_of_lines_without_what_was_added() -> None:
    measured = {folder: of_all - added for folder, (of_all, added) in lines_by_folder().items()}
    assert {folder: rest for folder, rest in measured.items() if rest > BUDGET["lines"][folder]["limit"]} == {}


def test_every_addition_that_is_listed_is_there() -> None:
    assert [addition.missing() for addition in additions() if addition.missing()] == []


def test_no_addition_is_counted_twice() -> None:
    listed = [(each.path, name) for each in additions() for name in each.names or ["."]]
    within = [(path, name.rpartition(".")[0]) for path, name in listed] + [
        (path, ".") for path, name in listed if name != "."
    ]
    assert len(set(listed)) == len(listed)
    assert set(within) & set(listed) == set()


def test_every_file_is_in_a_folder_that_has_a_limit() -> None:
    assert {path.partition("/")[0] for path in files()} == set(BUDGET["lines"])


def test_no_function_is_longer_than_the_limit() -> None:
    assert [each for each in longest_functions() if each[0] > BUDGET["function"]["limit"]] == []


def test_one_rotation_takes_part_in_no_more_files_and_changes_of_file_than_the_limit(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = Tenant.make(sandbox.make_world("budget"))
    tenant.world.control("POST", "/save")
    trace = rotation(begun(tenant, {}, 0, monkeypatch))
    assert {"rotation.py", "overlap.py"} <= {path.rpartition("/")[2] for path in trace.files}
    assert len(trace.files) <= BUDGET["rotation"]["files"]["limit"], sorted(trace.files)
    assert trace.changes <= BUDGET["rotation"]["changes"]["limit"]


def test_a_block_is_counted_from_its_first_decorator_to_its_last_line() -> None:
    text = "class A:\n    @staticmethod\n    def f() -> int:\n        return 1\n\n\ndef g() -> None:\n    pass\n"
    assert list(blocks(text)) == [("A", 4, False), ("A.f", 3, True), ("g", 2, True)]


def test_contributing_shows_the_limits_and_goals_that_are_tested() -> None:
    shown = re.findall(
        r"^\| `?([^`|]+?)`? \| ([\d,]+) \| ([\d,]+) \|$", (PROJECT / "CONTRIBUTING.md").read_text(), re.MULTILINE
    )
    rows = {**BUDGET["lines"], **BUDGET["rotation"], "function": BUDGET["function"]}
    assert [(name, int(limit.replace(",", "")), int(goal.replace(",", ""))) for name, limit, goal in shown] == [
        (name, row["limit"], row["goal"]) for name, row in rows.items()
    ]
