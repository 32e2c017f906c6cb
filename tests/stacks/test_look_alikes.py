"""A key that is meant for this program is never passed over in silence because of how it is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.config import StackConfig
from stacks.problems import PROJECT, look_alikes
from tests.stacks.conftest import SMALLEST, Problems

SECTIONS = [str(field.alias) for name, field in StackConfig.model_fields.items() if name != "tenant_id"]
sections = st.sampled_from(SECTIONS)
letters = st.integers(0, 12)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("greenlake_scim:token", "token"),
        ("greenlake:token", "token"),
        ("greenlakescim:access", "access"),
        ("GreenLake-SCIM:Token", "token"),
        ("greenlake-scims:tokens", "token"),
        ("green-lake-scim:mapping", "mappings"),
        ("grenlake-scim:acess", "access"),
        ("hpe-greenlake:provisioning", "provisioning"),
        ("scim:app", "app"),
    ],
)
def test_a_key_that_looks_like_ours_is_refused_with_the_right_one(
    problems_of: Problems, written: str, right: str
) -> None:
    assert problems_of(SMALLEST, others={written: "x"}) == [
        f"{written}: is a key that nothing reads: write {PROJECT}{right}"
    ]


@given(sections, letters)
def test_one_letter_too_few_in_the_namespace_is_found(section: str, at: int) -> None:
    namespace = PROJECT[:-1]
    written = f"{namespace[:at]}{namespace[at + 1 :]}:{section}"

    assert list(look_alikes([written])) == [f"{written}: is a key that nothing reads: write {PROJECT}{section}"]


@given(sections, letters, st.sampled_from("abc_- AZ"))
def test_one_letter_too_many_in_the_namespace_is_found(section: str, at: int, letter: str) -> None:
    written = f"{PROJECT[:at]}{letter}{PROJECT[at:-1]}:{section}"

    assert list(look_alikes([written])) == [f"{written}: is a key that nothing reads: write {PROJECT}{section}"]


def test_a_section_that_nobody_can_guess_gets_the_list() -> None:
    (line,) = look_alikes(["greenlake:apiUrl"])

    assert line.endswith(f"write {PROJECT}<section>, one of {', '.join(SECTIONS)}")


@pytest.mark.parametrize(
    "namespace", ["azuread", "pulumi", "aws", "azure-native", "gcp", "kubernetes", "gitlab", "github", "datadog"]
)
def test_keys_of_others_are_left_alone(namespace: str) -> None:
    assert list(look_alikes([f"{namespace}:{section}" for section in SECTIONS])) == []


@pytest.mark.parametrize(
    "written", ["azuread:tenantID", "azuread:tenant_id", "azure-ad:tenantId", "AzureAD:tenantId", "azurad:tenantId"]
)
def test_a_key_that_looks_like_the_tenants_is_refused_with_the_right_one_alone(
    problems_of: Problems, written: str
) -> None:
    assert problems_of(SMALLEST, others={written: "x"}) == [
        f"{written}: is a key that nothing reads: write azuread:tenantId"
    ]


@pytest.mark.parametrize(
    "key", ["azuread:clientId", "azuread:environment", "azure-native:tenantId", "azuread:tenantId"]
)
def test_keys_of_azures_providers_are_not_read_as_the_tenants(key: str) -> None:
    assert list(look_alikes([key])) == []


def test_our_own_keys_are_left_alone() -> None:
    assert list(look_alikes([PROJECT + section for section in SECTIONS])) == []
