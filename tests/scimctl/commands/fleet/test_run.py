"""A command runs in the environment of one stack, as if somebody had set that up by hand, and nothing of it leaks."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[4]
CANARY = "8Q~canary-of-a-secret-0123456789"
Run = Callable[..., "subprocess.CompletedProcess[str]"]
SHOW = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv])); sys.exit(5)"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: greenlake-scim\nruntime: python\n")
    config = {
        "azuread:tenantId": "11111111-1111-4111-8111-111111111111",
        "greenlake-scim:token": {"every": "60d"},
        "greenlake-scim:access": {"groups": ["Admins"]},
    }
    (tmp_path / "stacks" / "Pulumi.contoso.yaml").write_text(yaml.safe_dump({"config": config}))
    (tmp_path / "vault").write_text(f"{CANARY}\n")
    fleet = {"stacks": {"contoso": {"secrets": {"HPEGL_USER_SECRET": f"cat {tmp_path}/vault"}}}}
    (tmp_path / "fleet.yaml").write_text(yaml.safe_dump(fleet))
    return tmp_path


@pytest.fixture
def run(project: Path, forked_python: Path) -> Run:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [forked_python, "-m", "scimctl", "fleet", "run", *arguments],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(PROJECT), "ARM_TENANT_ID": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_command_sees_the_stack_its_tenant_and_its_secret_and_its_exit_code_is_the_result(run: Run) -> None:
    done = run("contoso", "--", sys.executable, "-c", SHOW, "--json", "-x")
    assert done.returncode == 5
    environ, arguments = json.loads(done.stdout)
    assert environ["PULUMI_STACK"] == "contoso"
    assert environ["ARM_TENANT_ID"] == "11111111-1111-4111-8111-111111111111"
    assert environ["HPEGL_USER_SECRET"] == CANARY
    assert arguments == ["-c", "--json", "-x"]


def test_a_stack_file_without_its_tenant_is_one_line_with_what_to_write_there(project: Path, run: Run) -> None:
    file = project / "stacks" / "Pulumi.contoso.yaml"
    file.write_text(re.sub(r"'?11111111-.*", "00000000-0000-0000-0000-000000000000", file.read_text()))
    done = run("contoso", "--", "true")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "write `azuread:tenantId: ID` under `config:`" in done.stderr


def test_a_command_that_reads_gets_no_secret_that_only_a_change_needs(project: Path, run: Run) -> None:
    (project / "vault").unlink()
    done = run("--read", "contoso", "--", sys.executable, "-c", SHOW)
    assert done.returncode == 5, done.stderr
    assert "HPEGL_USER_SECRET" not in json.loads(done.stdout)[0]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["acme", "--", "true"], "scimctl: fleet.yaml has no stack acme: it has contoso\n"),
        (["contoso"], "scimctl: no command: write `scimctl fleet run contoso -- pulumi up`\n"),
        (
            ["contoso", "--read", "--", "true"],
            "scimctl: --read stands behind the name: write `scimctl fleet run --read contoso -- COMMAND`\n",
        ),
        (["contoso", "--", "no-such-program"], "scimctl: no-such-program is not on PATH\n"),
    ],
)
def test_what_cannot_be_run_is_one_line_without_the_secret(run: Run, arguments: list[str], line: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", line)
    assert CANARY not in done.stderr
