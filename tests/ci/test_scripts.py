"""The shell scripts that Azure Pipelines and GitLab share: each stack has its turn, and the deployed commit rotates."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ci.pipelines import azure, checkout, path, run
from tests.e2e.workspace import PROJECT

Done = subprocess.CompletedProcess[str]
SHOW = 'test "$1" != prod || exit 1; echo "$1 in ${ARM_TENANT_ID%%-*}"; test "$1" != dev || exit 7'


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


def committed(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a checkout"
    folder.mkdir()
    checkout(folder)
    (folder / "stacks").unlink()
    shutil.copytree(PROJECT / "stacks", folder / "stacks")
    for file in (folder / "stacks").glob("Pulumi.*.yaml"):
        file.write_text(file.read_text().replace("00000000-0000-0000", "10000000-0000-4000"))
    git(folder, "init", "--quiet")
    (folder / ".git" / "info" / "exclude").write_text("__pycache__\n")
    return folder


def script(project: Path, command: str, **environ: str) -> Done:
    temporary = project.parent / "a temporary folder"
    temporary.mkdir(exist_ok=True)
    return run(command, project, {"PATH": path(project.parent / "bin"), "TMPDIR": str(temporary), **environ})


def test_each_stack_has_its_turn_whatever_becomes_of_the_others(project: Path) -> None:
    done = script(project, f"sh ci/each_stack.sh txt sh -c '{SHOW}' sh")
    found = {each.name: each.read_text() for each in (project / "found").iterdir()}
    assert (done.returncode, done.stdout) == (1, "")
    assert found == {
        "dev.txt": "dev in 10000000\n",
        "staging.txt": "staging in 10000000\n",
        "prod.txt": "Stack prod cannot be read: see the log of the job.\n",
    }


def test_a_change_that_concerns_no_stack_is_shown_as_that(project: Path) -> None:
    before = committed(project)
    (project / "docs").mkdir()
    (project / "docs" / "page.md").touch()
    committed(project)
    done = script(project, "sh ci/each_stack.sh md false", SINCE=before)
    assert done.returncode == 0, done.stdout
    assert [each.read_text() for each in (project / "found").iterdir()] == ["No stack is concerned.\n"]


def test_a_command_sees_the_backend_that_the_job_is_signed_in_to(project: Path) -> None:
    azure = {"PULUMI_BACKEND_URL": "azblob://state", "ARM_TENANT_ID": "t", "ARM_CLIENT_ID": "c"}
    done = script(project, 'exec sh ci/signed_in.sh sh -c \'cat "$AZURE_FEDERATED_TOKEN_FILE"; exit 5\'', **azure,
                  ARM_OIDC_TOKEN="canary")  # fmt: skip
    assert (done.returncode, done.stdout) == (5, "canary")


def test_a_script_of_azure_pipelines_is_signed_in_as_its_service_connection(project: Path, issuer: str) -> None:
    template, given = azure("rotation", "Rotate if due")
    agent = {
        **dict.fromkeys(given, "system"),
        "SYSTEM_OIDCREQUESTURI": issuer.partition("?")[0],
        "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "connection",
        "AZURESUBSCRIPTION_CLIENT_ID": "client",
    }
    shown = 'sh ci/signed_in.sh sh -c \'echo "$ARM_USE_OIDC $AZURE_CLIENT_ID"; cat "$AZURE_FEDERATED_TOKEN_FILE"\''
    command = template.replace('exec sh ci/rotate_deployed.sh "$STACK"', shown)
    backend = {"PULUMI_BACKEND_URL": "azblob://state", "ARM_TENANT_ID": "t"}
    done = script(project, command, **{**agent, "TMPDIR": str(project), **backend})
    token = "canary Bearer system /token?api-version=7.1&audience=api%3A%2F%2FAzureADTokenExchange"
    assert (done.returncode, done.stdout) == (0, f"true client\n{token}&serviceConnectionId=connection")


def test_a_command_does_not_run_if_the_sign_in_fails(project: Path) -> None:
    done = script(project, "sh ci/signed_in.sh echo it ran", PULUMI_BACKEND_URL="azblob://state")
    assert (done.returncode, "it ran" in done.stdout) == (1, False)


SCIMCTL = """#!/bin/sh
if [ "$1 $2" = "fleet run" ]; then shift 4; exec "$@"; fi
echo "$1 $2 at $(git rev-parse HEAD)" >> log
case "$1" in
  token) if grep -q ^up log; then exit 0; fi; exit "$DUE" ;;
  drift) printf '%s' "$REPORT"; exit 7 ;;
