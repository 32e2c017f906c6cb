"""How values arrive from the engine, and how problems leave."""

from typing import Any

import pulumi
import pytest

from stacks.config import TENANT_KEY
from tests.stacks.conftest import SMALLEST, TENANT, Load, Problems

OTHER = "99999999-2222-4333-8444-555555555555"


def test_the_smallest_document_is_enough(load_document: Load) -> None:
    config = load_document(SMALLEST)
    assert config.access.groups == ("GreenLake Administrators",)
    assert config.token.every == "60d"


def test_every_line_names_the_file_the_key_the_value_and_the_remedy(load_document: Load) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        load_document({**SMALLEST, "token": {"every": "60"}}, stack="staging")
    assert str(refused.value) == (
        'stacks/Pulumi.staging.yaml: token.every: "60" is not a duration: write a number and s, m, h or d, such as 60d'
    )


def test_all_problems_of_all_sections_come_at_once(problems_of: Problems) -> None:
    lines = problems_of(
        {
            "greenlake": {"apiUrl": "http://sps.us1.greenlake-hpe.com"},
            "token": {"every": 60, "evry": "60d"},
            "app": {"mode": "borrow"},
            "access": {},
            "tokn": {},
            "azuread:tenantId": "contoso.example",
        },
        others={"azuread:clientId": "x"},
    )
    assert [line.partition(": ")[0] for line in lines] == [
        "azuread:tenantId",
        "greenlake.apiUrl",
        "token.every",
        "token.evry",
        "app.mode",
        "access",
        "tokn",
        "azuread:clientId",
    ]


def test_a_boolean_that_the_command_line_wrote_as_text_is_a_boolean(load_document: Load) -> None:
    assert load_document({**SMALLEST, "protect": "true"}).protect is True


@pytest.mark.parametrize("value", ["60d", "7", ""])
def test_a_section_that_is_not_a_map_is_refused_as_such(problems_of: Problems, value: str) -> None:
    (line,) = problems_of({**SMALLEST, "app": value})
    assert line.startswith("app: ")
    assert line.endswith("must be a map of keys and values")


@pytest.mark.parametrize("section", ["token", "protect", "access"])
@pytest.mark.parametrize("token", [{"every": "60d", "rotateWhenChanged": {"a": "canary"}}, {"every": "canary"}])
def test_an_encrypted_value_anywhere_in_a_section_is_refused_in_one_line_that_does_not_show_it(
    problems_of: Problems, token: dict[str, object], section: str
) -> None:
    document = {**SMALLEST, section: token}

    said = [line for line in problems_of(document, secret=[section]) if line.startswith(section)]

    assert len(said) == 1
    assert said[0].startswith(f"{section}: holds an encrypted value (secure:), which would be in clear in state")
    assert "canary" not in said[0]


@pytest.mark.parametrize(
    "greenlake",
    [
        {"tokenField": "canary canary"},
        {"apiUrl": "https://canary:canary@host"},
        {"apiUrl": "http://canary"},
        {"secretToken": "canary"},
        {"apiUrl": ["canary"]},
        {"apiUrl": {"password": "canary"}},
    ],
)
def test_a_value_that_may_be_secret_is_not_shown(problems_of: Problems, greenlake: dict[str, object]) -> None:
    (line,) = problems_of({**SMALLEST, "greenlake": greenlake})
    assert "canary" not in line


def test_a_long_value_is_not_shown(problems_of: Problems) -> None:
    (line,) = problems_of({**SMALLEST, "token": {"every": "e" * 70}})
    assert line == "token.every: is not a duration: write a number and s, m, h or d, such as 60d"


@pytest.mark.parametrize("secret", ["glscim_Zx9Kq27LmPqR8sT0vWyAbCdEfGh12345", "Xq7Rt2Lm9Pz4Kd8WvB3n"])
def test_a_secret_at_a_wrong_place_is_not_shown(problems_of: Problems, secret: str) -> None:
    at_a_place: list[dict[str, Any]] = [
        {"token": {"every": secret}},
        {"provisioning": {"status": secret}},
        {"provisioning": {"notificationEmail": secret}},
        {"app": {"mode": secret}},
        {"app": {secret: "x"}},
        {"greenlake": {"workspace": f"is {secret}"}},
        {"greenlake": {"tenantUrl": f"https://sps.us1.greenlake-hpe.com/v1alpha1/scimproxy?token={secret}"}},
        {TENANT_KEY: secret},
        {secret: {}},
    ]
    for each in at_a_place:
        lines = problems_of({**SMALLEST, **each})
        assert lines
        assert secret not in "".join(lines)
    (line,) = problems_of(SMALLEST, others={f"greenlake:{secret}": "x"})
    assert secret not in line


