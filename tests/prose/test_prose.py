import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.launcher.clone import PROJECT
from tests.prose.sentences import of_file, of_module, of_page

HABITS: list[dict[str, str]] = yaml.safe_load((Path(__file__).parent / "habits.yaml").read_text(encoding="utf-8"))
# Decisions stand as they were written; tests/prose holds the habits themselves.
EXEMPT = re.compile(r"docs/adr/(?:00[01]\d|002[0-7]|README)|tests/(?:prose/.*|\w+)\.py$")


@pytest.mark.parametrize("row", HABITS, ids=lambda row: row["write"])
def test_a_habit_is_found_in_the_sentence_that_it_was_taken_from(row: dict[str, str]) -> None:
    assert re.search(row["habit"], row["old"])


def test_no_text_of_the_project_has_a_habit_that_costs_readers_time() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.md", "*.py", "*/help/*.txt", "scimctl/help/*.txt", "*.html"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [
        f"{path}: {shown!r}: write {row['write']}"
        for path in listed.stdout.split()
        if not EXEMPT.match(path) and (PROJECT / path).exists()
        for text in of_file(PROJECT / path)
        for row in HABITS
        for shown in (text[max(0, hit.start() - 40) : hit.end() + 40] for hit in re.finditer(row["habit"], text))
    ]
    if found:
        pytest.fail("\n".join(sorted(set(found))), pytrace=False)


def test_pages_are_read_without_code_and_modules_with_docstrings_messages_comments_and_names() -> None:
    page = "# Where it is\nOne\nparagraph `whoever`.\n\n```sh\nwhoever\n```\n- an item\n"
    assert [text for text in of_page(page) if text] == ["One paragraph .", "- an item"]
    module = '"""A module."""\n\n\ndef test_a_rule() -> None:\n    raise ValueError(f"no {name!r} here")  # why\n'
    module += '    return {"whoever": 1}\n'
    assert set(of_module(module)) == {"A module.", "a rule", "no  here", "why"}
