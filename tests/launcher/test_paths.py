"""The user's cache is found whatever HOME is, or one line shows what to set."""

import os
import pwd
from pathlib import Path

import pytest

from launcher import paths
from launcher.errors import StorageError


@pytest.fixture(autouse=True)
def no_cache_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)


@pytest.mark.parametrize("value", ["", "relative"])
def test_a_home_that_names_no_folder_is_looked_up_as_that_of_the_user(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    ours = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "greenlake-scim"
    monkeypatch.setenv("HOME", value)
    assert paths.cache() == ours
    monkeypatch.delenv("HOME")
    assert paths.cache() == ours


def test_a_user_whom_the_system_does_not_know_gets_the_name_of_the_variable_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999)
    with pytest.raises(StorageError, match=r"set HOME, or XDG_CACHE_HOME, to a folder that you can write to$"):
        paths.cache()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert paths.cache() == tmp_path / "greenlake-scim"