esac
"""
PULUMI = """#!/bin/sh
case "$1 $2" in
  "stack output") printf '{"deployed_commit": "%s"}' "$DEPLOYED" ;;
  "stack history") echo '[{"kind": "update", "result": "succeeded"}]' ;;
  up*) echo "up at $(git rev-parse HEAD) records $DEPLOYED_COMMIT" >> log ;;
esac
"""


def rotation(project: Path, due: int, *pending: str) -> tuple[Done, list[str], str]:
    """Rotate with stand-ins for scimctl and the engine; return what they were asked, and the deployed commit."""
    deployed = committed(project)
    (project / "newer").touch()
    committed(project)
    made = project.parent / "a temporary folder" / "scim" / "bin" / "python"
    made.parent.mkdir(parents=True)
    for program, text in (
        (project.parent / "bin" / "scimctl", SCIMCTL),
        (project.parent / "bin" / "pulumi", PULUMI),
        (made, f'#!/bin/sh\n[ "$2 $3" = "pip install" ] || exec {made}0 "$@"\n'),
    ):
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    rows = [{"kind": "pending", "place": "Token", "what": each, "up": "change it"} for each in pending]
    report = json.dumps({"stack": "prod", "drift": False, "differences": rows})
    environ = {"DUE": str(due), "DEPLOYED": deployed, "REPORT": report, "ENGINE": "false"}
    done = script(project, "exec sh ci/rotate_deployed.sh prod", **environ)
    log = project / "log"
    return done, log.read_text().splitlines() if log.exists() else [], deployed


def test_a_token_that_is_due_is_rotated_by_the_deployed_commit(project: Path) -> None:
    done, asked, deployed = rotation(project, 7)
    at = f"at {deployed}"
    assert done.returncode == 0, done.stdout
    assert asked == [f"token status {at}", f"drift --json {at}", f"up {at} records {deployed}", f"token status {at}"]
    assert not (project / "newer").exists()


@pytest.mark.parametrize("code", [0, 1])
def test_a_token_that_is_not_due_or_not_known_is_left(code: int, project: Path) -> None:
    done, asked, deployed = rotation(project, code)
    assert (done.returncode, asked) == (code, [f"token status at {deployed}"])


def test_a_stack_that_is_not_as_the_deployed_commit_left_it_is_left(project: Path) -> None:
    done, asked, _ = rotation(project, 7, "every: 60d to 30d")
    assert (done.returncode, any(line.startswith("up") for line in asked)) == (1, False)
    assert "every: 60d to 30d" in done.stdout


def test_without_a_known_commit_nothing_is_checked_out_or_asked(project: Path) -> None:
    committed(project)
    (project.parent / "bin").mkdir()
    nothing_known = '#!/bin/sh\ncase "$2" in history) echo [] ;; *) echo {} ;; esac\n'
    for name, text in (("scimctl", SCIMCTL), ("pulumi", nothing_known)):
        program = project.parent / "bin" / name
        program.write_text(text)
        program.chmod(0o755)
    done = script(project, "exec sh ci/rotate_deployed.sh prod", DUE="7")
    assert (done.returncode, (project / "log").exists()) == (1, False)
    assert "nothing is rotated without approval" in done.stdout
