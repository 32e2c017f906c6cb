"""What is wrong comes first with what to do, and what passed is a count."""

from scimctl.commands.doctor.check import Check, ok, problem, reported, unknown, warning

FOUND = [
    ok("python", "3.14"),
    unknown("role", "not shown", "ask"),
    warning("token", "a rotation is due", "run `pulumi up`"),
    ok("stack", "prod"),
    problem("job", "it is gone", "run `pulumi up --refresh`"),
]
FINE = [ok("python", "3.14"), unknown("role", "not shown")]


def lines(checks: list[Check], *, quiet: bool = False, every: bool = False) -> list[str]:
    return [str(line) for line in reported(checks, quiet=quiet, every=every).lines]


def test_the_first_line_is_a_problem_and_the_next_shows_what_to_do() -> None:
    assert lines(FOUND) == [
        "problem  job    it is gone",
        "           do: run `pulumi up --refresh`",
        "warning  token  a rotation is due",
        "           do: run `pulumi up`",
        "unknown  role   not shown",
        "           do: ask",
        "1 problem, 1 warning, 1 unknown, 2 checks passed",
    ]


def test_without_a_problem_the_first_line_reports_it() -> None:
    assert lines(FINE) == ["no problem: 1 unknown, 1 check passed", "unknown  role  not shown"]


def test_quiet_leaves_what_needs_doing_and_nothing_if_nothing_does() -> None:
    assert lines(FOUND, quiet=True) == lines(FOUND)[:4]
    assert lines(FINE, quiet=True) == []


def test_what_passed_is_listed_on_request_and_always_for_scripts() -> None:
    assert "ok       stack   prod" in lines(FOUND, every=True)
    assert [one["id"] for one in reported(FOUND, quiet=True).data["checks"]] == [each.id for each in FOUND]


def test_the_exit_code_is_7_for_a_problem_alone() -> None:
    assert [reported(checks, quiet=True).code for checks in (FOUND, FOUND[:4], FINE)] == [7, 0, 0]
