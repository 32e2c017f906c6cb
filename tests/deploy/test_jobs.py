"""The commands of the CronJobs, run in a shell with a stand-in for scimctl that ends as a test wants it."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.launcher.clone import PROJECT

_SCIMCTL = """#!/bin/sh
echo "$*" >> {log}
case "$*" in
  "fleet matrix "*) printf 'a\\nb\\nc\\nd\\n' ;;
  *"token status --stack a" | *"pulumi up "*"--stack b" | *"pulumi up "*"--stack d") exit 0 ;;
  *"token status --stack b" | *"token status --stack d") exit 7 ;;
  *"--stack c") exit 1 ;;
  *) exit "$CODE" ;;
esac
"""


def command(file: str, name: str) -> list[str]:
    documents = yaml.safe_load_all((PROJECT / "deploy" / "kubernetes" / file).read_text(encoding="utf-8"))
    (job,) = [each for each in documents if each["kind"] == "CronJob" and each["metadata"]["name"] == name]
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    found: list[str] = container["command"]
    return found


def ran(folder: Path, words: list[str], **environ: str) -> tuple[int, list[str]]:
    """Run a command; return its exit code and the calls of scimctl."""
    program, log = folder / "bin" / "scimctl", folder / "log"
    program.parent.mkdir(exist_ok=True)
    program.write_text(_SCIMCTL.format(log=log))
    program.chmod(0o755)
    search = f"{program.parent}{os.pathsep}{os.defpath}"
    done = subprocess.run(words, cwd=PROJECT, env={"PATH": search, **environ}, capture_output=True, check=False)
    return done.returncode, log.read_text().splitlines()


@pytest.mark.parametrize(("code", "ends"), [("0", 0), ("7", 0), ("1", 1)])
def test_a_job_fails_if_its_look_cannot_read_and_not_if_it_finds_something(
    code: str, ends: int, tmp_path: Path
) -> None:
    look, drift = command("stack.yaml", "look"), command("many-stacks.yaml", "drift")
    part = {"JOB_COMPLETION_INDEX": "2", "PARTS": "4"}

    assert ran(tmp_path, look, CODE=code)[0] == ends
    assert ran(tmp_path, drift, CODE=code, PUSHGATEWAY="http://push:9091/metrics/job/scim", **part)[0] == ends
    assert (tmp_path / "log").read_text().splitlines() == [
        "fleet kubernetes",
        "fleet drift --shard 3/4 --prometheus http://push:9091/metrics/job/scim/part/2",
    ]


def test_an_index_rotates_the_due_tokens_of_its_part_and_a_stack_that_fails_leaves_the_others(tmp_path: Path) -> None:
    code, calls = ran(tmp_path, command("many-stacks.yaml", "rotate"), JOB_COMPLETION_INDEX="0", PARTS="4", CODE="2")

    assert code == 1
    assert calls[0] == "fleet matrix --format names --shard 1/4"
    assert [each.split()[2] for each in calls if " pulumi up " in each] == ["b", "d"]
    assert [each.split()[3] for each in calls if "token status" in each] == ["a", "b", "c", "d"]


def test_an_index_whose_stacks_cannot_be_listed_fails(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "scimctl").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "scimctl").chmod(0o755)
    environ = {"PATH": f"{tmp_path}/bin{os.pathsep}{os.defpath}", "JOB_COMPLETION_INDEX": "0", "PARTS": "4"}
    done = subprocess.run(["sh", "ci/rotate_part.sh"], cwd=PROJECT, env=environ, capture_output=True, check=False)

    assert done.returncode == 1
