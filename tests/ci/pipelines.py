"""The files of Azure Pipelines and GitLab CI, and their scripts run here in bash as an agent or a runner would."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from tests.console import printed
from tests.e2e.workspace import PROJECT

Json = dict[str, Any]

AZURE = sorted((PROJECT / "azure-pipelines").glob("*.yml"))
GITLAB = [PROJECT / ".gitlab-ci.yml", *sorted((PROJECT / ".gitlab").glob("*.yml"))]
_ENTRY = re.compile(r"\$\{\{ ?parameters\.(\w+) ?\}\}")


def document(file: Path) -> Json:
    """Read a file with every value as text, as Azure Pipelines does."""
    found: Json = yaml.load(file.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    return found


def maps(value: object) -> Iterator[Json]:
    """List every map within a document."""
    if isinstance(value, dict):
        yield cast("Json", value)
        yield from maps(list(cast("Json", value).values()))
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from maps(each)


def azure(name: str, step: str) -> tuple[str, Json]:
    """Return the script of a step, with that of the template that it uses, and its environment; as they are written."""
    found = next(
        each
        for each in maps(document(PROJECT / "azure-pipelines" / f"{name}.yml"))
        if each.get("displayName", each.get("parameters", {}).get("displayName") if "template" in each else "") == step
        and ("bash" in each or "template" in each)
    )
    if "bash" in found:
        return found["bash"], found.get("env", {})
    (task,) = document(PROJECT / "azure-pipelines" / found["template"])["steps"]
    script: str = task["inputs"]["inlineScript"]
    return _ENTRY.sub(lambda entry: found["parameters"][entry[1]], script), task["env"]


def gitlab(name: str, job: str) -> tuple[str, Json]:
    """Return all scripts of a job, and its variables, with those that it extends."""
    known = {**document(PROJECT / ".gitlab" / "job.yml"), **document(PROJECT / ".gitlab" / f"{name}.yml")}
    scripts: Json = {}
    variables: Json = {}
    body = known[job]
    while True:
        scripts = {**body, **scripts}
        variables = {**body.get("variables", {}), **variables}
        if "extends" not in body:
            lines: list[str] = [*scripts.get("before_script", []), *scripts["script"]]
            return "\n".join(lines), variables
        body = known[body["extends"]]


def run(script: str, folder: Path, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a script as both systems do, with nothing in the environment but what is given."""
    shell = ["bash", "-eo", "pipefail", "-c", script]
    return printed(shell, folder, {"PYTHONPATH": str(PROJECT), "LANG": "C.UTF-8", **environ})


def path(*folders: Path) -> str:
    """Return a search path that has our own programs and those of the system."""
    return os.pathsep.join([*map(str, folders), str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])


def as_text(file: Path) -> str:
    """Return a file in JSON with every value as text, since the schema of Azure Pipelines knows texts only."""
    return json.dumps(document(file))


def checkout(folder: Path) -> None:
    """Make a folder a checkout of the project, with the fleet that is shipped."""
    for name in ("ci", "providers", "scimctl", "stacks", "Pulumi.yaml", "fleet.yaml"):
        (folder / name).symlink_to(PROJECT / name)
