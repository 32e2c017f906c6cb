"""The page for the night, followed: every command of docs/on-call.md against the sandbox, with the ends it promises."""

import re
import subprocess
from dataclasses import dataclass

import pytest

from tests.e2e import behind_its_back as behind
from tests.e2e.provisioned import assigned_users, scim_users
from tests.e2e.workspace import COMMAND_S, PROJECT, Workspace

pytestmark = pytest.mark.engine

PAGE = (PROJECT / "docs" / "on-call.md").read_text()
_EXPECTED = re.compile(r"# (\d)\b")


@dataclass(frozen=True)
class Line:
    """A command of the page and the exit code to expect."""

    command: str
    code: int


def blocks(section: int) -> list[str]:
    """Return the blocks of commands of a numbered section; 0 is what stands before the first."""
    parts = re.split(r"^## \d\. .*$", PAGE, flags=re.MULTILINE)
    return re.findall(r"^```sh\n(.*?)^```", parts[section], re.DOTALL | re.MULTILINE)


def answered(block: str) -> str:
    """Return a block as it is given if nobody sits: questions are answered yes beforehand."""
    lines: list[str] = []
    for line in block.splitlines():
        command, _, comment = line.partition("  #")
        lines.append(f"{command.rstrip()} --yes" if comment.strip() == "ask: yes" else line)
    return "\n".join(lines).replace("STACK=prod", "STACK=test") + "\n"


def follow(workspace: Workspace, block: str, *, paste: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """Give a block's commands in a shell that has had the page's first block, and paste what it asks for."""
    env = {name: value for name, value in {**workspace.environ, **environ}.items() if value}
    return subprocess.run(
        ["bash", "-c", answered(blocks(0)[0]) + answered(block)],
        cwd=workspace.root,
        env=env,
        input=f"{paste}\n",
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )


def check(workspace: Workspace, section: int) -> None:
    """Give the commands of a section one by one; each ends as on the page."""
    for line in blocks(section)[0].splitlines():
        wanted = _EXPECTED.search(line)
        assert wanted, line
        done = follow(workspace, line)
        assert done.returncode == int(wanted[1]), f"{line}\n{done.stdout}\n{done.stderr}"


def cycle(workspace: Workspace) -> None:
    workspace.world.control("POST", f"/jobs/{workspace.outputs()['job_id']}/cycle")


def save_in_the_portal(workspace: Workspace, token: str) -> None:
    """Do what section 6 leaves to the portal: paste the Secret Token, Save, Start provisioning."""
    sp, job = (workspace.outputs()[key] for key in ("service_principal_id", "job_id"))
    with workspace.world.graph("admin_client") as graph:
        path = f"servicePrincipals/{sp}/synchronization"
        saved = graph.get(f"{path}/secrets").raise_for_status().json()["value"]
        values = [{**one, "value": token} if one["key"] == "SecretToken" else one for one in saved]
        graph.put(f"{path}/secrets", json={"value": values}).raise_for_status()
        graph.post(f"{path}/jobs/{job}/start").raise_for_status()


def ended(workspace: Workspace) -> None:
    """Let the token end, and Entra notice it."""
    behind.delete_token(workspace)
    cycle(workspace)


def practised(workspace: Workspace) -> None:
    """Let it end by the commands of the section about practice."""
    block = "\n".join(
        line for line in blocks(7)[0].splitlines() if "./run env" not in line and "PULUMI_STACK" not in line
    )
    done = follow(workspace, block)
    assert done.returncode == 0, done.stderr
    cycle(workspace)


def test_with_an_api_client_it_is_practised_seen_healed_and_seen_healed(up: Workspace) -> None:
    practised(up)
    check(up, 1)

    healed = follow(up, blocks(2)[0])

    assert healed.returncode == 0, healed.stdout + healed.stderr
    cycle(up)
    check(up, 3)
    assert {each["userName"] for each in scim_users(up)} >= assigned_users(up, ["GreenLake Administrators"])


def test_without_an_api_client_a_bearer_from_the_portal_heals_it_and_is_shown_nowhere(up: Workspace) -> None:
    ended(up)
    bearer, before = up.world.bearer(), up.outputs()["token_generation"]

    healed = follow(up, blocks(2)[1], paste=bearer, HPEGL_USER_ID="", HPEGL_USER_SECRET="", HPEGL_IAM_SERVICE_URL="")

    assert healed.returncode == 0, healed.stdout + healed.stderr
    assert up.outputs()["token_generation"] == before + 1
    assert bearer not in healed.stdout + healed.stderr


def test_a_leaked_token_is_ended_by_one_command(up: Workspace) -> None:
    leaked = up.token()

    done = follow(up, blocks(5)[0].splitlines()[0])

    assert done.returncode == 0, done.stdout + done.stderr
    assert up.token() != leaked
    live = [each for each in up.world.control("GET")["tokens"] if each["live"]]
    assert [each["fingerprint"] for each in live] == [up.outputs()["token_fingerprint"]]


def test_without_the_state_the_token_is_made_by_hand_and_taken_over_when_the_state_is_back(up: Workspace) -> None:
    ended(up)
    bearer, api = up.world.bearer(), up.world.about["greenlake"]

    made = follow(up, blocks(6)[0], paste=bearer, GREENLAKE=api, CURL_CA_BUNDLE=up.environ["SSL_CERT_FILE"])

    assert made.returncode == 0, made.stderr
    assert bearer not in made.stdout + made.stderr
    save_in_the_portal(up, re.findall(r'"token": ?"([^"]+)"', made.stdout)[0])
    cycle(up)
    assert up.scimctl("drift").code == 7
    back = follow(up, blocks(2)[0])
    assert back.returncode == 0, back.stdout + back.stderr
    check(up, 3)


def test_every_link_of_the_page_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        file, _, anchor = target.partition("#")
        assert (PROJECT / "docs" / file).exists()
        assert file or anchor in headings, target
