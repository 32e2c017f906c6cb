"""Which tenant a stack is in, and what contradicts it."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.sign_in.tenant import (
    check_token,
    contradiction,
    moved,
    must_record_tenant,
    recorded_tenant,
    tenant_of_job,
    tenant_of_state,
)
from providers.errors import ConfigurationError, StoppedError
from tests.providers.jwts import unsigned_jwt

A, B = "aaaaaaaa-1111-4111-8111-111111111111", "bbbbbbbb-2222-4222-8222-222222222222"
tenants = st.uuids().map(str)
PROVIDER = {"type": "pulumi:providers:azuread", "inputs": {"tenantId": B}}


def job(tenant: str) -> str:
    return f"scim.{UUID(tenant).hex}.00001111-aaaa-2222-bbbb-3333cccc4444"


@given(tenants, tenants)
def test_another_id_in_the_environment_is_one_line_that_names_both(ours: str, other: str) -> None:
    said = contradiction(ours, {"ARM_TENANT_ID": other})

    assert bool(said) == (ours != other)
    assert not said or (ours in said and other in said and "\n" not in said)


@pytest.mark.parametrize("named", [{}, {"ARM_TENANT_ID": ""}, {"ARM_TENANT_ID": "contoso.example"}])
def test_an_environment_that_names_no_id_contradicts_nothing(named: dict[str, str]) -> None:
    assert contradiction(A, named) == ""


def test_upper_case_is_the_same_tenant() -> None:
    assert contradiction(A, {"ARM_TENANT_ID": A.upper()}) == ""
    check_token(unsigned_jwt({"tid": A.upper()}), A)


@pytest.mark.parametrize("token", [unsigned_jwt({"tid": B}), unsigned_jwt({}), unsigned_jwt({"tid": 5}), "opaque", ""])
def test_a_token_counts_only_if_it_names_the_tenant(token: str) -> None:
    with pytest.raises(ConfigurationError, match=f"belongs to the Entra tenant {A}, and the sign-in is to "):
        check_token(token, A)


def test_a_token_of_no_tenant_is_never_that_of_a_stack_without_one() -> None:
    with pytest.raises(ConfigurationError):
        check_token(unsigned_jwt({}), "")


@given(tenants)
def test_the_id_of_a_job_names_its_tenant(tenant: str) -> None:
    assert tenant_of_job(job(tenant)) == tenant


@pytest.mark.parametrize("id_", ["scim.tenant.app", "scim", "", None, 5, "scim.0123456789abcdef.x", f"{job(A)[:37]}"])
def test_another_id_names_none(id_: object) -> None:
    assert tenant_of_job(id_) == ""


@pytest.mark.parametrize(
    ("outs", "tenant"),
    [
        ({"tenant_id": A, "job_id": job(B)}, A),
        ({"tenant_id": "", "job_id": job(B)}, B),
        ({"job_id": job(B)}, B),
    ],
)
def test_what_is_recorded_counts_more_than_the_id_of_the_job(outs: dict[str, Any], tenant: str) -> None:
    assert recorded_tenant(outs) == tenant


@pytest.mark.parametrize("outs", [{}, {"job_id": "scim"}, {"tenant_id": "", "service_principal_id": "sp"}])
def test_outputs_that_name_no_tenant_are_not_read_and_an_update_records_it(outs: dict[str, Any]) -> None:
    with pytest.raises(StoppedError, match="run `pulumi up` without --refresh once, which records it"):
        recorded_tenant(outs)
    assert must_record_tenant(outs, {"tenant_id": A})


@pytest.mark.parametrize("olds", [{"tenant_id": A}, {"job_id": job(A)}])
def test_a_stack_file_that_names_another_tenant_than_state_is_a_stop(olds: dict[str, Any]) -> None:
    assert not must_record_tenant(olds, {"tenant_id": A})
    with pytest.raises(StoppedError, match=f"deployed to the Entra tenant {A}, and its file names {B}"):
        must_record_tenant(olds, {"tenant_id": B})


@pytest.mark.parametrize("news", [{}, {"tenant_id": ""}])
def test_a_refresh_compares_with_inputs_of_before_that_name_no_tenant(news: dict[str, Any]) -> None:
    assert not must_record_tenant({"tenant_id": A}, news)


def test_nothing_is_moved_if_one_side_is_not_known() -> None:
    assert [moved("", B), moved(A, ""), moved(A, A)] == ["", "", ""]


@pytest.mark.parametrize(
    ("resources", "tenant"),
    [
        ([], ""),
        ([{"type": "x"}, {"type": "x", "outputs": None}], ""),
        ([PROVIDER], B),
        ([{"type": "pulumi:providers:azuread", "inputs": {"version": "6"}}], ""),
        ([PROVIDER, {"type": "x", "outputs": {"tenant_id": A}}], A),
        ([PROVIDER, {"type": "x", "outputs": {"job_id": job(A)}}], A),
        ([PROVIDER, {"type": "x", "id": f"/servicePrincipals/sp/synchronization/jobs/{job(A)}"}], A),
    ],
)
def test_a_state_is_in_the_tenant_of_its_resources_rather_than_of_its_provider(
    resources: list[dict[str, Any]], tenant: str
) -> None:
    assert tenant_of_state(resources) == tenant
