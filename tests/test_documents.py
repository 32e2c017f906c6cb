"""What the documents tell a reader to run does something."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scimctl import __version__
from tests.launcher.clone import PROJECT

MODULE = re.compile(r"python3? -m ((?:ci|launcher|providers|sandbox|scimctl|stacks|tests)(?:\.\w+)*)")
LOADED = re.compile(r"<(?:script|link|img|source)[^>]* (?:src|href|srcset)=\"(?:https?:)?//[^\"]*")
SHOWN_AS_IT_IS = re.compile(r"<pre>.*?</pre>", re.DOTALL)
NOT_RENDERED = re.compile(r"^(?:<p>|<li>|<code>)? *(?:[-*|] |\d+\. |```|sh$|console$|text$|yaml$).*", re.MULTILINE)
FILE = re.compile(
    r"`((?:azuread_stand_in|bench|ci|components|docs|launcher|providers|sandbox|scimctl|stacks|tests)/[\w./-]*)`"
)
DOCUMENTS = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob(".github/workflows/*.yml")]


def test_every_module_that_a_document_runs_is_there_and_does_something_when_run() -> None:
    named = {name for file in DOCUMENTS for name in MODULE.findall(file.read_text(encoding="utf-8"))}
    assert {"ci.reports.drift_issue", "providers.entra.azuread_errors"} <= named
    assert sorted(name for name in named if not _runs(name)) == []


def test_every_file_that_a_page_names_is_there() -> None:
    pages = [file for file in DOCUMENTS if file.parent.name != "adr"]  # a decision names the files of its day
    gone = [
        f"{file.name}: {path}"
        for file in pages
        for path in FILE.findall(file.read_text("utf-8"))
        if not (PROJECT / path).exists()
    ]
    assert gone == []


def _runs(name: str) -> bool:
    found = importlib.util.find_spec(name)
    if not found or not found.origin:
        return False
    main = Path(found.origin).with_name("__main__.py")
    return main.exists() if found.submodule_search_locations else "__main__" in Path(found.origin).read_text("utf-8")


def test_the_changelog_has_a_dated_section_for_this_version() -> None:
    headings = re.findall(r"^## (.*) - \d{4}-\d\d-\d\d$", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[:1] == [__version__]


def test_the_site_builds_with_every_link_alive_and_every_page_in_its_navigation(tmp_path: Path) -> None:
    printed = _build(PROJECT, tmp_path / "site")
    assert re.findall("WARNING.*|.*excluded from the built site.*", printed) == []
    pages = [file.read_text(encoding="utf-8") for file in tmp_path.rglob("*.html")]
    assert len(pages) > len(list(PROJECT.glob("docs/*.md")))
    assert {found for page in pages for found in LOADED.findall(page)} == set(), "the site works offline"
    assert {found for page in pages for found in NOT_RENDERED.findall(SHOWN_AS_IT_IS.sub("", page))} == set()


def test_the_build_reports_dead_links_and_pages_that_are_in_no_navigation(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "docs", project / "docs")
    (project / "stacks").mkdir()
    (project / "stacks" / "schema.json").touch()  # it exists, and is no part of the site
    links = [
        "nowhere.md",
        "rotation.md#no-such-heading",
        "../providers/gone.py",
        "../providers/errors.py",
        "../providers",
    ]
    (project / "docs" / "drift.md").write_text("\n".join(f"[link]({link})" for link in links), encoding="utf-8")
    (project / "docs" / "another.md").touch()
    printed = _build(project, tmp_path / "site")
    of_the_page = "".join(line for line in printed.splitlines() if "'docs/drift.md'" in line)
    assert [link for link in links if link.removeprefix("../") not in of_the_page] == []
    assert re.search("^  - docs/another.md$", printed, re.MULTILINE)


def _build(project: Path, site: Path) -> str:
    """Build the site and return what the build prints."""
    command = [sys.executable, "-m", "properdocs", "build", "-f", project / "docs" / "properdocs.yml", "-d", site]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_each_decision_has_a_number_of_its_own_and_its_heading_has_the_same() -> None:
    decisions = sorted(PROJECT.glob("docs/adr/[0-9]*.md"))
    numbers = [int(re.findall(r"\A# (\d+)\. ", file.read_text(encoding="utf-8"))[0]) for file in decisions]
    assert numbers == list(range(1, len(decisions) + 1)) == [int(file.name[:4]) for file in decisions]
    index = (PROJECT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^(\d+)\. .*\]\((.*\.md)\)", index, re.MULTILINE) == [
        (str(int(f.name[:4])), f.name) for f in decisions
    ]
