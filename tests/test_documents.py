"""What the documents tell a reader to run does something."""

import importlib.util
import re
from pathlib import Path

from tests.launcher.clone import PROJECT

MODULE = re.compile(r"python3? -m ((?:ci|launcher|providers|sandbox|scimctl|stacks|tests)(?:\.\w+)*)")
DOCUMENTS = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob(".github/workflows/*.yml")]


def test_every_module_that_a_document_runs_is_there_and_does_something_when_run() -> None:
    named = {name for file in DOCUMENTS for name in MODULE.findall(file.read_text(encoding="utf-8"))}
    assert {"ci.drift_issue", "providers.leftovers"} <= named
    assert sorted(name for name in named if not _runs(name)) == []


def _runs(name: str) -> bool:
    found = importlib.util.find_spec(name)
    if not found or not found.origin:
        return False
    main = Path(found.origin).with_name("__main__.py")
    return main.exists() if found.submodule_search_locations else "__main__" in Path(found.origin).read_text("utf-8")
