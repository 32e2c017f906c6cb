"""What holds for every workflow: least permissions, pinned actions, secrets only if needed, no cancelled `up`."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scimctl.commands.fleet.matrix import FORMS
from tests.ci.workflows import FILES, FOLDER, Json, run, workflow
from tests.e2e.workspace import PROJECT

NAMES = [file.stem for file in FILES]
WRITERS = ("deploy", "recover", "rotation")
ACTION = PROJECT / ".github" / "actions" / "prepare" / "action.yml"
OURS = "uses: ./.github/actions/prepare"
LIST = "uses: ./.github/workflows/stacks.yml"
PIN = re.compile(r"uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment"
MAY_WRITE = {("preview", "comment"): "pull-requests", ("drift", "tell"): "issues"}


def jobs() -> Iterator[tuple[str, str, Json]]:
    for name in NAMES:
        for job, body in workflow(name)["jobs"].items():
            yield name, job, {"steps": [], **body}


def used() -> set[str]:
    """Return every line that names an action, of the workflows and of the project's action."""
    texts = [file.read_text() for file in (*FILES, ACTION)]
    return {line.strip(" -") for text in texts for line in text.splitlines() if "uses:" in line}


def test_every_action_is_githubs_own_and_pinned_by_a_whole_commit() -> None:
    assert {OURS, LIST} <= used()
    assert [line for line in used() - {OURS, LIST} if not PIN.fullmatch(line)] == []


def test_one_action_has_one_pin() -> None:
    assert len({line.partition("@")[0] for line in used()}) == len(used())


def test_what_a_job_needs_is_installed_in_one_way() -> None:
    installs = [name for name, _, body in jobs() if "pip install" in str(body) or "setup-python" in str(body)]
    assert installs == ["test"]


def test_a_workflow_grants_nothing_and_a_job_no_more_than_it_needs() -> None:
    assert [name for name in NAMES if workflow(name)["permissions"] != {}] == []
    for name, job, body in jobs():
        granted = {"contents": "read"}
        if body["steps"] and name not in ("test", "stacks"):
            granted |= {MAY_WRITE[name, job]: "write"} if (name, job) in MAY_WRITE else {"id-token": "write"}
        assert body["permissions"] == granted, f"{name}.{job}"


def test_nothing_ever_cancels_a_run_and_all_that_writes_to_a_stack_waits_for_each_other() -> None:
    for file in FILES:
        assert "cancel-in-progress: true" not in file.read_text()
    writers = [(name, body) for name, _, body in jobs() if name in WRITERS and body["steps"]]
    assert sorted(name for name, _ in writers) == sorted(["deploy", *WRITERS])
    for name, body in writers:
        group = body["concurrency"]
        assert group["cancel-in-progress"] == "false"
        assert re.sub(r"matrix|inputs", "*", group["group"]) == "stack-${{ *.stack }}"
        assert body.get("strategy", {"fail-fast": "false"})["fail-fast"] == "false", f"{name}: one failure cancels all"


def test_a_pull_request_runs_without_the_rights_of_the_main_branch_and_a_fork_not_at_all() -> None:
    triggers = {name: workflow(name)["on"] for name in NAMES}
    assert [name for name, on in triggers.items() if "pull_request_target" in on or "workflow_run" in on] == []
    assert [name for name, on in triggers.items() if "pull_request" in on] == ["preview", "test"]
    assert "secrets." not in (FOLDER / "test.yml").read_text()
    condition = workflow("preview")["jobs"]["preview"]["if"]
    assert condition == "github.event.pull_request.head.repo.full_name == github.repository"
    for name, _, body in jobs():
        if name != "preview" and "environment" in body:
            assert "github.ref == 'refs/heads/main'" in body["if"]


def test_the_tests_run_on_every_python_that_the_project_names() -> None:
    (job,) = workflow("test")["jobs"].values()
    (python,) = re.findall(r'python-version: "([\d.]+)"', ACTION.read_text())
    oldest = re.findall(r'requires-python = ">=([\d.]+)"', (PROJECT / "pyproject.toml").read_text())
    assert {*oldest, python} <= {*job["strategy"]["matrix"]["python"]}


