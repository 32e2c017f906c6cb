"""There is one comment, whoever else writes the marker, and it is there even if no preview could be made."""

from pathlib import Path

import pytest

from ci.marked import marker
from ci.sticky_comment import main
from tests.ci.github_server import TOKEN, GitHub


@pytest.fixture
def environ(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_TOKEN": TOKEN,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("environ")
def test_the_sections_of_all_stacks_are_one_comment_that_is_written_anew(github: GitHub, tmp_path: Path) -> None:
    github.write(7, f"{marker('preview')}\nforged", login="somebody")
    for text in ("### first", "### second"):
        for stack in ("prod", "dev"):
            (tmp_path / f"{stack}.md").write_text(f"{text} of {stack}\n")
        main(["7", *(str(file) for file in tmp_path.iterdir())])

    forged, ours = github.on(7)
    assert forged.endswith("forged")
    assert ours == f"{marker('preview')}\n### second of dev\n\n### second of prod"


@pytest.mark.usefixtures("environ")
def test_where_every_preview_failed_early_the_comment_says_so(github: GitHub, tmp_path: Path) -> None:
    main(["7", str(tmp_path / "*.md")])

    assert github.on(7) == [f"{marker('preview')}\nNo preview could be made."]
