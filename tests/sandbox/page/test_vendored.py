"""The files of others are those of their packages, each with its licence, and the page asks for these."""

import hashlib
import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "sandbox" / "page"
ROWS = re.findall(
    r"^\| `(\S+)` \| (\S+) (\S+) \| `(\w+)` \|", (PAGE / "static" / "VENDORED.md").read_text(), re.MULTILINE
)


def test_every_script_but_our_own_is_listed_with_its_sum_version_and_licence() -> None:
    assert {name for name, *_ in ROWS} == {path.name for path in (PAGE / "static").glob("*.min.js")}
    for name, _package, version, digest in ROWS:
        path = PAGE / "static" / name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
        assert f"-{version}." in name
        assert (PAGE / "static" / name.replace(".min.js", ".LICENSE.txt")).exists()


def test_the_page_loads_the_listed_versions() -> None:
    base = (PAGE / "templates" / "base.html").read_text()
    assert set(re.findall(r'src="/static/(\S+\.min\.js)"', base)) == {name for name, *_ in ROWS}
