"""Every pin installs on every Python that the project supports: a newer release may leave the oldest one behind."""

import re
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from launcher.requirements import PROGRAM, TESTS

PYTHONS = ("3.10.0", "3.11.0", "3.12.0", "3.13.0", "3.14.0")
PINS = [line for path in (*PROGRAM, TESTS) for line in re.findall(r"^[\w\[\].-]+==\S+", path.read_text(), re.MULTILINE)]


@pytest.mark.parametrize("pin", PINS)
def test_a_pin_is_what_is_installed_here_and_runs_on_every_supported_python(pin: str) -> None:
    wanted = Requirement(pin)
    found = distribution(wanted.name)
    assert found.version in wanted.specifier
    runs_on = SpecifierSet(str(found.metadata.json.get("requires_python", "")))
    assert [version for version in PYTHONS if version not in runs_on] == []
