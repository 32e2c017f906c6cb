"""`./run down`: nothing to do is nothing done."""

from pathlib import Path

from tests.launcher.clone import Clone
from tests.launcher.conftest import ANY_PORTS


def test_down_if_nothing_ever_ran_makes_nothing(clone: Clone, tmp_path: Path) -> None:
    said = clone.run("down", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert (said.code, said.err) == (0, "nothing is running\n")
    assert not clone.state.exists()
    assert not (tmp_path / "cache").exists()


def test_down_with_an_empty_stack_stops_the_sandbox_and_is_fine_twice(clone: Clone) -> None:
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0
    assert clone.run("pulumi", "stack", "ls").code == 0
    assert clone.run("down").err == "the sandbox is stopped\n"
    assert clone.run("down").err == "nothing is running\n"
