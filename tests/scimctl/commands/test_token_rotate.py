"""A rotation now goes through the program itself, and what it came to is told by what state holds."""

import os
import pty
import subprocess
import sys

import pytest
import yaml

from scimctl.commands.token_rotate import why_not
from tests.e2e.conftest import Make
from tests.e2e.workspace import Said, Workspace


@pytest.mark.parametrize(
    ("code", "after", "leaked", "words"),
    [
        (0, "new", False, ""),
        (255, "new", False, "`pulumi up` again, which goes on from there; the old token works until then"),
        (255, "new", True, "pushes fail until then"),
        (
            255,
            "old",
            False,
            "the next `pulumi up` rotates, because the stack file asks for it now; to take that back: x",
        ),
        (255, "old", True, "run `scimctl token rotate --leaked` again, since the next `pulumi up` alone"),
        (0, "old", False, "the overlap of the last rotation was still open"),
    ],
)
def test_it_is_a_rotation_only_where_the_token_is_another_and_up_ended_well(
    code: int, after: str, leaked: bool, words: str
) -> None:
    said = why_not(code, "old", after, leaked=leaked, undo="x")

    assert (words in said) if words else said == ""


def run(workspace: Workspace, *arguments: str) -> Said:
    """Run it where nobody can answer."""
    command = [sys.executable, "-m", "scimctl", "token", "rotate", "--stack", workspace.stack, *arguments]
    done = subprocess.run(
        command,
        cwd=workspace.root,
        env=workspace.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def answering_no(workspace: Workspace) -> tuple[int, str]:
    """Run it on a terminal, and decline."""
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "scimctl", "token", "rotate", "--stack", workspace.stack]
    environ = {**workspace.environ, "TERM": "xterm"}
    with subprocess.Popen(
        command, cwd=workspace.root, env=environ, stdin=terminal, stdout=terminal, stderr=terminal
    ) as running:
        os.close(terminal)
        shown = b""
        while running.poll() is None or shown == b"":
            try:
                shown += os.read(master, 65536)
            except OSError:  # the other side is closed
                break
            if shown.endswith(b"details\r\n") or b"details" in shown[-200:]:
                os.write(master, b"no\r")
        code = running.wait()
    os.close(master)
    return code, shown.decode(errors="replace")


def section(workspace: Workspace) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(workspace.stack_file.read_text())["config"]["greenlake-scim:token"]
    return found


@pytest.mark.engine
def test_where_nothing_is_deployed_there_is_nothing_to_rotate_and_nothing_is_changed(make: Make) -> None:
    fresh = make()
    before = fresh.stack_file.read_text()
    said = run(fresh, "--yes")

    assert (said.code, said.out) == (1, "")
    assert said.err.endswith("is not deployed, or not to its end: run `pulumi up` first\n")
    assert fresh.stack_file.read_text() == before
    assert fresh.resources() == []


@pytest.mark.engine
def test_nobody_to_ask_and_no_consent_changes_nothing(up: Workspace) -> None:
    before = up.stack_file.read_text()
    said = run(up)

    assert (said.code, said.out) == (1, "")
    assert said.err == ("scimctl: nothing was done: standard input is no terminal, so nobody can answer: add --yes\n")
    assert up.stack_file.read_text() == before


@pytest.mark.engine
def test_without_a_bearer_the_stack_file_stays_as_it_is(up: Workspace) -> None:
    before = up.stack_file.read_text()
    said = up.scimctl("token", "rotate", "--yes", HPEGL_USER_ID="", HPEGL_USER_SECRET="", HPEGL_IAM_SERVICE_URL="")

    assert said.code == 1
    assert "scimctl: no bearer for HPE GreenLake" in said.err
    assert up.stack_file.read_text() == before


@pytest.mark.engine
def test_declining_puts_the_stack_file_back(up: Workspace) -> None:
    before, fingerprint = section(up), up.outputs()["token_fingerprint"]

    code, shown = answering_no(up)

    assert code == 1
    assert "not rotated: `pulumi up` did not begin" in shown
    empty: dict[str, str] = {}
    assert section(up).get("rotateWhenChanged", empty) == before.get("rotateWhenChanged", empty)
    assert up.outputs()["token_fingerprint"] == fingerprint


@pytest.mark.engine
def test_it_rotates_with_overlap_and_says_what_to_commit(up: Workspace) -> None:
    outputs = up.outputs()
    before, generation = outputs["token_fingerprint"], outputs["token_generation"]
    since = up.world.requests()[-1]["seq"]
    said = run(up, "--yes")

    after = up.outputs()["token_fingerprint"]
    assert (said.code, after != before) == (0, True), said.err
    assert said.out.splitlines() == [
        f"rotated: {before} -> {after}, generation {generation + 1}",
        "commit stacks/Pulumi.test.yaml: a run from a file without token.rotateWhenChanged.scimctl rotates again",
    ]
    assert "Updating (test)" in said.err, "what the engine prints is no result"
    assert [one for one in up.world.requests(since) if "remove-current=true" in one["query"]] == []
    assert up.preview().code == 0


@pytest.mark.engine
def test_a_run_that_fails_says_what_state_things_are_in(up: Workspace) -> None:
    before = up.outputs()["token_fingerprint"]
    up.world.set(scim_proxy_role=False)
    said = run(up, "--yes", "--leaked")
    up.world.set(scim_proxy_role=True)

    assert (said.code, said.out) == (1, "")
    assert f"not rotated: state holds the same token, {before}" in said.err
    assert "removeCurrent" not in section(up)
    undo = said.err.rpartition("to take that back: `pulumi ")[2].partition("`")[0].split()
    assert up.pulumi(*[one for one in undo if one not in ("--stack", "test")]).code == 0
    assert up.preview().code == 0, "what it said took it back"


@pytest.mark.engine
def test_a_leaked_token_ends_at_once_and_the_file_says_afterwards_what_it_said(up: Workspace) -> None:
    old = up.token()
    said = run(up, "--yes", "--leaked", "--json")

    assert said.code == 0, said.err
    assert said.data["fingerprint"] == up.outputs()["token_fingerprint"] != said.data["before"]
    assert [one["query"] for one in up.world.requests() if "remove-current=true" in one["query"]]
    assert len([one for one in up.world.control("GET")["tokens"] if one["live"]]) == 1
    assert "removeCurrent" not in section(up)
    assert old not in said.out + said.err
    assert up.token() not in said.out + said.err


@pytest.mark.engine
def test_an_open_overlap_is_finished_first_and_no_rotation_is_claimed(deployed: Workspace) -> None:
    deployed.world.set(old_token_ends="delay", old_token_delay_s=3600)
    assert run(deployed, "--yes").code == 0
    before = deployed.outputs()["token_fingerprint"]

    said = run(deployed, "--yes")

    assert (said.code, said.out) == (1, "")
    assert f"scimctl: not rotated: state holds the same token, {before}" in said.err
    assert "one overlap at a time" in said.err
    assert deployed.outputs()["token_fingerprint"] == before
