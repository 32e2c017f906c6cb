"""What the documents tell a reader to run does something."""

import importlib.util
import re
from pathlib import Path

from tests.launcher.clone import PROJECT

MODULE = re.compile(r"python3? -m ((?:ci|launcher|providers|sandbox|scimctl|stacks|tests)(?:\.\w+)*)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
DOCUMENTS = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob(".github/workflows/*.yml")]


def test_every_module_that_a_document_runs_is_there_and_does_something_when_run() -> None:
    named = {name for file in DOCUMENTS for name in MODULE.findall(file.read_text(encoding="utf-8"))}
    assert {"ci.drift_issue", "providers.entra.azuread_errors"} <= named
    assert sorted(name for name in named if not _runs(name)) == []


def _runs(name: str) -> bool:
    found = importlib.util.find_spec(name)
    if not found or not found.origin:
        return False
    main = Path(found.origin).with_name("__main__.py")
    return main.exists() if found.submodule_search_locations else "__main__" in Path(found.origin).read_text("utf-8")


def test_every_link_leads_to_a_file_and_a_heading_that_are_there() -> None:
    dead = [
        f"{file.relative_to(PROJECT)}: {link}"
        for file in DOCUMENTS
        for link in LINK.findall(file.read_text(encoding="utf-8"))
        if "://" not in link and not _leads_somewhere(file, link)
    ]
    assert dead == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, ahead = set[Path](), [PROJECT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")))
        targets = ((page.parent / link).resolve() for link in links if link and "://" not in link)
        ahead += [target / "README.md" if target.is_dir() else target for target in targets]
    pages = {*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")}
    assert sorted(str(page.relative_to(PROJECT)) for page in pages - reached) == []


def _leads_somewhere(file: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = (file.parent / path) if path else file
    if not target.exists() or not heading:
        return target.exists()
    headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return heading in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def test_each_decision_has_a_number_of_its_own_and_its_heading_has_the_same() -> None:
    decisions = sorted(PROJECT.glob("docs/adr/[0-9]*.md"))
    numbers = [int(re.findall(r"\A# (\d+)\. ", file.read_text(encoding="utf-8"))[0]) for file in decisions]
    assert numbers == list(range(1, len(decisions) + 1)) == [int(file.name[:4]) for file in decisions]
