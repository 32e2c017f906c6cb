"""A rotation now goes through the program itself, and its outcome is what state holds."""

import os
import pty
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress

import pytest

from scimctl.commands.token.token_rotate import why_not
from tests.e2e.conftest import Make
from tests.e2e.workspace import Said, Workspace
from tests.sandbox.provisioning.application import wait_until


@pytest.mark.parametrize(
    ("code", "after", "leaked", "words"),
    [
        (0, "new", False, ""),
        (255, "new", False, "`pulumi up` again, which goes on from there; the old token works until then"),
        (255, "new", True, "pushes fail until then"),
        (255, "old", False, "the reason is above; run `scimctl token rotate` again"),
        (255, "old", True, "the reason is above; run `scimctl token rotate --leaked` again"),
        (0, "old", False, "the overlap of the last rotation was still open"),
    ],
)
def test_it_is_a_rotation_only_if_the_token_is_another_and_up_ended_well(
    code: int, after: str, leaked: bool, words: str
) -> None:
    said = why_not(code, "old", after, leaked=leaked)

    assert (words in said) if words else said == ""


def run(workspace: Workspace, *arguments: str) -> Said:
    """Run it if nobody can answer."""
    return workspace.scimctl("token", "rotate", *arguments)


@contextmanager
def on_a_terminal(workspace: Workspace, *arguments: str) -> Generator[tuple["subprocess.Popen[bytes]", int]]:
    """Run it on its own terminal, which is closed at the end; yields the process and the other side."""
    other_side, terminal = pty.openpty()
    take_it = (
        "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    )
    command = [sys.executable, "-c", take_it, sys.executable, "-m", "scimctl", "token", "rotate"]
    with subprocess.Popen(
        [*command, "--stack", workspace.stack, *arguments],
        cwd=workspace.root,
        env={**workspace.environ, "TERM": "xterm"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as running:
        os.close(terminal)
        try:
            yield running, other_side
        finally:
            with suppress(OSError):  # closed already
                os.close(other_side)


def read_until(other_side: int, words: bytes) -> str:
    """Read what is shown until it holds some words, or until it ends."""
    shown = b""
    while words not in shown:
        try:
            shown += os.read(other_side, 65536)
        except OSError:  # the process has ended
            break
    return shown.decode(errors="replace")


@pytest.mark.engine
def test_if_nothing_is_deployed_there_is_nothing_to_rotate_and_nothing_is_changed(make: Make) -> None:
    fresh = make()
    before = fresh.stack_file.read_text()
    address = fresh.world.about["greenlake"].removeprefix("https://")
    said = run(fresh, "--yes")

    assert (said.code, said.out) == (1, "")
    assert said.header == (
        f"stack test, tenant {fresh.world.tenant_id}, application HPE GreenLake SCIM, workspace {address}"
    )
    assert said.err == "scimctl: nothing of the stack test is deployed: run `pulumi up`\n"
    assert fresh.stack_file.read_text() == before
    assert fresh.resources() == []


@pytest.mark.engine
def test_nobody_to_ask_and_no_consent_changes_nothing(up: Workspace) -> None:
    before = up.stack_file.read_text()
    said = run(up)

    assert (said.code, said.out) == (1, "")
    assert (
        said.err == "scimctl: nothing was changed: standard input is not a terminal, so nobody can answer: add --yes\n"
    )
    assert up.stack_file.read_text() == before


@pytest.mark.engine
def test_a_dry_run_previews_the_rotation_and_changes_nothing(up: Workspace) -> None:
    fingerprint, generation = up.outputs()["token_fingerprint"], up.outputs()["token_generation"]
    said = run(up, "--dry-run")

    assert said.code == 0, said.err
    assert f"would: rotate the token {fingerprint}, generation {generation}; save the new one in Entra" in said.out
    assert "would: end the old token when Entra uses the new one: no push fails" in said.out
    assert "SCIM proxy token: to be rotated" in said.err
    assert up.outputs()["token_fingerprint"] == fingerprint


@pytest.mark.engine
def test_without_a_bearer_the_stack_file_stays_as_it_is(up: Workspace) -> None:
    before = up.stack_file.read_text()
    said = up.scimctl("token", "rotate", "--yes", HPEGL_USER_ID="", HPEGL_USER_SECRET="", HPEGL_IAM_SERVICE_URL="")

    assert said.code == 1
    assert "scimctl: no bearer for HPE GreenLake" in said.err
    assert up.stack_file.read_text() == before


@pytest.mark.engine
@pytest.mark.parametrize("way", ["decline", "close the terminal", "kill"])
def test_a_run_that_ends_at_its_question_leaves_the_stack_file_and_the_token(up: Workspace, way: str) -> None:
    before, fingerprint = up.stack_file.read_bytes(), up.outputs()["token_fingerprint"]

    with on_a_terminal(up, "--leaked") as (running, other_side):
        read_until(other_side, b"details")
        if way == "decline":
            os.write(other_side, b"no\r")
            assert f"not rotated: state holds the same token, {fingerprint}" in read_until(
                other_side, b"--leaked` again"
            )
        elif way == "kill":
            running.kill()
        else:
            os.close(other_side)
        assert running.wait(60) != 0

    assert up.stack_file.read_bytes() == before
    assert up.outputs()["token_fingerprint"] == fingerprint
    wait_until(
        lambda: list(up.root.glob("backend/.pulumi/locks/**/*.json")) == []
    )  # the engine is left alone by a kill


@pytest.mark.engine
def test_a_terminal_that_closes_while_it_rotates_does_not_stop_the_run(deployed: Workspace) -> None:
    before, generation = deployed.stack_file.read_bytes(), deployed.outputs()["token_generation"]

    with on_a_terminal(deployed, "--leaked", "--yes") as (running, other_side):
        read_until(other_side, b"Updating (test)")
        os.close(other_side)
        running.wait(60)

    assert deployed.stack_file.read_bytes() == before
    assert deployed.outputs()["token_generation"] == generation + 1
    assert len([one for one in deployed.world.control("GET")["tokens"] if one["live"]]) == 1
    assert deployed.preview("--refresh").code == 0


@pytest.mark.engine
def test_it_rotates_with_overlap_and_neither_the_stack_file_nor_a_later_run_has_to_follow(up: Workspace) -> None:
    outputs, file = up.outputs(), up.stack_file.read_bytes()
    before, generation = outputs["token_fingerprint"], outputs["token_generation"]
    since = up.world.last_request()
    said = run(up, "--yes")

    after = up.outputs()["token_fingerprint"]
    assert (said.code, after != before) == (0, True), said.err
    assert said.out == f"rotated: {before} -> {after}, generation {generation + 1}\n"
    assert "Updating (test)" in said.err, "what the engine prints is not a result"
    assert [one for one in up.world.requests(since) if "remove-current=true" in one["query"]] == []
    assert up.stack_file.read_bytes() == file
    assert up.preview().code == 0


@pytest.mark.engine
def test_a_run_that_fails_shows_what_state_things_are_in_and_is_not_made_up_for_later(up: Workspace) -> None:
    before, file = up.outputs()["token_fingerprint"], up.stack_file.read_bytes()
    up.world.set(scim_proxy_role=False)
    said = run(up, "--yes", "--leaked")
    up.world.set(scim_proxy_role=True)

    assert (said.code, said.out) == (1, "")
    assert f"not rotated: state holds the same token, {before}" in said.err
    assert up.stack_file.read_bytes() == file
    assert up.preview().code == 0


@pytest.mark.engine
def test_a_leaked_token_ends_at_once(up: Workspace) -> None:
    old, file = up.token(), up.stack_file.read_bytes()
    said = run(up, "--yes", "--leaked", "--json")

    assert said.code == 0, said.err
    assert said.data["fingerprint"] == up.outputs()["token_fingerprint"] != said.data["before"]
    assert [one["query"] for one in up.world.requests() if "remove-current=true" in one["query"]]
    assert len([one for one in up.world.control("GET")["tokens"] if one["live"]]) == 1
    assert up.stack_file.read_bytes() == file
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
