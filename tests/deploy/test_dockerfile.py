"""The image has all that a run needs; hadolint judges its Dockerfile."""

import re
import subprocess
import sys
from pathlib import Path

from tests.launcher.clone import PROJECT

FOLDER = PROJECT / "deploy" / "kubernetes"
TEXT = (FOLDER / "Dockerfile").read_text(encoding="utf-8")


def test_hadolint_finds_nothing() -> None:
    judge = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([judge, FOLDER / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_each_folder_that_the_program_and_the_jobs_run_from_is_in_the_image() -> None:
    copied = set(re.findall(r"^COPY (\w+)/ ", TEXT, re.MULTILINE))
    imported = {"providers", "components", "stacks", "scimctl", "ci"}

    assert imported <= copied
    assert {"tests", "sandbox", "azuread_stand_in", "launcher", "bench"} & copied == set()
    files = next(line for line in TEXT.splitlines() if line.startswith("COPY ") and "__main__.py" in line).split()[1:-1]
    assert [name for name in files if not (PROJECT / name).is_file()] == []


def test_it_ends_as_a_user_that_is_not_root_and_installs_nothing_from_an_index() -> None:
    final = TEXT[TEXT.rindex("\nFROM ") :]

    assert re.findall(r"^USER (.+)$", final, re.MULTILINE) == ["1000:1000"]
    assert "PIP_NO_INDEX=1" in final
    assert "RUN" not in final
    assert not re.search(r"https?://", TEXT)


def test_everything_installed_has_a_hash() -> None:
    entries = [line for line in (FOLDER / "install.lock").read_text().splitlines() if not line.startswith("#")]

    assert [line.split("==")[0] for line in entries] == ["setuptools", "wheel"]
    assert [line for line in entries if not re.fullmatch(r"\w+==[\d.]+ --hash=sha256:[0-9a-f]{64}", line)] == []
    assert "--checksum" in TEXT
