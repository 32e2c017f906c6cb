"""Where the browser of the page's tests comes from, when it is looked for, and what is said where there is none."""

from pathlib import Path

import pytest

from launcher import chromium
from launcher.commands.test import BROWSER_TESTS, reaches
from launcher.paths import PROJECT, cache


def _program(folder: Path, name: str, code: int) -> str:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it and a cache without a browser."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "bin"


def test_a_chromium_on_path_that_starts_is_taken(bare: Path) -> None:
    good = _program(bare, "chromium-browser", 0)
    assert chromium.find_or_make() == good


def test_one_that_does_not_start_is_passed_over(bare: Path) -> None:
    _program(bare, "chromium", 127)
    good = _program(bare, "google-chrome", 0)
    assert chromium.find_or_make() == good


@pytest.mark.usefixtures("bare")
def test_one_that_was_unpacked_before_is_taken_again() -> None:
    cache().mkdir(parents=True)
    script = _program(cache() / "chromium", "run", 0)
    assert chromium.find_or_make() == script


@pytest.mark.usefixtures("bare")
def test_without_apt_it_says_what_to_install_and_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert chromium.find_or_make() == ""
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "the tests in a browser are skipped" in said
    assert "install Debian's package chromium" in said
    assert not (cache() / "chromium").exists()


def test_an_apt_that_reaches_nothing_is_told_with_its_log(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare.mkdir()
    apt = Path(_program(bare, "apt-get", 100))
    apt.write_text("#!/bin/sh\necho 'E: Unable to locate package chromium'\nexit 100\n")
    _program(bare, "dpkg-deb", 0)
    assert chromium.find_or_make() == ""
    assert "Unable to locate package chromium" in capsys.readouterr().err
    assert not (cache() / "chromium" / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], True),
        (["-k", "token"], True),
        (["tests/sandbox"], True),
        (["tests/sandbox/page/test_browser.py::test_the_dark_scheme_is_dark"], True),
        (["tests/sandbox/page/test_layout.py"], True),
        (["tests/providers"], False),
        (["tests/sandbox/page/test_page.py", "-x"], False),
    ],
)
def test_it_is_looked_for_only_where_its_tests_can_be_chosen(arguments: list[str], wanted: bool) -> None:
    assert reaches(arguments, BROWSER_TESTS) is wanted


def test_the_browser_tests_are_where_the_launcher_thinks() -> None:
    tests = sorted(PROJECT.glob("tests/sandbox/**/test_*.py"))
    assert [file for file in tests if "from playwright" in file.read_text()] == BROWSER_TESTS
