"""What holds for the files of every system: the makers' schemas, least permissions, one list of stacks."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scimctl.commands.fleet.matrix import FORMS
from scimctl.fleet.fleet_file import STACK, read_fleet
from tests.ci.pipelines import AZURE, GITLAB, as_text, azure, checkout, document, gitlab, maps, path, run
from tests.ci.workflows import FILES, workflow
from tests.e2e.workspace import PROJECT

ALL = [*AZURE, *GITLAB, *FILES]


def judged(schema: str, *files: Path) -> "subprocess.CompletedProcess[str]":
    """Judge files by the schema of a maker, as the package check-jsonschema carries it."""
    judge = Path(sys.executable).with_name("check-jsonschema")
    options = ["--regex-variant", "python", "--builtin-schema", f"vendor.{schema}", "--data-transform", schema]
    return subprocess.run([judge, *options, *files], capture_output=True, text=True, check=False)


def test_microsofts_schema_finds_nothing(tmp_path: Path) -> None:
    for file in AZURE:
        (tmp_path / f"{file.stem}.json").write_text(as_text(file))
    done = judged("azure-pipelines", *tmp_path.iterdir())
    assert (len(AZURE), done.returncode) == (8, 0), done.stdout


def test_gitlabs_schema_finds_nothing_also_in_the_child_pipelines_that_are_made(tmp_path: Path) -> None:
    made = [_children(tmp_path, name) for name in ("deploy", "rotation")]
    assert sorted(each.name for each in tmp_path.glob("*.yml")) == ["deploy.yml", "rotate.yml"]
    done = judged("gitlab-ci", *GITLAB, *tmp_path.glob("*.yml"))
    assert (len(GITLAB), done.returncode) == (8, 0), done.stdout
    jobs = document(PROJECT / ".gitlab" / "up.yml")
    for name in ("deploy", "rotate"):
        child = document(tmp_path / f"{name}.yml")
        assert child.pop("include") == ".gitlab/up.yml"
        assert {each["extends"] for each in child.values()} <= {*jobs}
    assert made == ["", ""]


NONE: list[str] = []
SMALL = "stacks: {a: {ring: canary}, b: {ring: canary}}"
LARGE = yaml.safe_dump({"stacks": {f"s{number}": {} for number in range(450)}})


@pytest.mark.parametrize(
    ("fleet", "jobs"),
    [
        (
            "stacks: {a: {ring: canary}, b: {}}",
            {
                "start canary": (NONE, 0), "canary 1": (["start canary"], 1),
                "start rest": (["canary 1"], 0), "rest 1": (["start rest"], 1),
            },
        ),
        (SMALL, {"start canary": (NONE, 0), "canary 1": (["start canary"], 2)}),
        ("stacks: {a: {}}", {"start rest": (NONE, 0), "rest 1": (["start rest"], 1)}),
        (
            LARGE,
            {"start rest": (NONE, 0), "rest 1": (["start rest"], 200), "rest 2": (["start rest"], 200),
             "rest 3": (["start rest"], 50)},
        ),
    ],
    ids=["two rings", "only the first", "only the last", "more than a matrix takes"],
)  # fmt: skip
def test_gitlab_starts_ring_after_ring_and_leaves_one_out_that_has_no_stack(
    fleet: str, jobs: dict[str, tuple[list[str], int]], tmp_path: Path
) -> None:
    (tmp_path / "fleet.yaml").write_text(fleet)
    _children(tmp_path, "deploy", tmp_path / "fleet.yaml")
    _children(tmp_path, "rotation", tmp_path / "fleet.yaml")
    child = document(tmp_path / "deploy.yml")
    found = {
        name: (job["needs"], len(job.get("parallel", {}).get("matrix", [])))
        for name, job in child.items()
        if name != "include"
    }
    assert found == jobs
    rotated = [each["STACK"] for each in maps(document(tmp_path / "rotate.yml")) if "STACK" in each]
    assert sorted(rotated) == sorted(each.name for each in read_fleet(tmp_path / "fleet.yaml").members)
    assert judged("gitlab-ci", tmp_path / "deploy.yml", tmp_path / "rotate.yml").returncode == 0


def _children(folder: Path, name: str, fleet: Path | None = None) -> str:
    """Run the job that makes a child pipeline of a fleet, the project's own unless given; what it installs is there."""
    (folder / name).mkdir()
    script, _ = gitlab(name, "stacks")
    checkout(folder / name)
    if fleet:
        (folder / name / "fleet.yaml").unlink()
        (folder / name / "fleet.yaml").symlink_to(fleet)
    script = script.replace("sh ci/prepare.sh", ": ")
    done = run(script, folder / name, {"PATH": path(), "CI_PROJECT_DIR": str(folder / "p")})
    assert done.returncode == 0, done.stdout
    for child in (folder / name).glob("*.yml"):
        child.rename(folder / child.name)
    return done.stdout


