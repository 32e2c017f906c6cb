"""There is one comment, also if others write the marker, and it is there even if no preview could be made."""

from pathlib import Path

from ci.reports.marked import comment
from tests.ci.github_server import TOKEN, GitHub
from tests.ci.workflows import environment, run

MARKER = "<!-- greenlake-scim preview -->"


def written(github: GitHub, folder: Path) -> int:
    """Run the job that comments."""
    context = {"github.event.pull_request.number": "7", "github.token": TOKEN}
    return run("preview", "comment", folder, context, environment(github.environ())).code


def test_the_sections_of_all_stacks_are_one_comment_that_is_written_anew(github: GitHub, tmp_path: Path) -> None:
    for _ in range(100):  # so that ours is on its own page
        github.write(7, f"{MARKER}\nforged", login="somebody")
    sections = tmp_path / "sections"
    sections.mkdir()
    for text in ("### first", "### second"):
        for stack in ("prod", "dev"):
            (sections / f"{stack}.md").write_text(f"{text} of {stack}\n")
        assert written(github, tmp_path) == 0

    *forged, ours = github.on(7)
    assert {*forged} == {f"{MARKER}\nforged"}
    assert ours.strip() == f"{MARKER}\n### second of dev\n\n### second of prod"


def test_if_every_preview_failed_early_the_comment_reports_it(github: GitHub, tmp_path: Path) -> None:
    assert written(github, tmp_path) == 0

    assert [each.strip() for each in github.on(7)] == [f"{MARKER}\nNo preview could be made."]


def test_a_text_that_is_an_option_for_gh_or_an_expression_is_text(tmp_path: Path) -> None:
    section = tmp_path / "prod.md"
    section.write_text("@everyone ${{ secrets.X }} {owner}\n", encoding="utf-8")

    assert comment("preview", [str(section)]) == f"{MARKER}\n@everyone ${{{{ secrets.X }}}} {{owner}}"


def test_a_section_that_is_not_text_is_shown_as_far_as_it_is_text(tmp_path: Path) -> None:
    section = tmp_path / "prod.md"
    section.write_bytes(b"### Stack \xff\xfe\n")

    assert comment("preview", [str(section)]).startswith(f"{MARKER}\n### Stack ")
