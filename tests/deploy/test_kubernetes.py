"""Every key of deploy/kubernetes is one that Kubernetes and the operator know, with a value of its type."""

import copy
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import given, strategies

# It carries no types.
from jsonschema import Draft202012Validator  # pyright: ignore[reportMissingModuleSource, reportMissingTypeStubs]

from providers.errors import ConfigurationError
from scimctl.commands.fleet.kubernetes.resources import label, resources
from scimctl.fleet.fleet_file import Member, read_fleet
from tests.launcher.clone import PROJECT

FOLDER = PROJECT / "deploy" / "kubernetes"
SCHEMA = yaml.safe_load((Path(__file__).parent / "kubernetes.schema.yaml").read_text(encoding="utf-8"))
CONTOSO = Member(
    "Contoso_GmbH",
    "rest",
    {"ARM_CLIENT_ID": "0f0e0d0c-0000-4000-8000-000000000001", "PULUMI_BACKEND_URL": "azblob://scim-state"},
    {"HPEGL_USER_SECRET": "cat /var/run/secrets/scim/HPEGL_USER_SECRET"},
)
Step = str | int


def problems(document: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def printed(*members: Member) -> list[Any]:
    return list(yaml.safe_load_all(resources(members)))


def all_documents() -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        many = list(yaml.safe_load_all((FOLDER / "many-stacks.yaml").read_text(encoding="utf-8")))
        return [*printed(*read_fleet().members), *printed(CONTOSO), *many]


DOCUMENTS = all_documents()
OF_STACKS = [f"scim-{name}" for name in ("dev", "staging", "prod")]  # as that of CONTOSO, which has more
DIFFERENT = [each for each in DOCUMENTS if not any(name in str(each["metadata"]) for name in OF_STACKS)]


def places(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the path of each value within a document."""
    yield path
    if isinstance(value, dict):
        for key, each in cast("dict[str, Any]", value).items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(cast("list[Any]", value)):
            yield from places(each, (*path, number))


def at(document: Any, path: Sequence[Step]) -> Any:
    for step in path:
        document = document[step]
    return document


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_each_resource_has_only_known_keys_with_values_of_their_types(document: Any) -> None:
    assert problems(document) == []


@pytest.mark.parametrize("document", DIFFERENT, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_an_unknown_key_or_a_value_of_another_type_is_found_wherever_it_stands(document: Any) -> None:
    missed: list[str] = []
    for path in places(document):
        value = at(document, path)
        if isinstance(value, dict) and path[-1:] != ("labels",) and path[-1:] not in (("matchLabels",), ("envRefs",)):
            changed = copy.deepcopy(document)
            at(changed, path)["unknownKey"] = "x"
            missed += [f"{path}: unknown key"] if not problems(changed) else []
        if path:
            changed = copy.deepcopy(document)
            at(changed, path[:-1])[path[-1]] = (
                0.5 if isinstance(value, str) else "a text" if not isinstance(value, list) else {}
            )
            missed += [f"{path}: another type"] if not problems(changed) else []
    assert missed == []


def test_each_stack_gets_all_that_the_template_has_in_its_namespace() -> None:
    template = list(yaml.safe_load_all((FOLDER / "stack.yaml").read_text(encoding="utf-8")))
    fleet = read_fleet().members

    found = printed(*fleet)

    assert [each["kind"] for each in found] == [each["kind"] for each in template] * len(fleet)
    assert {each["metadata"].get("namespace") for each in found} == {None, *(f"scim-{each.name}" for each in fleet)}
    assert [each["spec"]["stack"] for each in found if each["kind"] == "Stack"] == [each.name for each in fleet]
    assert "{" not in yaml.safe_dump(found).replace("${PUSHGATEWAY", "").replace("podSelector: {}", "")


def test_a_stack_has_the_variables_of_fleet_yaml_and_refers_to_its_secrets_without_their_commands() -> None:
    (stack,) = [each for each in printed(CONTOSO) if each["kind"] == "Stack"]

    assert stack["spec"]["stack"] == "Contoso_GmbH"
    assert stack["spec"]["envRefs"]["PULUMI_BACKEND_URL"]["literal"]["value"] == "azblob://scim-state"
    assert stack["spec"]["envRefs"]["HPEGL_USER_SECRET"]["secret"] == {"name": "scim", "key": "HPEGL_USER_SECRET"}
    assert stack["spec"]["envRefs"]["ARM_USE_OIDC"]["literal"]["value"] == "true"
    assert "cat /var" not in resources([CONTOSO]).replace("`cat /var", "")


@given(strategies.lists(strategies.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", fullmatch=True), unique=True))
def test_two_stacks_never_have_the_same_name_in_kubernetes_and_each_name_is_one(names: list[str]) -> None:
    found = [label(name) for name in names]

    assert len(set(found)) == len(names)
    # The operator makes a Service of that name, which has to begin with a letter.
    assert [each for each in found if not re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", each) or len(each) > 40] == []


@pytest.mark.parametrize("name", ["y", "N", "1e3", "0x1f", "1_000", "2026-11-30", "0o17", "null", "12"])
def test_a_name_that_a_reader_of_yaml_could_take_for_a_number_or_a_truth_value_is_quoted(name: str) -> None:
    text = resources([Member(name, "rest", {"ARM_CLIENT_ID": name}, {})])

    assert [
        line for line in text.splitlines() if re.fullmatch(rf"\s+(stack|value|name): {re.escape(name)}", line)
    ] == []
    assert re.search(rf"""stack: (["']){re.escape(name)}\1$""", text, re.MULTILINE)


def test_outside_of_the_project_one_line_names_the_missing_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"stack\.yaml cannot be read"):
        resources([CONTOSO])


def test_a_pod_runs_as_nobody_in_particular_with_a_token_for_entra_and_may_write_to_tmp_only() -> None:
    for pod in (at(each, path) for each in DOCUMENTS for path in places(each) if path[-1:] == ("containers",)):
        for container in pod:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            writable = [each["mountPath"] for each in container["volumeMounts"] if not each.get("readOnly")]
            assert writable == ["/tmp"]  # noqa: S108 - a mount
            assert "/var/run/secrets/entra" in [each["mountPath"] for each in container["volumeMounts"]]


def test_the_jobs_of_many_stacks_have_as_many_parts_as_indexes() -> None:
    jobs = [each for each in DOCUMENTS if each["kind"] == "CronJob" and each["metadata"]["namespace"] == "scim-fleet"]
    for job in (each["spec"]["jobTemplate"]["spec"] for each in jobs):
        (container,) = job["template"]["spec"]["containers"]
        assert {"name": "PARTS", "value": str(job["completions"])} in container["env"]
    assert len(jobs) == 2