@pytest.mark.parametrize("key", ["job", "script"])
def test_the_judges_see_a_key_that_is_misspelled(key: str, tmp_path: Path) -> None:
    schema, file = ("azure-pipelines", AZURE[1]) if key == "job" else ("gitlab-ci", GITLAB[2])
    wrong = tmp_path / "wrong.json"
    wrong.write_text(as_text(file).replace(f'"{key}":', f'"{key}s":', 1))
    assert judged(schema, wrong).returncode == 1


def test_the_list_of_stacks_stands_in_one_place_and_has_every_stack_that_is_shipped() -> None:
    shipped = {each.stem.removeprefix("Pulumi.") for each in (PROJECT / "stacks").glob("Pulumi.*.yaml")} - {"sandbox"}
    fleet = read_fleet(PROJECT / "fleet.yaml")
    assert ({each.name for each in fleet.members}, {each.ring for each in fleet.members}) == (
        shipped,
        {"canary", "rest"},
    )
    named = [file.name for file in ALL if re.search(rf"(?<!/)\b({'|'.join(shipped)})\b", file.read_text())]
    assert named == []


def test_what_every_job_does_is_signed_in_without_a_password_and_no_file_names_a_secret() -> None:
    for file in (*AZURE, *GITLAB):
        names = re.findall(r"[A-Z_]*(?:SECRET|PASSWORD|PASSPHRASE|ACCESS_TOKEN)\b", file.read_text())
        assert names == [], file.name
    connections = {each["connection"] for file in AZURE for each in maps(document(file)) if "connection" in each}
    assert connections == {"scim-preview", "scim-${{ ring }}", "scim-${{ parameters.ring }}", "scim-unattended"}


def test_no_script_of_azure_pipelines_has_a_value_put_into_it_before_bash_reads_it() -> None:
    scripts = [
        str(each[key]) for file in AZURE for each in maps(document(file)) for key in ("bash", "script") if key in each
    ]
    found = [script for script in scripts if re.search(r"\$\{\{|\$\((?!\w+ |\$|\"\$\{)[\w.]+\)", script)]
    assert (len(scripts) > 8, found) == (True, [])


def test_all_that_writes_to_a_stack_waits_for_each_other_and_runs_main_only() -> None:
    for name in ("deploy", "rotation", "recover"):
        pipeline = document(PROJECT / "azure-pipelines" / f"{name}.yml")
        assert (pipeline["lockBehavior"], {"group": "scim-writes"} in pipeline["variables"]) == ("sequential", True)
    for name, job in (("up", ".up"), ("up", ".rotate"), ("recover", "recover")):
        body = document(PROJECT / ".gitlab" / f"{name}.yml")[job]
        assert body["extends"] == ".writes"
    assert document(PROJECT / ".gitlab" / "job.yml")[".writes"]["resource_group"] == "stack-$STACK"
    assert document(PROJECT / ".gitlab" / "job.yml")[".job"]["interruptible"] == "false"
    merge_request, main = document(GITLAB[0])["workflow"]["rules"]
    assert merge_request["if"].startswith('$CI_PIPELINE_SOURCE == "merge_request_event" && ')
    assert main["if"] == '$CI_COMMIT_REF_PROTECTED == "true" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'


def test_the_second_ring_waits_for_the_first_and_each_for_somebody() -> None:
    (rings,) = document(PROJECT / "azure-pipelines" / "deploy.yml")["stages"]
    assert list(rings) == ["${{ each ring in split('canary,rest', ',') }}"]  # stages run one after the other
    start = document(PROJECT / ".gitlab" / "up.yml")[".start"]
    assert (start["when"], start["allow_failure"]) == ("manual", "false")
    assert document(PROJECT / ".gitlab" / "deploy.yml")["deploy"]["trigger"]["strategy"] == "depend"


def test_a_change_from_a_fork_is_not_previewed_because_it_may_have_neither_secrets_nor_an_identity() -> None:
    merge_request, _ = document(GITLAB[0])["workflow"]["rules"]
    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID" in merge_request["if"]
    (job,) = document(PROJECT / "azure-pipelines" / "preview.yml")["jobs"]
    assert job["condition"] == "ne(variables['System.PullRequest.IsFork'], 'True')"


def test_two_runs_at_once_never_both_open_an_issue_or_write_a_comment() -> None:
    (schedule,) = document(PROJECT / "azure-pipelines" / "drift.yml")["schedules"]
    assert schedule["batch"] == "true"
    alone = {name: document(PROJECT / ".gitlab" / f"{name}.yml") for name in ("drift", "preview")}
    assert alone["drift"]["tell"]["resource_group"] == "drift"
    assert alone["preview"]["comment"]["resource_group"] == "preview-$CI_MERGE_REQUEST_IID"
    groups = [workflow(name)["concurrency"]["group"] for name in ("drift", "preview")]
    assert groups == ["drift", "preview-${{ github.event.pull_request.number }}"]


