"""Only a commit that is known to be deployed rotates without approval."""

import json
from typing import Any

import pytest

from ci import deployed_commit as script
from ci.deployed_commit import deployed_commit
from providers.errors import StoppedError

A, B = "a" * 40, "b" * 40
Run = dict[str, Any]


def run(head: str = "", *, result: str = "succeeded", dirty: bool = False, system: str = "") -> Run:
    """One entry of the history, as the engine writes it: what it does not know it leaves out."""
    known = {"git.head": head, "git.dirty": str(dirty).lower() if head else "", "ci.system": system}
    environment = {name: value for name, value in known.items() if value}
    return {"kind": "update", "result": result, "startTime": "2026-11-29T22:10:00.000Z", "environment": environment}


def by_ci(head: str, *, result: str = "succeeded") -> Run:
    return run(head, result=result, system="GitHub Actions")


@pytest.mark.parametrize("last", [run(), run(A, result="failed")])
def test_the_commit_of_the_last_run_is_the_one_also_if_that_run_failed(last: Run) -> None:
    assert deployed_commit("prod", {"deployed_commit": A}, [last]) == A


@pytest.mark.parametrize("recorded", [None, "", "main", A[:12], f"{A}; rm -rf", f"{A}\n"])
@pytest.mark.parametrize("runs", [[], [run()], [run(A)], [run(A), run(B)]])
def test_without_a_run_of_ci_there_is_none_and_the_line_shows_what_to_do(recorded: object, runs: list[Run]) -> None:
    with pytest.raises(StoppedError, match=r"^prod: no run of CI in its history has deployed.*: run Deploy") as caught:
        deployed_commit("prod", {"deployed_commit": recorded}, runs)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "later", [[run(A)], [run(A), run(A, result="failed")], [run(A, result="failed")], [by_ci(A, result="failed")]]
)
def test_a_run_outside_of_ci_of_the_deployed_commit_changes_nothing(later: list[Run]) -> None:
    assert deployed_commit("prod", {}, [*later, by_ci(A), run(B)]) == A


@pytest.mark.parametrize(
    ("other", "of"),
    [
        (run(B), "of commit bbbbbbbbbbbb"),
        (run(B, result="failed"), "of commit bbbbbbbbbbbb"),
        (run(A, dirty=True), "of commit aaaaaaaaaaaa with changes that are not committed"),
        (run(), "of no commit"),
    ],
)
def test_a_run_outside_of_ci_of_anything_else_is_named_with_its_time_and_what_it_ran(other: Run, of: str) -> None:
    with pytest.raises(StoppedError) as caught:
        deployed_commit("prod", {}, [run(A), other, by_ci(A)])
    assert str(caught.value) == (
        f"prod: the update of 2026-11-29T22:10:00Z ran outside of CI, {of}, after CI had deployed aaaaaaaaaaaa, so "
        "nothing is rotated without approval: run Deploy, which rotates a token that is due"
    )


def test_a_commit_that_ci_never_deployed_completely_does_not_count() -> None:
    with pytest.raises(StoppedError, match="no run of CI in its history has deployed it"):
        deployed_commit("prod", {}, [by_ci(A, result="failed")])


@pytest.mark.parametrize(
    "last", [run(B, result="failed"), run(A, result="failed", dirty=True), run(result="failed"), {}]
)
def test_a_later_run_of_anything_else_that_failed_leaves_no_known_commit(last: Run) -> None:
    with pytest.raises(
        StoppedError, match=r"^prod: the last run .* failed and was not of the deployed commit aaaaaaaa"
    ):
        deployed_commit("prod", {"deployed_commit": A}, [last] if last else [])


def test_the_run_is_found_behind_more_refreshes_than_the_engine_lists_by_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    history = [*({**run(), "kind": "refresh"} for _ in range(20)), run(A), by_ci(A)]

    def ask(command: list[str], _stack: str) -> str:
        size = int(command[command.index("--page-size") + 1]) if "--page-size" in command else 10
        return json.dumps({} if "output" in command else history[:size])

    monkeypatch.setattr(script.engine, "ask", ask)
    script.main(["prod"])
    assert capsys.readouterr().out == f"{A}\n"
