"""Which engine fits, and that the pins of the three places that name it agree."""

import re
from pathlib import Path

import pytest

from launcher.engine import fits, release, version_of
from launcher.engine.source_build import ENGINE, FALLBACK, LANGUAGE_HOST, version


@pytest.mark.parametrize("version", ["3.231.0", "v3.231.0", "3.259.0", "3.300.1", "3.259.0-dev.1"])
def test_the_same_major_from_the_minimum_on_fits(version: str) -> None:
    assert fits(version)


@pytest.mark.parametrize("version", ["3.230.9", "2.300.0", "4.0.0", "", "nonsense"])
def test_older_engines_and_other_majors_do_not_fit(version: str) -> None:
    assert not fits(version)


def test_the_version_of_another_program_is_empty(tmp_path: Path) -> None:
    (tmp_path / "pulumi").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "pulumi").chmod(0o755)
    assert version_of(str(tmp_path / "pulumi")) == ""
    assert version_of(str(tmp_path / "missing")) == ""


def test_a_release_is_in_place_once_it_is_installed_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "python").write_text('#!/bin/sh\nPATH=/usr/bin:/bin\nmkdir -p "$3"\ntouch "$3/pulumi"\n')
    (tmp_path / "python").chmod(0o755)
    assert release.install(tmp_path / "engine", tmp_path)
    assert (tmp_path / "engine" / "bin" / "pulumi").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["engine", "engine.log", "python"]


@pytest.mark.parametrize("folder", [ENGINE, FALLBACK])
def test_an_engine_that_is_built_fits_and_its_two_modules_have_one_version(folder: Path) -> None:
    sdk = re.search(r"pulumi/sdk/v3 v(\S+)", (folder / "go.mod").read_text())
    assert sdk
    assert fits(sdk[1])
    assert sdk[1] == version(folder)


def test_the_second_version_that_can_be_built_is_a_newer_one() -> None:
    assert [int(part) for part in version(FALLBACK).split(".")] > [int(part) for part in version(ENGINE).split(".")]


@pytest.mark.parametrize("folder", [ENGINE, FALLBACK, LANGUAGE_HOST])
def test_every_module_that_is_built_from_has_its_checksum(folder: Path) -> None:
    wanted = re.findall(r"^\t(\S+) (v\S+)", (folder / "go.mod").read_text(), re.MULTILINE)
    sums = (folder / "go.sum").read_text()
    replaced = re.findall(r"^replace (\S+) =>", (folder / "go.mod").read_text(), re.MULTILINE)
    assert [
        f"{name} {version}" for name, version in wanted if f"{name} {version}" not in sums and name not in replaced
    ] == []
