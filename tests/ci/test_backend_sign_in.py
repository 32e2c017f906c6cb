"""The identity of the job signs in to the backend that takes it, late, and is in no environment and no argument."""

import stat
from pathlib import Path

import pytest

from ci.backend_sign_in import audience, main
from providers.errors import ConfigurationError, StoppedError

AZURE = "api://AzureADTokenExchange"


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"PULUMI_ORGANIZATION": "acme"}, "urn:pulumi:org:acme"),
        ({"PULUMI_BACKEND_URL": "azblob://state", "PULUMI_ORGANIZATION": ""}, AZURE),
        ({"PULUMI_BACKEND_URL": "s3://state"}, ""),
        ({}, ""),
    ],
)
def test_only_a_backend_that_takes_the_identity_is_given_it(environ: dict[str, str], wanted: str) -> None:
    assert audience(environ) == wanted


@pytest.fixture
def job(issuer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a job whose state is in Azure; return the folder of its files."""
    for name, value in {
        "PULUMI_ORGANIZATION": "",
        "PULUMI_BACKEND_URL": "azblob://state",
        "ACTIONS_ID_TOKEN_REQUEST_URL": issuer,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "job",
        "ARM_TENANT_ID": "tenant",
        "ARM_CLIENT_ID": "client",
        "AZURE_TENANT_ID": "",
        "AZURE_CLIENT_ID": "",
        "ARM_OIDC_TOKEN": "",
        "ARM_OIDC_REQUEST_URL": "",
        "ARM_OIDC_REQUEST_TOKEN": "",
        "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "",
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.mark.parametrize(
    ("own", "tenant", "client"),
    [({}, "tenant", "client"), ({"AZURE_TENANT_ID": "state", "AZURE_CLIENT_ID": "keeper"}, "state", "keeper")],
)
def test_azure_reads_it_from_a_file_of_ours_alone_in_the_tenant_of_the_state(
    own: dict[str, str],
    tenant: str,
    client: str,
    job: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in own.items():
        monkeypatch.setenv(name, value)

    main([str(job)])

    file = job / "identity-token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == "canary Bearer job /token?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange"
    assert (
        capsys.readouterr().out
        == f"AZURE_TENANT_ID={tenant}\nAZURE_CLIENT_ID={client}\nAZURE_FEDERATED_TOKEN_FILE={file}\n"
    )


def test_a_tenant_of_the_state_without_its_client_is_refused(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "state")

    with pytest.raises(ConfigurationError, match="set both or neither"):
        main([str(job)])


def test_a_token_that_the_job_was_given_is_used_and_each_audience_has_its_own(
    job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_OIDC_TOKEN", "canary-entra")
    monkeypatch.setenv("PULUMI_OIDC_TOKEN", "canary-pulumi")

    main([str(job)])

    assert (job / "identity-token").read_text() == "canary-entra"


def test_azure_pipelines_issues_a_token_for_its_service_connection(
    issuer: str, job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_OIDC_REQUEST_URL", issuer.partition("?")[0])
    monkeypatch.setenv("ARM_OIDC_REQUEST_TOKEN", "system")
    monkeypatch.setenv("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "connection")

    main([str(job)])

    query = "api-version=7.1&audience=api%3A%2F%2FAzureADTokenExchange&serviceConnectionId=connection"
    assert (job / "identity-token").read_text() == f"canary Bearer system /token?{query}"

    monkeypatch.setenv("PULUMI_ORGANIZATION", "acme")
    with pytest.raises(ConfigurationError, match="set PULUMI_ACCESS_TOKEN instead"):
        main([str(job)])


@pytest.mark.parametrize("code", [0, 1])
def test_pulumi_cloud_takes_the_identity_from_a_file_that_is_removed_and_prints_no_variable(
    code: int, job: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = job / "pulumi"
    engine.write_text(f'#!/bin/sh\ncp "${{3#file://}}" seen\necho "$@"\nexit {code}\n')
    engine.chmod(0o755)
    monkeypatch.chdir(job)
    monkeypatch.setenv("PATH", f"{job}:/usr/bin:/bin")
    monkeypatch.setenv("PULUMI_ORGANIZATION", "acme")

    if code:
        with pytest.raises(StoppedError, match="register it under Settings"):
            main([str(job)])
    else:
        main([str(job)])

    file = job / "identity-token"
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", f"login --oidc-token file://{file} --oidc-org acme\n")
    assert (job / "seen").read_text().endswith("audience=urn%3Apulumi%3Aorg%3Aacme")
    assert not file.exists()
