"""`run` works from wherever it is called, in whatever shell, and ends in a line, never in a traceback."""

import os
import shutil
from pathlib import Path

from tests.launcher.clone import Clone, run


def test_it_is_found_through_a_link_and_whatever_the_shell_has_set(clone: Clone, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(clone.root / "run")
    elsewhere = tmp_path / "elsewhere" / clone.root.name
    elsewhere.mkdir(parents=True)
    said = run(
        ["sh", "-c", f'cd "{clone.root.parent}"; exec sh "{clone.root.name}/run" sandbox status'],
        {**os.environ, "CDPATH": str(elsewhere.parent), "PYTHONSAFEPATH": "1"},
    )
    assert (said.code, said.out) == (1, "the sandbox does not run: `./run sandbox start`\n")
    assert run([str(link), "sandbox", "status"], os.environ).out == said.out


def test_what_python_has_compiled_is_kept_whatever_the_shell_has_set(clone: Clone) -> None:
    shutil.rmtree(clone.root / "launcher" / "__pycache__", ignore_errors=True)
    clone.run("sandbox", "status", PYTHONDONTWRITEBYTECODE="1")
    assert list(clone.root.glob("launcher/__pycache__/paths.*.pyc"))


def test_a_reader_of_both_outputs_that_leaves_early_ends_nothing(clone: Clone) -> None:
    command = f'"{clone.root}/run" sandbox start --entra-port 0 --greenlake-port 0 --page-port 0'
    said = run(["bash", "-c", f"{command} 2>&1 | true; exit ${{PIPESTATUS[0]}}"], os.environ)
    assert said.code == 0
    assert clone.run("sandbox", "status").code == 0


def test_a_file_instead_of_the_state_folder_is_one_line(clone: Clone) -> None:
    clone.state.touch()
    said = clone.run("sandbox", "start")
    assert (said.code, said.err.count("\n")) == (73, 1)
    assert said.last.startswith(f"run: {clone.state} cannot be used (File exists)")
