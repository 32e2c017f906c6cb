"""fleet.yaml names who signs in where; what is wrong with it is one line a problem."""

from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from providers.errors import ConfigurationError
from scimctl.fleet import schema
from scimctl.fleet.fleet_file import Fleet, fleet_of, read_fleet

PROJECT = Path(__file__).parents[3]
EXAMPLE = """\
defaults:
  environment: {ARM_USE_OIDC: true, PULUMI_BACKEND_URL: "azblob://state-{name}"}
  secrets: {HPEGL_USER_SECRET: "vault read {name}-greenlake"}
stacks:
  contoso: {ring: canary, environment: {HPEGL_USER_ID: a1b2}}
  fabrikam:
  northwind: {environment: {HPEGL_USER_ID: c3d4}, secrets: {ARM_CLIENT_SECRET: vault read entra}}
"""


def fleet(text: str = EXAMPLE) -> Fleet:
    return fleet_of(yaml.safe_load(text))


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        fleet(text)
    return str(refused.value).splitlines()


def test_what_a_stack_does_not_set_comes_from_the_defaults_with_its_name_filled_in() -> None:
    contoso, fabrikam, northwind = fleet().members
    assert dict(contoso.environment) == {
        "ARM_USE_OIDC": "true",
        "PULUMI_BACKEND_URL": "azblob://state-contoso",
        "HPEGL_USER_ID": "a1b2",
    }
    assert (contoso.ring, fabrikam.ring) == ("canary", "rest")
    assert dict(fabrikam.secrets) == {"HPEGL_USER_SECRET": "vault read fabrikam-greenlake"}
    assert set(northwind.secrets) == {"HPEGL_USER_SECRET", "ARM_CLIENT_SECRET"}


def test_a_stack_may_take_a_variable_from_a_command_that_is_open_by_default_and_the_other_way_round() -> None:
    (one,) = fleet(
        "defaults: {environment: {A: open}, secrets: {B: vault b}}\n"
        "stacks: {one: {environment: {B: open}, secrets: {A: vault a}}}"
    ).members
    assert (dict(one.environment), dict(one.secrets)) == ({"B": "open"}, {"A": "vault a"})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("stacks: {}", "stacks: must not be empty"),
        ("{}", "stacks: is missing: docs/fleet.md lists its keys"),
        (
            "stacks: {a: {rings: b}}",
            "stacks.a.rings: is not a key here: the keys are ring, environment, secrets",
        ),
        (
            "stacks: {a: {ring: Canary 1}}",
            'stacks.a.ring: "Canary 1" is not a name of a ring: write small letters, digits and -',
        ),
        (
            "stacks: {a: {environment: {ARM_CLIENT_SECRET: x}}}",
            "stacks.a.environment.ARM_CLIENT_SECRET: is a secret: write under secrets the command that prints it",
        ),
        (
            "stacks: {a: {environment: {ARM_TENANT_ID: x}}}",
            "stacks.a.environment.ARM_TENANT_ID: is not set here: it is azuread:tenantId of the stack file",
        ),
        (
            "stacks: {a: {secrets: {A: v}, environment: {A: b}}}",
            "stacks.a: A is under environment and under secrets: keep one",
        ),
        ("- a", "must be a map of keys and values"),
        ("stacks: {a b: {}}", "stacks.a b: is not a name of a stack: write letters, digits, - _ and ."),
        ("stacks: [a]", "stacks: must be a map of keys and values"),
        (
            "stacks: {a: {ring: reest}}",
            'stacks.a.ring: "reest" is not one of the rings canary, rest: correct it, or write the ring under rings',
        ),
        (
            "defaults: {ring: early}\nstacks: {a: {ring: rest}}",
            'defaults.ring: "early" is not one of the rings canary, rest: correct it, or write the ring under rings',
        ),
        ("rings: []\nstacks: {a: {}}", "rings: must not be empty"),
        ("rings: canary\nstacks: {a: {}}", 'rings: "canary" must be a list'),
        ("rings: [a, b, a]\nstacks: {a: {}}", "rings: a stands twice: keep one"),
        (
            "stacks: {Prod: {}, prod: {}}",
            "stacks.prod: is Prod in other letters: GitHub, Azure DevOps and Kubernetes take both for one: rename it",
        ),
        *(
            (
                f"stacks: {{prod-{taken}: {{}}, prod: {{}}}}",
                f"stacks.prod-{taken}: is an environment of prod without approval in GitHub and GitLab: rename it",
            )
            for taken in ("unattended", "preview")
        ),
        *(
            (
                f"rings: [{taken}]\nstacks: {{a: {{}}}}",
                f'rings[0]: "{taken}" is what Azure Pipelines call a connection without approval: choose another name',
            )
            for taken in ("unattended", "preview")
        ),
        ("a: 1\nstacks: {a: {}}", "a: is not a key here: the keys are rings, defaults, stacks"),
        (
            "stacks: {a: {environment: {PULUMI_STACK: b}}}",
            "stacks.a.environment.PULUMI_STACK: is not set here: it is the name of the entry",
        ),
        (
            'stacks: {a: {environment: {A: "\\0c"}}}',
            'stacks.a.environment.A: "\\u0000c" holds a NUL byte, which no program can be given',
        ),
        (
            'stacks: {a: {secrets: {A: "v\\0c"}}}',
            'stacks.a.secrets.A: "v\\u0000c" holds a NUL byte, which no program can be given',
        ),
        (
            "rings: [1, rest]\nstacks: {a: {}}",
            "rings[0]: 1 must be text: YAML does not take it for text: write it in quotes",
        ),
        (
            "stacks: {a: {ring: true}}",
            "stacks.a.ring: true must be text: YAML does not take it for text: write it in quotes",
        ),
        (
            "stacks: {prod.eu\u00e4: {}}",
            "stacks.prod.eu\u00e4: is not a name of a stack: write letters, digits, - _ and .",
        ),
    ],
)
def test_each_problem_is_one_line_with_its_key_and_what_is_right(text: str, line: str) -> None:
    assert problems(text) == [f"fleet.yaml: {line}"]