def test_azuread_settings_belong_in_the_environment(problems_of: Problems) -> None:
    (line,) = problems_of(SMALLEST, others={"azuread:clientSecret": "canary", "pulumi:tags": "{}"})
    assert line == (
        "azuread:clientSecret: set it in the environment (ARM_...) instead, from which all parts of the program read it"
    )


def test_a_missing_credential_is_reported_with_the_rest_before_anything_is_sent(
    problems_of: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_CLIENT_ID", "")
    monkeypatch.setenv("ARM_USE_CLI", "false")
    unknown, credential = problems_of({**SMALLEST, "tokn": {}})
    assert unknown.startswith("tokn: ")
    assert credential.startswith("ARM_CLIENT_ID is not set")


def test_configuration_without_any_key_is_refused_with_lines(problems_of: Problems) -> None:
    tenant, access, every = problems_of({})
    assert tenant.startswith("azuread:tenantId: is missing: ")
    assert access == "access: is missing: docs/configuration.md lists its keys"
    assert every.startswith("token.every: is not set")


def test_the_tenant_of_the_stack_file_is_read_in_any_case(load_document: Load) -> None:
    assert load_document({**SMALLEST, TENANT_KEY: TENANT.upper()}).tenant_id == TENANT


@pytest.mark.parametrize("written", ["contoso.example", TENANT[1:], f"{{{TENANT}}}", "", f"{TENANT} "])
def test_what_is_not_an_id_of_a_tenant_is_refused_with_what_to_write(problems_of: Problems, written: str) -> None:
    (line,) = problems_of({**SMALLEST, TENANT_KEY: written})
    assert line == (
        f'{TENANT_KEY}: "{written}" is not the id of a tenant, a GUID: if the stack belongs to the tenant of '
        f"ARM_TENANT_ID, run `pulumi config set {TENANT_KEY} {TENANT} --stack dev`"
    )


def test_an_encrypted_tenant_is_refused(problems_of: Problems) -> None:
    (line,) = problems_of(SMALLEST, secret=[TENANT_KEY])
    assert line.startswith(f"{TENANT_KEY}: holds an encrypted value")


def test_an_environment_that_names_another_tenant_stops_with_one_line_that_names_both(
    problems_of: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_TENANT_ID", OTHER)
    (line,) = problems_of(SMALLEST)
    assert line.startswith(f"this stack belongs to the Entra tenant {TENANT}, and ARM_TENANT_ID names {OTHER}: ")


def test_an_environment_that_names_no_tenant_signs_in_to_that_of_the_stack(
    load_document: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARM_TENANT_ID")
    assert load_document(SMALLEST).tenant_id == TENANT


def test_the_address_of_the_environment_counts_only_if_the_stack_file_names_none(
    load_document: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLAKE_API_URL", "https://127.0.0.1:7001/")
    assert load_document(SMALLEST).greenlake.tenant_url == "https://127.0.0.1:7001/v1alpha1/scimproxy"
    assert (
        load_document({**SMALLEST, "greenlake": {"tokenField": "token"}}).greenlake.api_url == "https://127.0.0.1:7001"
    )
    named = {**SMALLEST, "greenlake": {"apiUrl": "https://sps.example"}}
    assert load_document(named).greenlake.api_url == "https://sps.example"
    monkeypatch.setenv("GREENLAKE_API_URL", "")
    assert load_document(SMALLEST).greenlake.api_url == "https://sps.us1.greenlake-hpe.com"


@pytest.mark.parametrize("value", ["127.0.0.1:7001", "http://sps.example", "https://sps.example?x=1"])
def test_a_wrong_address_of_the_environment_is_refused_under_the_name_of_the_variable(
    problems_of: Problems, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("GREENLAKE_API_URL", value)
    (line,) = problems_of(SMALLEST)
    assert line.startswith("GREENLAKE_API_URL: must ")


def test_a_section_that_is_not_a_map_keeps_its_line_beside_an_address_of_the_environment(
    problems_of: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLAKE_API_URL", "https://127.0.0.1:7001")
    (line,) = problems_of({**SMALLEST, "greenlake": "sps"})
    assert line.startswith('greenlake: "sps" must be a map')
