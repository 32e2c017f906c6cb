"""The workflow files, and a job's own commands run here as a runner would: each step in bash, with its environment."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.console import printed
from tests.e2e.workspace import PROJECT

Json = dict[str, Any]

FOLDER = PROJECT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
_EXPRESSION = re.compile(r"\$\{\{ *([^}]+?) *\}\}")


def workflow(name: str) -> Json:
    """Read one, with every value as the text that it is: YAML 1.1 takes the key `on` for a boolean."""
    found: Json = yaml.load((FOLDER / f"{name}.yml").read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    return found


@dataclass(frozen=True)
class Done:
    """How a job ended: the code of the step that failed, 0 if none did, and all that was printed."""

    code: int
    text: str
    summary: str


def run(
    name: str,
    job: str,
    root: Path,
    context: Mapping[str, str],
    environ: Mapping[str, str],
    check_out: Callable[[str], None] = lambda _commit: None,
) -> Done:
    """Run the `run` steps of a job in a folder; what it installs is there already.

    `context` are the values of expressions, of which unknown ones are empty as on a runner; `environ` comes last.
    `check_out` does what actions/checkout does for a step that names a commit.
    """
    body = workflow(name)["jobs"][job]
    files = {key: root / key.lower() for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
    for file in files.values():
        file.write_text("")
    known, text, failed = dict(context), "", 0
    for step in body["steps"]:
        if "ref" in step.get("with", {}):
            check_out(_filled(step["with"]["ref"], known))
        if "run" not in step or "Install" in step["name"] or not _holds(step.get("if", ""), known, failed=failed):
            continue
        given = {key: _filled(value, known) for key, value in {**body.get("env", {}), **step.get("env", {})}.items()}
        runner = {"RUNNER_TEMP": str(root), **{key: str(file) for key, file in files.items()}}
        done = printed(["bash", "-e", "-c", step["run"]], root, {**given, **runner, **environ})
        text += done.stdout
        failed = failed or done.returncode
        if "id" in step:
            known |= _outputs(step["id"], files["GITHUB_OUTPUT"].read_text())
    return Done(failed, text, files["GITHUB_STEP_SUMMARY"].read_text())


def _outputs(step: str, text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines())
    return {f"steps.{step}.outputs.{key}": value for key, _, value in pairs}


def _filled(value: object, context: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: context.get(found[1], ""), str(value))


def _holds(condition: str, context: Mapping[str, str], *, failed: int) -> bool:
    """Judge the two forms of condition that our steps have."""
    if condition == "failure()" or failed:
        return condition == "failure()" and failed != 0
    if not condition:
        return True
    name, wanted = re.fullmatch(r"([\w.]+) == '(\w+)'", condition).groups()  # pyright: ignore[reportOptionalMemberAccess] - another form is to fail here
    return context.get(name) == wanted


def environment(workspace_environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a runner has beside the workflow's own; the sandbox's plugin signs in with a client secret only."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    found = {"PATH": path, "PYTHONPATH": str(PROJECT), "LANG": os.environ.get("LANG", "C.UTF-8")}
    return {**found, **workspace_environ, "ARM_USE_OIDC": ""}