def test_no_value_is_repeated_that_may_be_a_secret() -> None:
    told = "\n".join(
        problems("stacks: {a: {environment: {ARM_CLIENT_SECRET: 8Q~verysecret}, secrets: {A: [8Q~also]}}}")
    )
    assert "8Q~" not in told


@pytest.mark.parametrize(
    "name",
    [
        "HPEGL_USER_SECRET",
        "HPEGL_IAM_TOKEN",
        "BEARER_TOKEN",
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_ACCESS_TOKEN",
        "ARM_CLIENT_CERTIFICATE_PASSWORD",
        "ARM_OIDC_TOKEN",
        "AZURE_STORAGE_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "ARM_OIDC_REQUEST_TOKEN",
    ],
)
def test_a_variable_that_holds_a_secret_is_refused_in_the_open(name: str) -> None:
    assert "is a secret" in problems(f"stacks: {{a: {{environment: {{{name}: x}}}}}}")[0]


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "PATH", "HOME"])
def test_what_one_process_cannot_have_for_each_stack_is_refused(name: str) -> None:
    told = f"{name}: is not set here: it is the same for all stacks: set it where scimctl runs"
    assert problems(f"stacks: {{a: {{environment: {{{name}: x}}}}}}") == [f"fleet.yaml: stacks.a.environment.{told}"]


@pytest.mark.parametrize(
    "name",
    [
        "ARM_CLIENT_ID",
        "ARM_OIDC_TOKEN_FILE_PATH",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
        "HPEGL_IAM_SERVICE_URL",
        "HPEGL_USER_ID",
        "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
        "AZURE_KEYVAULT_AUTH_VIA_CLI",
    ],
)
def test_a_variable_that_holds_none_is_taken(name: str) -> None:
    (one,) = fleet(f"stacks: {{a: {{environment: {{{name}: x}}}}}}").members
    assert one.environment[name] == "x"


