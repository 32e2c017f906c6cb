"""`./run down`: nothing to do is nothing done."""

from tests.launcher.clone import Clone
from tests.launcher.conftest import ANY_PORTS


def test_down_with_an_empty_stack_stops_the_sandbox_and_is_fine_twice(clone: Clone) -> None:
    assert clone.run("sandbox", "start", *ANY_PORTS).code == 0
    assert clone.run("pulumi", "stack", "ls").code == 0
    assert clone.run("down", "--typo").code == 64
    assert clone.run("down").err == "the sandbox is stopped\n"
    assert clone.run("down").err == "nothing is running\n"
