"""The generated reference and schema follow the classes."""

import json
import re
from pathlib import Path

import pytest

from stacks import reference

_PROJECT = Path(__file__).parents[2]


def test_the_committed_files_are_what_the_reference_writes(tmp_path: Path) -> None:
    for folder in ("docs", "stacks"):
        (tmp_path / folder).mkdir()
    reference.write(tmp_path)
    for file in ("docs/configuration.md", "stacks/schema.json"):
        written = (tmp_path / file).read_text(encoding="utf-8")
        assert (_PROJECT / file).read_text(encoding="utf-8") == written, "run `python -m stacks.reference`"


def test_every_key_of_every_section_has_a_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", reference.markdown(), re.MULTILINE)
    sections = reference.schema()["$defs"].values()
    assert {key for key, _ in rows} == {key for section in sections for key in section["properties"]}
    assert [key for key, cells in rows if not cells.rpartition("|")[2].strip()] == []


@pytest.mark.parametrize(
    ("key", "refused"),
    [
        ("greenlake-scim:tokn", True),
        ("greenlake-scim:tokens", True),
        ("greenlake-scim:token", False),
        ("greenlake-scim:protect", False),
        ("aws:region", False),
    ],
)
def test_editors_refuse_only_unknown_keys_of_this_project(key: str, refused: bool) -> None:
    (pattern,) = reference.schema()["properties"]["config"]["patternProperties"]
    assert (re.search(pattern, key) is not None) is refused


def test_editors_refuse_unknown_keys_in_every_section() -> None:
    sections = reference.schema()["$defs"]
    assert [name for name, section in sections.items() if section["additionalProperties"] is not False] == []


def test_the_schema_holds_no_default_that_it_would_refuse() -> None:
    assert '"default": ""' not in json.dumps(reference.schema())