def test_the_rings_are_canary_and_rest_unless_the_file_names_others_of_which_the_last_is_the_usual_one() -> None:
    assert fleet().rings == ("canary", "rest")
    (one, two) = fleet("rings: [first, early, late]\nstacks: {a: {}, b: {ring: early}}").members
    assert (one.ring, two.ring) == ("late", "early")


def test_a_key_of_which_everything_is_commented_out_is_an_empty_one() -> None:
    (one,) = fleet("defaults:\nstacks: {a: {environment: , secrets: }}").members
    assert (dict(one.environment), dict(one.secrets)) == ({}, {})


@pytest.mark.parametrize("ring", ["canary", "rest"])
def test_a_ring_may_have_no_stack(ring: str) -> None:
    other = {"canary": "rest", "rest": "canary"}[ring]
    one_ring = fleet(f"stacks: {{a: {{ring: {other}}}}}")
    assert one_ring.chosen(ring, (1, 1)) == ()
    assert [each.name for each in one_ring.chosen(other, (1, 1))] == ["a"]


def test_a_ring_or_a_stack_that_is_not_in_the_file_is_named_beside_those_that_are() -> None:
    with pytest.raises(ConfigurationError, match="has no ring beta: it has canary, rest"):
        fleet().chosen("beta", (1, 1))
    with pytest.raises(ConfigurationError, match="has no stack acme: it has contoso, fabrikam, northwind"):
        fleet().named("acme")


@pytest.mark.parametrize("parts", [1, 2, 3, 4])
def test_the_shards_together_are_all_stacks_each_once(parts: int) -> None:
    shards = [fleet().chosen("", (part, parts)) for part in range(1, parts + 1)]
    assert sorted(each.name for shard in shards for each in shard) == ["contoso", "fabrikam", "northwind"]


def test_a_file_that_is_missing_or_no_yaml_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be read .*`scimctl fleet add NAME` makes it"):
        read_fleet(tmp_path / "fleet.yaml")
    (tmp_path / "fleet.yaml").write_text("stacks: {")
    with pytest.raises(ConfigurationError) as refused:
        read_fleet(tmp_path / "fleet.yaml")
    assert "is no YAML" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_schema_for_editors_is_that_of_the_code() -> None:
    assert (PROJECT / schema.FILE).read_text() == schema.text()


def test_a_stack_that_stands_twice_is_refused_since_one_of_them_would_be_lost(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text("stacks:\n  a: {}\n  b: {}\n  a: {ring: canary}\n")
    with pytest.raises(ConfigurationError, match=r"stacks\.a: stands twice, again on line 4: keep one"):
        read_fleet(tmp_path / "fleet.yaml")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("stacks: &all {a: *all}", "stacks.a.a: is not a key here"),
        (
            "a: &a [x]\n" + "".join(f"{n}: &{n} [*{b}, *{b}]\n" for b, n in pairwise("abcdefghijklmnopqrstuv"))
            + "stacks: {a: {}}",
            "a: is not a key here",
        ),
        ("? [a]\n: b\nstacks: {a: {}}", "is no YAML"),
        ("stacks: {1: {}, true: {}}", "stacks[1]: is not text: write the name in quotes"),
        ("stacks: {2026-13-45: {}}", "is no YAML"),
        ("stacks: {a: {}}\n---\nstacks: {b: {}}", "is no YAML"),
        ("stacks: {a: {}}\nx: " + "[" * 5000, "is no YAML"),
        ("", "must be a map of keys and values"),
    ],
)  # fmt: skip
def test_a_file_that_is_odd_yaml_is_one_line_a_problem_and_ends_at_once(text: str, line: str, tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(text)
    with pytest.raises(ConfigurationError) as refused:
        read_fleet(tmp_path / "fleet.yaml")
    assert line in str(refused.value)
    assert all("fleet.yaml" in each for each in str(refused.value).splitlines())
