"""Every pin installs on every Python that the project supports, and the lock files hold what the requirements say."""

import re
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.lock import PROJECT, REQUIREMENTS, build_backend, lock_of

PYTHONS = ("3.10.0", "3.11.0", "3.12.0", "3.13.0", "3.14.0")
_PIN = re.compile(r"^[\w\[\].-]+==[^\s;]+", re.MULTILINE)


def pins(requirements: str) -> dict[str, str]:
    """Return the version of each package that a requirement or lock file names."""
    found = map(Requirement, _PIN.findall((PROJECT / requirements).read_text()))
    return {canonicalize_name(each.name): str(each.specifier) for each in found}


@pytest.mark.parametrize("pin", [pin for path in REQUIREMENTS for pin in pins(path).items()], ids="".join)
def test_a_pin_is_what_is_installed_here_and_runs_on_every_supported_python(pin: tuple[str, str]) -> None:
    name, version = pin
    found = distribution(name)
    assert found.version in SpecifierSet(version)
    runs_on = SpecifierSet(str(found.metadata.json.get("requires_python", "")))
    assert [version for version in PYTHONS if version not in runs_on] == []


@pytest.mark.parametrize("number", range(1, len(REQUIREMENTS) + 1))
def test_a_lock_file_has_every_pin_of_its_requirements_and_the_build_backend(number: int) -> None:
    wanted = {name: version for path in REQUIREMENTS[:number] for name, version in pins(path).items()}
    backend = Requirement(build_backend())
    wanted[canonicalize_name(backend.name)] = str(backend.specifier)
    locked = pins(lock_of(REQUIREMENTS[number - 1]))
    differing = {name: (version, locked.get(name)) for name, version in wanted.items() if locked.get(name) != version}
    assert differing == {}, "make them anew: python -m tests.lock"


def test_the_lock_files_agree_about_every_version() -> None:
    everything = pins(lock_of(REQUIREMENTS[-1]))
    for path in REQUIREMENTS:
        assert pins(lock_of(path)).items() <= everything.items()


@pytest.mark.parametrize("path", REQUIREMENTS)
def test_everything_locked_has_a_hash_and_no_lock_file_names_an_index(path: str) -> None:
    text = (PROJECT / lock_of(path)).read_text()
    entries = re.split(r"\n(?=[a-z])", text)[1:]
    assert len(entries) == len(pins(lock_of(path)))
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|file:|index-url", text)
