"""The jobs' own commands, run for real: the engine against the sandbox, the scripts against a repository."""

import json
import shutil
import subprocess
from collections.abc import Callable

import pytest

from tests.ci import pipelines
from tests.ci.github_server import TOKEN, GitHub
from tests.ci.workflows import Done, Json, environment, run
from tests.e2e import behind_its_back as behind
from tests.e2e.workspace import PASSPHRASE, Workspace, configuration
from tests.full import only_in_full

pytestmark = pytest.mark.engine

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def job(
    name: str,
    which: str,
    up: Workspace,
    github: GitHub,
    check_out: Callable[[str], None] = lambda _commit: None,
    /,
    **context: str,
) -> Done:
    """Run a job for the workspace's stack."""
    values = {
        "matrix.stack": up.stack,
        "inputs.stack": up.stack,
        "github.sha": COMMIT,
        "github.token": TOKEN,
        "secrets.PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        **context,
    }
    runner = github.environ()
    if which not in ("comment", "tell"):  # the engine reaches the sandbox without a proxy
        del runner["HTTP_PROXY"]
    return run(name, which, up.root, values, {**environment(up.environ), **runner}, check_out)


def test_a_pull_request_gets_one_comment_that_shows_what_would_change_and_holds_no_secret(
    up: Workspace, github: GitHub
) -> None:
    token = up.token()
    up.configure(configuration(up.world, provisioning={"status": "off"}, token={"every": "30d"}))
    first = job("preview", "preview", up, github)
    assert first.code == 0, first.text
    _handed_on(up, "sections", f"{up.stack}.md")
    for _ in range(2):
        written = job("preview", "comment", up, github, **{"github.event.pull_request.number": "7"})
        assert written.code == 0, written.text

    (comment,) = github.on(7)
    assert comment.startswith("<!-- greenlake-scim preview -->\n### Stack `test`: ")
    assert "| update | `token` | `every`: `60d` to `30d` |" in comment
    assert "`status`: `on` to `off`" in comment
    assert comment.partition("\n")[2].strip() == first.summary.strip()
    assert all(secret not in comment for secret in (token, PASSPHRASE, up.environ["ARM_CLIENT_SECRET"], TOKEN))

    up.configure(configuration(up.world))
    again = job("preview", "preview", up, github)
    _handed_on(up, "sections", f"{up.stack}.md")
    assert again.code == 0, again.text
    assert job("preview", "comment", up, github, **{"github.event.pull_request.number": "7"}).code == 0
    (comment,) = github.on(7)
    assert comment.splitlines()[1] == "### Stack `test`: no changes"


def test_a_preview_that_fails_reports_it_in_the_comment_and_fails_the_job(up: Workspace, github: GitHub) -> None:
    up.configure(configuration(up.world, access={"groups": ["Nobody Here"]}))
    done = job("preview", "preview", up, github)
    up.configure(configuration(up.world))

    assert done.code == 1
    assert done.summary.startswith("### Stack `test`: no changes, and it ends with an error\n")
    assert 'no security group is named "Nobody Here"' in done.summary


def test_drift_opens_one_issue_which_is_closed_when_it_is_healed(up: Workspace, github: GitHub) -> None:
    behind.delete_token(up)
    assert job("drift", "look", up, github).code == 0
    _handed_on(up, "found", f"{up.stack}.json")
    for _ in range(2):
        assert job("drift", "tell", up, github).code == 0

    (issue,) = github.issues.values()
    assert (issue["title"], issue["state"]) == ("Drift of stack test", "open")
    assert (
        "`GreenLake refuses it: it was deleted, rotated by somebody else, or ended earlier than expected`"
        in issue["body"]
    )
    assert github.on(issue["number"]) == []

    deployed = job("deploy", "canary", up, github)  # with --refresh, it heals
    assert deployed.code == 0, deployed.text
    assert job("drift", "look", up, github).code == 0
    _handed_on(up, "found", f"{up.stack}.json")
    told = job("drift", "tell", up, github)
    assert (told.code, told.text) == (0, "test: close\n")
    assert issue["state"] == "closed"
    assert [each.partition(". ")[0] for each in github.on(issue["number"])] == ["There is no drift any more"]


def test_a_scheduled_rotation_runs_the_commit_that_was_deployed_last_and_only_when_it_is_due(
    up: Workspace, github: GitHub
) -> None:
    before, file = up.outputs()["token_generation"], up.stack_file.read_bytes()
    assert job("deploy", "canary", up, github).code == 0
    idle = job("rotation", "rotate", up, github)
    assert (idle.code, up.outputs()["token_generation"]) == (0, before), idle.text

    _make_due(up)
    # What main holds by now, and nobody approved; no property of a resource shows the second and the third.
    up.configure(
        configuration(up.world, provisioning={"status": "off", "deleteThreshold": 1, "notificationEmail": "a@b"})
    )
    checked_out: list[str] = []

    def check_out(commit: str) -> None:
        checked_out.append(commit)
        up.stack_file.write_bytes(file)

    done = job("rotation", "rotate", up, github, check_out)

    assert (done.code, up.outputs()["token_generation"]) == (0, before + 1), done.text
    assert checked_out == [COMMIT]
    assert (up.outputs()["status"], up.outputs()["deployed_commit"]) == ("on", COMMIT)
    assert up.preview("--refresh").code == 0