def test_a_secret_is_in_the_environment_of_the_steps_that_need_it_and_nowhere_else() -> None:
    for name, job, body in jobs():
        steps = body.pop("steps")
        assert "secrets." not in str(body), f"{name}.{job}"
        for step in steps:
            assert "secrets." not in str({key: value for key, value in step.items() if key != "env"})
            if "HPEGL_USER_SECRET" in str(step):
                assert "pulumi up" in step["run"], "the bearer is fetched late, by the program itself"


def test_no_command_has_an_expression_in_it() -> None:
    runs = [step["run"] for _, _, body in jobs() for step in body["steps"] if "run" in step]
    assert runs
    assert [run for run in runs if "${{" in run] == []


def test_a_checkout_leaves_no_credentials_behind() -> None:
    found = [step["with"] for _, _, body in jobs() for step in body["steps"] if "checkout" in step.get("uses", "")]
    assert {each["persist-credentials"] for each in found} == {"false"}


def test_the_stacks_of_every_matrix_are_those_of_the_fleet_and_the_second_ring_waits_for_the_first() -> None:
    for name, _, body in jobs():
        if "strategy" in body and name != "test":
            (source,) = re.fullmatch(
                r"\$\{\{ fromJSON\(needs\.([\w-]+)\.outputs\.matrix\) \}\}", body["strategy"]["matrix"]
            ).groups()  # pyright: ignore[reportOptionalMemberAccess] - another form is to fail here
            assert source in body["needs"]
            assert workflow(name)["jobs"][source]["uses"] == LIST.removeprefix("uses: ")
    deploy = workflow("deploy")["jobs"]
    rings = [deploy[f"{ring}-stacks"]["with"]["ring"] for ring in ("canary", "rest")]
    assert (rings, deploy["rest"]["needs"]) == (["canary", "rest"], ["canary", "rest-stacks"])
    assert (deploy["rest"]["steps"], deploy["rest"]["env"]) == (deploy["canary"]["steps"], deploy["canary"]["env"])


def test_a_ring_without_a_stack_is_skipped_and_the_next_one_runs_unless_something_failed() -> None:
    form, _ = FORMS["github"]
    deploy = workflow("deploy")["jobs"]
    some = {ring: f"needs.{ring}-stacks.outputs.matrix != '{form([])}'" for ring in ("canary", "rest")}
    main = "github.ref == 'refs/heads/main'"
    assert deploy["canary"]["if"] == f"{main} && {some['canary']}"
    # A skipped job would skip the next one; a cancelled one counts neither as failed nor as a cancelled run.
    settled = "!failure() && !cancelled() && needs.canary.result != 'cancelled'"
    assert deploy["rest"]["if"] == f"${{{{ {settled} && {main} && {some['rest']} }}}}"


def test_a_job_that_is_run_again_replaces_what_it_uploaded() -> None:
    uploads = [step["with"] for _, _, body in jobs() for step in body["steps"] if "upload-" in step.get("uses", "")]
    assert [each.get("overwrite") for each in uploads] == ["true"] * 2


def test_a_run_that_is_cancelled_writes_nothing() -> None:
    for name, job in MAY_WRITE:
        (needs,) = [workflow(name)["jobs"][job]["needs"]]
        assert workflow(name)["jobs"][job]["if"] == f"${{{{ !cancelled() && needs.{needs}.result != 'skipped' }}}}"


def test_every_script_is_there() -> None:
    for name, _, body in jobs():
        for step in body["steps"]:
            for module in re.findall(r"python -m (ci\.[\w.]+)", step.get("run", "")):
                assert (PROJECT / f"{module.replace('.', '/')}.py").exists(), name
            for script in re.findall(r"sh (ci/[\w./]+)", step.get("run", "")):
                assert (PROJECT / script).exists(), name


