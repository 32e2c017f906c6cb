"""What goes wrong with one stack is reported, and leaves the others alone."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from providers import environment
from providers.errors import StoppedError
from providers.resource_types import STATUS
from scimctl.engine import engine, exporting
from scimctl.fleet.every import of_each
from scimctl.fleet.fleet_file import Member, fleet_of
from scimctl.stack.stack import read_declared
from scimctl.terminal.report import FINE, TROUBLE, Report
from stacks.config import StackConfig

PROJECT = Path(__file__).parents[3]
FLEET = "stacks: {a: {environment: {ARM_CLIENT_ID: of-a}}, b: {environment: {ARM_CLIENT_ID: of-b}}, c: {}}"
DRIFT = "run `scimctl fleet run a -- scimctl drift --stack a`"
CONFIG = """\
config:
  azuread:tenantId: 1111111{number}-1111-4111-8111-111111111111
  greenlake-scim:access: {{groups: [Admins]}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the stacks a and b, whose file of c is missing; token.every is in Pulumi.yaml."""
    (tmp_path / "stacks").mkdir()
    shared = {"config": {"greenlake-scim:token": {"value": {"every": "60d"}}}}
    (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "greenlake-scim", "runtime": "python", **shared}))
    for number, name in enumerate("ab"):
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text(CONFIG.format(number=number))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fine(_member: Member, _config: StackConfig) -> Report:
    return Report(["fine"], {})


def told(look: Callable[[Member, StackConfig], Report]) -> Mapping[str, tuple[int, str]]:
    fleet = fleet_of(yaml.safe_load(FLEET))
    outcomes = of_each(fleet, fleet.members, look, 3, lambda _done, _of: None)
    assert [each.member.name for each in outcomes] == ["a", "b", "c"]
    return {each.member.name: (each.code, "; ".join(each.lines)) for each in outcomes}


@pytest.mark.usefixtures("project")
def test_each_stack_is_looked_at_in_its_own_environment_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=60)

    def look(_member: Member, config: StackConfig) -> Report:
        both.wait()
        seen = environment.current()
        return Report([f"{seen['ARM_CLIENT_ID']} in {seen['ARM_TENANT_ID'][:8]} every {config.token.every}"], {})

    found = told(look)

    assert found["a"] == (FINE, "of-a in 11111110 every 60d")
    assert found["b"] == (FINE, "of-b in 11111111 every 60d")
    assert found["c"] == (TROUBLE, "stacks/Pulumi.c.yaml does not exist: `scimctl fleet add c` makes it")
    assert "ARM_CLIENT_ID" not in environment.current() or environment.current() is os.environ


@pytest.mark.usefixtures("project")
def test_a_stack_that_cannot_be_read_shows_why_and_the_others_are_reported() -> None:
    def look(member: Member, config: StackConfig) -> Report:
        if member.name == "a":
            raise StoppedError("Graph does not answer")
        return fine(member, config)

    found = told(look)

    assert found["a"] == (TROUBLE, "Graph does not answer")
    assert found["b"] == (FINE, "fine")


def test_a_section_of_the_stack_file_replaces_that_of_pulumi_yaml_as_a_whole(project: Path) -> None:
    file = project / "stacks" / "Pulumi.a.yaml"
    file.write_text(file.read_text() + "  greenlake-scim:token: {renewBefore: 5d}\n")

    found = told(fine)

    assert found["a"][0] == TROUBLE
    assert "token.every: is not set" in found["a"][1]
    assert found["b"] == (FINE, "fine")


def test_a_stack_whose_state_is_of_another_tenant_is_not_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"type": STATUS, "urn": "u", "outputs": {"tenant_id": "99999999-1111-4111-8111-111111111111"}}

    def exported(*_: object, **__: object) -> str:
        return json.dumps({"deployment": {"resources": [state]}})

    monkeypatch.setattr(engine, "ask", exported)

    found = told(lambda member, config: Report([read_declared(member.name, config, in_clear=False).name], {}))

    assert (project / "stacks" / "Pulumi.a.yaml").exists()
    assert found["a"][0] == TROUBLE
    assert "was deployed to the Entra tenant 99999999" in found["a"][1]


@pytest.mark.parametrize(
    ("error", "told_as"),
    [
        (KeyError("canary-of-a-secret"), f"the look ended with KeyError, which is a defect: {DRIFT}"),
        (RecursionError(), f"the look ended with RecursionError, which is a defect: {DRIFT}"),
        (
            StoppedError("`pulumi x` failed: run `pulumi up`"),
            "`pulumi x` failed: run `scimctl fleet run a -- pulumi up`",
        ),
        (PermissionError(13, "Permission denied", "stacks/Pulumi.a.yaml"), "stacks/Pulumi.a.yaml: Permission denied"),
        (TimeoutError(), "TimeoutError"),
        (StoppedError(""), f"nobody knows why: {DRIFT}"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_look_that_ends_in_an_error_that_nobody_foresaw_leaves_the_others_alone_and_shows_no_value(
    error: Exception, told_as: str
) -> None:
    def look(member: Member, config: StackConfig) -> Report:
        if member.name == "a":
            raise error
        return fine(member, config)

    found = told(look)

    assert found["a"] == (TROUBLE, told_as)
    assert found["b"] == (FINE, "fine")


@pytest.mark.parametrize(
    ("shared", "line"),
    [
        ("config: [", "Pulumi.yaml is no YAML: correct it first"),
        ("a: 2026-13-45", "Pulumi.yaml is no YAML: correct it first"),
        ("config: {greenlake-scim:token: {value: {every: 5m}}}", "Pulumi.yaml: token: every (5m) must be at least 15m"),
        ("config: {greenlake-scim:token: {value: {evry: 60d}}}", "Pulumi.yaml: token.evry: is not a key here"),
        ("config: {greenlake-scim:access: {value: 5}}", "stacks/Pulumi.a.yaml: token.every: is not set"),
    ],
)
def test_what_is_wrong_in_pulumi_yaml_is_named_there(shared: str, line: str, project: Path) -> None:
    (project / "Pulumi.yaml").write_text(shared)
    code, told_as = told(fine)["a"]
    assert code == TROUBLE
    assert line in told_as


@pytest.mark.parametrize("content", [b"\xff", b"config: {", b"- a", b"config: 1\n", b"a: 2026-13-45"])
def test_a_stack_file_that_cannot_be_read_concerns_its_stack_alone(content: bytes, project: Path) -> None:
    (project / "stacks" / "Pulumi.a.yaml").write_bytes(content)
    found = told(fine)
    assert (found["a"][0], "stacks/Pulumi.a.yaml" in found["a"][1]) == (TROUBLE, True)
    assert found["b"] == (FINE, "fine")


SLOW = """#!/bin/sh
echo begun >> "$BEGUN"
exec sleep 600
"""


def test_an_interrupt_ends_at_once_also_if_a_tenant_does_not_answer(project: Path) -> None:
    (project / "fleet.yaml").write_text("stacks: {a: {}, b: {}}\n")
    (project / "pulumi").write_text(SLOW)
    (project / "pulumi").chmod(0o755)
    environ = {
        "PATH": os.pathsep.join([str(project), os.environ["PATH"]]),
        "PYTHONPATH": str(PROJECT),
        "BEGUN": str(project / "begun"),
    }
    command = [sys.executable, "-m", "scimctl", "fleet", "drift", "--parallel", "2"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as looking:
        while not (project / "begun").exists() and looking.poll() is None:
            time.sleep(0.05)
        began = time.monotonic()
        os.kill(looking.pid, signal.SIGINT)  # as a CI system does; a terminal interrupts the engines as well
        try:
            code, seconds = looking.wait(timeout=120), time.monotonic() - began
        finally:
            os.killpg(looking.pid, signal.SIGKILL)
        _, err = looking.communicate()
    assert (code, "Traceback" in err) == (130, False)
    assert seconds < 60


ENGINE = """#!/bin/sh
case "$*" in *"--stack a"*) exec sleep 600 ;; esac
echo '{"deployment": {"resources": []}}'
"""


def exported_by(project: Path, names: list[str], parallel: int) -> Mapping[str, str]:
    for name in names:
        (project / "stacks" / f"Pulumi.{name}.yaml").write_text(CONFIG.format(number=1))
    fleet = fleet_of({"stacks": dict.fromkeys(names)})

    def look(member: Member, config: StackConfig) -> Report:
        return Report([read_declared(member.name, config, in_clear=True).name], {})

    outcomes = of_each(fleet, fleet.members, look, parallel, lambda _done, _of: None)
    return {each.member.name: each.lines[0] for each in outcomes}


def test_a_backend_that_does_not_answer_is_reported_in_time_and_the_others_are_read(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_TURN_SECONDS", 0.5)
    monkeypatch.setattr(exporting, "_SECONDS", 8.0)
    (project / "pulumi").write_text(ENGINE)
    (project / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(project), os.environ["PATH"]]))
    others = [f"b{number}" for number in range(8)]

    found = exported_by(project, ["a1", "a2", *others], 10)

    late = "`pulumi stack export` did not end within 8 s: check that the backend answers"
    assert found == {"a1": late, "a2": late, **{name: name for name in others}}


def test_no_more_than_two_engines_run_at_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    running: list[str] = []

    def ask(_arguments: list[str], name: str, **_: object) -> str:
        running.append(name)
        at_once.append(len(running))
        time.sleep(0.05)
        running.remove(name)
        return '{"deployment": {"resources": []}}'

    monkeypatch.setattr(engine, "ask", ask)
    exported_by(project, [f"b{number}" for number in range(12)], 8)
    assert max(at_once) == 2