@only_in_full("the decision is shown by tests/ci/test_deployed_commit.py")
def test_a_scheduled_rotation_does_nothing_after_a_run_outside_of_ci_of_another_commit(
    up: Workspace, github: GitHub
) -> None:
    before = up.outputs()["token_generation"]
    assert job("deploy", "canary", up, github).code == 0
    assert up.up().code == 0
    _make_due(up)
    done = job("rotation", "rotate", up, github)

    assert (done.code, up.outputs()["token_generation"]) == (1, before)
    assert "nothing is rotated without approval: run Deploy" in done.text


@only_in_full("takes a minute")
def test_a_scheduled_rotation_that_failed_is_repeated_and_one_after_another_failure_is_not(
    up: Workspace, github: GitHub
) -> None:
    run_of = {"github.sha": _committed(up)}
    assert job("deploy", "canary", up, github, **run_of).code == 0
    before = up.outputs()["token_generation"]
    _make_due(up)
    up.world.set(scim_proxy_role=False)
    assert job("rotation", "rotate", up, github).code == 1
    up.world.set(scim_proxy_role=True)
    again = job("rotation", "rotate", up, github)
    assert (again.code, up.outputs()["token_generation"]) == (0, before + 1), again.text

    _make_due(up)
    up.configure(configuration(up.world, provisioning={"deleteThreshold": 5}))
    other = {"github.sha": _committed(up)}
    up.world.set(scim_proxy_role=False)
    assert job("deploy", "canary", up, github, **other).code == 1
    up.world.set(scim_proxy_role=True)
    last = job("rotation", "rotate", up, github)
    up.configure(configuration(up.world))
    shutil.rmtree(up.root / ".git")

    assert (last.code, up.outputs()["token_generation"]) == (1, before + 1)
    assert f"failed and was not of the deployed commit {run_of['github.sha'][:12]}" in last.text


@only_in_full("takes a minute")
def test_a_scheduled_rotation_goes_on_after_a_run_by_hand_of_the_deployed_commit(up: Workspace, github: GitHub) -> None:
    commit = _committed(up)
    assert job("deploy", "canary", up, github, **{"github.sha": commit}).code == 0
    assert up.up().code == 0
    before = up.outputs()["token_generation"]
    assert "deployed_commit" not in up.outputs()
    _make_due(up)
    done = job("rotation", "rotate", up, github)
    shutil.rmtree(up.root / ".git")

    assert (done.code, up.outputs()["token_generation"]) == (0, before + 1), done.text
    assert up.outputs()["deployed_commit"] == commit


def test_a_scheduled_rotation_carries_nothing_beside_the_token(up: Workspace, github: GitHub) -> None:
    assert job("deploy", "canary", up, github).code == 0
    before = up.outputs()["token_generation"]
    _make_due(up)
    up.configure(configuration(up.world, provisioning={"status": "off"}))
    done = job("rotation", "rotate", up, github)
    up.configure(configuration(up.world))

    assert (done.code, up.outputs()["token_generation"]) == (1, before)
    assert "the stack is not as the deployed commit left it" in done.text


def test_azure_pipelines_deploys_a_stack_and_records_its_commit(up: Workspace) -> None:
    fleet = {"stacks": {up.stack: {"environment": {"ARM_USE_OIDC": False}}}}  # the sandbox's plugin has a secret only
    (up.root / "fleet.yaml").write_text(json.dumps(fleet))
    commit, temporary = _committed(up), up.root / "temporary"
    temporary.mkdir()
    environ = {
        **environment(up.environ),
        "STACK": up.stack,
        "TMPDIR": str(temporary),
        "BUILD_SOURCEVERSION": commit,
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
    }

    deployed = pipelines.run(pipelines.azure("deploy", "Up")[0], up.root, environ)
    shutil.rmtree(up.root / ".git")
    assert (deployed.returncode, up.outputs()["deployed_commit"]) == (0, commit), deployed.stdout


def _committed(up: Workspace) -> str:
    """Commit the stack file, and nothing else of the workspace, as CI has it; return the commit."""
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    if not (up.root / ".git").exists():
        subprocess.run(["git", "init", "--quiet"], cwd=up.root, check=True)
        (up.root / ".git" / "info" / "exclude").write_text("*\n")
    subprocess.run(["git", "add", "--force", up.stack_file], cwd=up.root, check=True)
    subprocess.run(["git", *identity, "commit", "--quiet", "--message", "x"], cwd=up.root, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=up.root, capture_output=True, text=True, check=True)
    return head.stdout.strip()


def _handed_on(up: Workspace, folder: str, file: str) -> None:
    """Do what the artifact actions do between two jobs."""
    (up.root / folder).mkdir(exist_ok=True)
    (up.root / file).replace(up.root / folder / file)


def _make_due(up: Workspace) -> None:
    """Let state claim that the token was issued long ago, which no clock of ours can."""
    exported = json.loads(up.pulumi("stack", "export", "--stack", up.stack).text)
    for each in exported["deployment"]["resources"]:
        if each["type"].endswith(":ScimProxyToken"):
            each["outputs"] |= {"issued_at": "2026-01-01T00:00:00Z", "rotate_after": "2026-03-02T00:00:00Z"}
    _import(up, exported)


def _import(up: Workspace, exported: Json) -> None:
    edited = up.root / "edited.json"
    edited.write_text(json.dumps(exported))
    imported = up.pulumi("stack", "import", "--stack", up.stack, "--file", str(edited))
    assert imported.code == 0, imported.text
