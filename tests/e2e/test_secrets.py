"""No token, bearer, client secret or passphrase ever appears in clear, wherever somebody might look."""

import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.e2e.conftest import Make
from tests.e2e.workspace import PASSPHRASE, PROJECT, Run, Workspace, configuration

pytestmark = pytest.mark.engine


@contextmanager
def process_arguments() -> Generator[set[str]]:
    """Collect the arguments of every process on the machine while something runs."""
    seen: set[str] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):  # a process that has just ended
                    seen.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def canaries(workspace: Workspace, tokens: set[str]) -> dict[str, str]:
    """Name everything that must not be found, with its value."""
    about = workspace.world.about
    secrets = {
        "client secret": about["client_secret"],
        "API client secret": about["iam_client_secret"],
        "passphrase": PASSPHRASE,
    }
    return secrets | {f"token {number}": token for number, token in enumerate(sorted(tokens))}


def assert_clean(where: str, text: str, secrets: dict[str, str]) -> None:
    found = [name for name, value in secrets.items() if value in text]
    assert found == [], f"{where} holds {found}"


def test_no_artefact_of_a_life_with_failures_holds_a_secret_in_clear(make: Make) -> None:
    workspace = make()
    runs: list[tuple[str, Run]] = []
    tokens: set[str] = set()

    def keep(name: str, run: Run) -> None:
        runs.append((name, run))

    with process_arguments() as arguments:
        keep("up", workspace.up("--diff"))
        tokens.add(workspace.token())
        workspace.configure(configuration(workspace.world, token={"every": "60d", "rotateWhenChanged": {"n": "1"}}))
        keep("preview --json", workspace.pulumi("preview", "--json"))
        keep("preview --diff", workspace.pulumi("preview", "--diff"))
        fault = {"service": "graph", "method": "PUT", "path": "/synchronization/secrets", "times": 1, "status": 400}
        workspace.world.control("PUT", "/faults", [fault])
        keep("a failed up", workspace.up("--diff"))
        keep("up --refresh --json", workspace.pulumi("up", "--yes", "--skip-preview", "--refresh", "--json"))
        tokens.add(workspace.token())
        keep("preview --refresh --diff", workspace.pulumi("preview", "--refresh", "--diff"))
        keep("stack output", workspace.pulumi("stack", "output", "--json", "--stack", workspace.stack))
        keep("stack export", workspace.pulumi("stack", "export", "--stack", workspace.stack))
        keep("stack history", workspace.pulumi("stack", "history", "--json", "--stack", workspace.stack))
        keep("destroy", workspace.destroy("--diff"))
    assert len(tokens) == 2
    secrets = canaries(workspace, tokens)
    for name, run in runs:
        assert_clean(name, run.text, secrets)
    for path in (path for path in workspace.root.rglob("*") if path.is_file() and not path.is_symlink()):
        assert_clean(str(path), path.read_bytes().decode(errors="replace"), secrets)
    for line in arguments:
        assert_clean("process arguments", line, secrets)
    for each in workspace.world.sandbox.state.glob("sandbox*"):
        if each.suffix in (".json", ".log"):
            assert_clean(str(each), each.read_text(), secrets)
    assert_clean("the request log", str(workspace.world.requests()), secrets)


def test_the_repository_holds_no_secret(up: Workspace) -> None:
    secrets = canaries(up, {up.token()})
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        if name != "tests/e2e/workspace.py":  # where the passphrase of these tests is made up
            assert_clean(name, (PROJECT / name).read_bytes().decode(errors="replace"), secrets)