def test_recovery_in_ci_does_what_the_page_describes() -> None:
    page = (PROJECT / "docs" / "recover.md").read_text()
    (shown,) = re.findall(r"^## In CI\n.*?^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    steps = workflow("recover")["jobs"]["recover"]["steps"]
    ran = [line for step in steps for line in step.get("run", "").splitlines()]
    wanted = shown.splitlines()
    plain = [line.replace("exec ", "").replace(" --non-interactive", "") for line in ran]
    assert [line for line in plain if not re.search(r" ci[./]", line)] == wanted


@pytest.mark.parametrize(
    ("recover", "code", "last"),
    [
        ("echo 'scimctl: a run is at work' >&2; exit 1", 1, "scimctl: a run is at work"),
        ("""echo '{"adoptOnce": false}'""", 0, "pulumi up with"),
        ("""echo '{"adoptOnce": true}'""", 0, "pulumi up with true"),
    ],
)
def test_a_recovery_that_fails_runs_nothing_more_and_one_that_found_a_token_adopts_it(
    tmp_path: Path, recover: str, code: int, last: str
) -> None:
    (script,) = [
        step["run"] for step in workflow("recover")["jobs"]["recover"]["steps"] if "scimctl recover" in str(step)
    ]
    for name, does in (("scimctl", recover), ("pulumi", 'echo "pulumi $1 with $GREENLAKE_ADOPT_ONCE"')):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        env={"PATH": os.pathsep.join([str(tmp_path), "/usr/bin", "/bin"]), "STACK": "prod"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.strip().splitlines()[-1].strip()) == (code, last)


def test_what_the_workflows_and_the_documentation_have_written_here_is_ignored_by_git() -> None:
    texts = [file.read_text() for file in (*FILES, *(PROJECT / "docs").glob("*.md"), PROJECT / "README.md")]
    written = {name for text in texts for name in re.findall(r"(?:--file|2?>) ([\w.-]+\.(?:json|txt))", text)}
    assert {"recovered.json", "drift.json"} <= written
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", *written], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert set(ignored.stdout.split()) == written


def test_a_rotation_checks_out_the_deployed_commit_before_it_looks_at_the_token() -> None:
    steps = workflow("rotation")["jobs"]["rotate"]["steps"]
    again = [at for at, step in enumerate(steps) if step.get("with", {}).get("ref")]
    assert [steps[at]["with"]["ref"] for at in again] == ["${{ steps.deployed.outputs.commit }}"]
    ours = [at for at, step in enumerate(steps) if re.search("scimctl|pulumi up|rotation_gate", step.get("run", ""))]
    assert again[0] < ours[0]
    recorded = {
        name: re.findall(r"DEPLOYED_COMMIT: (.*?)(?: #|$)", file.read_text(), re.MULTILINE)
        for name, file in zip(NAMES, FILES, strict=True)
    }
    assert {name: found for name, found in recorded.items() if found} == {
        "deploy": ["${{ github.sha }}"],
        "recover": ["${{ github.sha }}"],
        "rotation": ["${{ steps.deployed.outputs.commit }}"],
    }


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", FOLDER.parent], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The linter of PATH, or one built from its Go module in seconds, as actionlint/go.mod pins it."""
    found, go = shutil.which("actionlint"), shutil.which("go")
    if found:
        return Path(found)
    if not go:
        pytest.skip("neither actionlint nor Go to build it with")
    target = tmp_path_factory.mktemp("actionlint") / "actionlint"
    command = [go, "build", "-o", target, "github.com/rhysd/actionlint/cmd/actionlint"]
    done = subprocess.run(
        command, cwd=Path(__file__).parent / "actionlint", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return target


def test_actionlint_finds_nothing(actionlint: Path) -> None:
    done = subprocess.run([actionlint, "-no-color", *FILES], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_deployment_that_fails_in_a_refresh_shows_what_to_do_about_the_error_of_azuread(tmp_path: Path) -> None:
    gone = {"urn": f"urn:pulumi:prod::p::{ASSIGNMENT}::a", "severity": "error", "message": "unexpected status 404"}
    engine = tmp_path / "bin" / "pulumi"
    engine.parent.mkdir()
    engine.write_text(
        "#!/bin/sh\n"
        'while [ "$1" != --event-log ]; do shift; done\n'
        f"[ $PULUMI_DEBUG_COMMANDS = true ] && echo '{json.dumps({'diagnosticEvent': gone})}' > $2\n"
        "exit 255\n"
    )
    engine.chmod(0o755)
    path = os.pathsep.join([str(engine.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = run("deploy", "canary", tmp_path, {"matrix.stack": "prod"}, {"PATH": path, "PYTHONPATH": str(PROJECT)})
    assert done.code == 255
    assert "it is gone in Entra, or Entra does not show it yet: run the same command again with --refresh" in done.text