def test_no_stack_can_have_the_name_of_an_environment_that_gitlab_jobs_share() -> None:
    files = [document(path) for path in (PROJECT / ".gitlab").glob("*.yml")]
    names = [
        str(each["environment"]["name"])
        for file in files
        for each in maps(file)
        if "name" in each.get("environment", "")
    ]
    assert sorted(names) == ["jobs/preview", "jobs/tell", "jobs/tell", "jobs/unattended"]
    assert not [name for name in names if re.fullmatch(STACK, name)]


def test_azure_pipelines_skips_a_ring_without_a_stack() -> None:
    form, _ = FORMS["azure"]
    up = next(each for each in maps(document(PROJECT / "azure-pipelines" / "deploy.yml")) if each.get("job") == "up")
    listed = "dependencies.stacks.outputs['list.matrix']"
    assert up["condition"] == f"and(succeeded(), ne({listed}, '{form([])}'))"


@pytest.mark.parametrize(
    ("stack", "ring", "ran"), [("prod", "rest", True), ("prod", "canary", False), ("x", "rest", False)]
)
def test_azure_pipelines_recovers_a_stack_only_with_the_approval_of_the_ring_that_it_is_in(
    stack: str, ring: str, ran: bool, tmp_path: Path
) -> None:
    checkout(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "scimctl").write_text(
        f'#!/bin/sh\nif [ "$2" = matrix ]; then exec {sys.executable} -m scimctl "$@"; fi\necho "ran $*" >&2\n'
    )
    (tmp_path / "bin" / "scimctl").chmod(0o755)
    script, _ = azure("recover", "Clear and run again")
    given = {"STACK": stack, "RING": ring, "SYSTEM_OIDCREQUESTURI": "u", "BUILD_SOURCEVERSION": "c",
             "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "s", "AZURESUBSCRIPTION_CLIENT_ID": "c"}  # fmt: skip
    done = run(script, tmp_path, {"PATH": path(tmp_path / "bin"), **given})
    assert (done.returncode == 0, "ran fleet run" in done.stdout) == (ran, ran), done.stdout
    assert ran or f"{stack} is not in the ring {ring}" in done.stdout


def test_recovery_is_the_same_in_every_system() -> None:
    page = (PROJECT / "docs" / "recover.md").read_text()
    (shown,) = re.findall(r"^## In CI\n.*?^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    for script in (azure("recover", "Clear and run again")[0], gitlab("recover", "recover")[0]):
        ran = [
            re.sub(r"exec |scimctl fleet run \S+ -- sh ci/signed_in.sh | --non-interactive", "", line)
            for line in script.splitlines()
        ]
        assert [line for line in ran if "recover" in line or "adopt" in line.lower() or "pulumi" in line] == (
            shown.splitlines()
        )


def test_the_matrix_of_azure_pipelines_names_the_variables_that_the_scripts_use() -> None:
    form, _ = FORMS["azure"]
    fleet = read_fleet(PROJECT / "fleet.yaml")
    assert '"stack": "dev"' in form(fleet.members)  # an agent shows it to a script as STACK
    for name, step in (("deploy", "Up"), ("rotation", "Rotate if due")):
        assert '"$STACK"' in azure(name, step)[0]


@pytest.mark.parametrize(("ring", "code"), [("canary", 0), ("nope", 1)])
def test_azure_pipelines_lists_the_stacks_of_a_ring_and_stops_at_a_ring_that_is_not_there(
    ring: str, code: int, tmp_path: Path
) -> None:
    checkout(tmp_path)
    script, environ = azure("stacks", "List the stacks")
    done = run(script, tmp_path, {"PATH": path(), **dict.fromkeys(environ, ring)})
    matrix = '{"dev": {"stack": "dev", "ring": "canary"}, "staging": {"stack": "staging", "ring": "canary"}}'
    listed = f"##vso[task.setvariable variable=matrix;isOutput=true]{matrix}\n"
    assert (done.returncode, "##vso" in done.stdout) == (code, code == 0)
    assert code or done.stdout == listed


def test_without_a_ring_azure_pipelines_and_github_list_all_stacks_since_an_empty_one_is_refused(
    tmp_path: Path,
) -> None:
    checkout(tmp_path)
    script, environ = azure("stacks", "List the stacks")
    everywhere = run(script, tmp_path, {"PATH": path(), **dict.fromkeys(environ, "")})
    github = (PROJECT / ".github/workflows/stacks.yml").read_text()
    unset = run('scimctl fleet matrix --ring "$RING"', tmp_path, {"PATH": path()})
    revision = run('scimctl fleet matrix --changed "$SINCE"', tmp_path, {"PATH": path()})

    assert everywhere.stdout.count('"ring"') == 3
    assert '${RING:+--ring "$RING"}' in script
    assert '${RING:+--ring "$RING"}' in github
    assert (unset.returncode, revision.returncode) == (2, 2)
    assert "argument --ring: it is empty: write a value, or leave it out" in unset.stdout
