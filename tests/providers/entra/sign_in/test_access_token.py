import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import load_pem_x509_certificate

from providers.entra.sign_in.access_token import graph_bearer
from providers.entra.sign_in.client_assertion import certificate_assertion
from providers.entra.sign_in.credentials import SignIn, Way
from providers.errors import ApiError, ConfigurationError, ProvisioningError, UnexpectedAnswerError, UnreachableError
from providers.timestamps import now
from tests.providers.calling import CANARY, soon
from tests.providers.entra.sign_in.signing_in import az, claims_of, is_program, pem, pfx, with_cli, without_secret
from tests.providers.jwts import unsigned_jwt
from tests.providers.tls_service import Service, answer
from tests.sandbox.driver import World

FAR = 4_000_000_000


def assertion(issuer: str = "https://token.actions.example") -> str:
    return unsigned_jwt({"iss": issuer, "sub": "repo:contoso/idp", "exp": FAR})


def test_a_client_secret_signs_in(here: World) -> None:
    assert is_program(here, claims_of(here.environ()))


def test_a_sign_in_is_remembered(here: World) -> None:
    assert claims_of(here.environ()) == claims_of(here.environ())
    assert len([one for one in here.requests() if one["path"].endswith("/token")]) == 1


def test_a_certificate_in_a_file_signs_in(here: World, tmp_path: Path) -> None:
    (tmp_path / "app.pem").write_bytes(pem())

    assert is_program(here, claims_of(without_secret(here, ARM_CLIENT_CERTIFICATE_PATH=str(tmp_path / "app.pem"))))


def test_a_certificate_in_the_environment_signs_in_with_its_password(here: World) -> None:
    bundle = base64.b64encode(pfx("pass")).decode()
    environ = without_secret(here, ARM_CLIENT_CERTIFICATE=bundle, ARM_CLIENT_CERTIFICATE_PASSWORD="pass")

    assert is_program(here, claims_of(environ))


def test_an_oidc_token_signs_in(here: World) -> None:
    environ = without_secret(here, ARM_USE_OIDC="true", ARM_OIDC_TOKEN=assertion())

    assert is_program(here, claims_of(environ))


def test_an_oidc_token_in_a_file_signs_in(here: World, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(assertion() + "\n")
    environ = without_secret(here, ARM_USE_OIDC="true", ARM_OIDC_TOKEN_FILE_PATH=str(tmp_path / "token"))

    assert is_program(here, claims_of(environ))


def requesting(world: World, service: Service, path: str = "/token?api-version=2") -> dict[str, str]:
    """Return the environment of a workflow that fetches its OIDC token from a service."""
    return without_secret(
        world, ARM_USE_OIDC="true", ARM_OIDC_REQUEST_URL=service.url + path, ARM_OIDC_REQUEST_TOKEN="a-request-token"
    )


def test_an_oidc_token_that_the_workflow_fetches_signs_in(here: World, beside: Service) -> None:
    beside.answers(answer(200, {"count": 1, "value": assertion()}))

    assert is_program(here, claims_of(requesting(here, beside)))
    assert beside.seen[0].target == "/token?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange"
    assert beside.seen[0].headers["authorization"] == "Bearer a-request-token"


CONNECTION = {"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "a-connection"}


def test_an_oidc_token_that_azure_devops_issues_for_a_service_connection_signs_in(here: World, beside: Service) -> None:
    beside.answers(answer(200, {"oidcToken": assertion()}))

    assert is_program(here, claims_of({**requesting(here, beside, "/oidctoken"), **CONNECTION}))
    (seen,) = beside.seen
    assert (seen.method, seen.headers["content-length"]) == ("POST", "0")
    assert seen.target == (
        "/oidctoken?api-version=7.1&audience=api%3A%2F%2FAzureADTokenExchange&serviceConnectionId=a-connection"
    )


@pytest.mark.parametrize(
    ("status", "more", "said"),
    [
        (405, {}, "in Azure Pipelines set ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID"),
        (401, CONNECTION, r"set ARM_OIDC_REQUEST_TOKEN to \$\(System.AccessToken\)"),
        (404, CONNECTION, "compare ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID"),
        (200, CONNECTION, "no oidcToken in the answer"),
    ],
)
def test_what_azure_pipelines_lack_is_reported(
    here: World, beside: Service, status: int, more: dict[str, str], said: str
) -> None:
    beside.answers(answer(status, {"value": CANARY}))

    with pytest.raises(ProvisioningError, match=said):
        claims_of({**requesting(here, beside), **more})


def test_an_oidc_token_that_has_expired_is_asked_for_anew_once(here: World, beside: Service) -> None:
    old = unsigned_jwt({"iss": "https://token.actions.example", "sub": "s", "exp": 1})
    beside.answers(answer(200, {"value": old}), answer(200, {"value": assertion()}))
    assert is_program(here, claims_of(requesting(here, beside)))
    assert len(beside.seen) == 2


def test_a_request_address_without_a_query_gets_one(here: World, beside: Service) -> None:
    beside.answers(answer(200, {"value": assertion()}))

    claims_of(requesting(here, beside, "/token"))

    assert beside.seen[0].target == "/token?audience=api%3A%2F%2FAzureADTokenExchange"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, {}, "the workflow needs the permission `id-token: write`"),
        (200, {"count": 0}, "no value in the answer: check the request address"),
        (200, [CANARY], "no value in the answer: check the request address"),
        (200, b"<html>", "bytes of application/json that are not JSON"),
    ],
)
def test_a_workflow_that_gets_no_oidc_token_shows_why(
    here: World, beside: Service, status: int, body: Any, said: str
) -> None:
    beside.answers(answer(status, body))

    with pytest.raises(ProvisioningError) as caught:
        claims_of(requesting(here, beside))

    assert str(caught.value).startswith("OIDC: fetch the identity token of this run")
    assert said in str(caught.value)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.usefixtures("no_backoff")
def test_a_workflow_that_gets_no_oidc_token_is_asked_six_times_and_not_six_times_six(
    here: World, beside: Service, status: int
) -> None:
    beside.answers(answer(status))

    with pytest.raises(ApiError, match="OIDC: fetch the identity token of this run was answered"):
        claims_of(requesting(here, beside))

    assert len(beside.seen) == 6


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.usefixtures("no_backoff")
def test_a_managed_identity_that_is_not_there_yet_is_awaited(here: World, beside: Service, status: int) -> None:
    beside.answers(answer(status), answer(200, {"access_token": here.sign_in()}))

    assert is_program(here, claims_of(without_secret(here, ARM_USE_MSI="true", ARM_MSI_ENDPOINT=beside.url)))


@pytest.mark.parametrize(
    ("of_app", "version", "header"),
    [(False, "2018-02-01", ("metadata", "true")), (True, "2019-08-01", ("x-identity-header", "a-header"))],
)
def test_a_managed_identity_of_a_virtual_machine_and_of_an_app_signs_in(
    here: World, beside: Service, of_app: bool, version: str, header: tuple[str, str]
) -> None:
    beside.answers(answer(200, {"access_token": here.sign_in()}))
    endpoint = f"{beside.url}/identity"
    host = {"IDENTITY_ENDPOINT": endpoint, "IDENTITY_HEADER": "a-header"} if of_app else {"ARM_MSI_ENDPOINT": endpoint}

    assert is_program(here, claims_of(without_secret(here, ARM_USE_MSI="true", **host)))
    (seen,) = beside.seen
    resource = quote(here.sandbox.entra, safe="")
    assert seen.target == f"/identity?api-version={version}&resource={resource}&client_id={here.about['client_id']}"
    assert seen.headers[header[0]] == header[1]


def test_the_command_line_of_azure_signs_in(here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = json.dumps({"accessToken": here.sign_in(), "expires_on": FAR, "tenant": here.about["tenant_id"]})
    az(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked\ncat <<EOF\n{answered}\nEOF')

    assert is_program(here, claims_of(with_cli(here)))
    asked = (tmp_path / "asked").read_text().strip()
    assert asked.startswith("account get-access-token")
    assert f"--resource {here.sandbox.entra}" in asked
    assert f"--tenant {here.about['tenant_id']}" in asked


def test_a_command_line_that_does_not_end_is_given_up_in_time(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    az(tmp_path, monkeypatch, "exec sleep 60")
    environ = with_cli(here)
    claims_of(here.environ())

    with pytest.raises(UnreachableError, match="with the Azure CLI: no answer in time: check the network"):
        graph_bearer(environ, soon(0.5), here.tenant_id)


@pytest.mark.parametrize("printed", ["", "[]", "{}", '{"accessToken": 7}'])
def test_a_command_line_that_prints_no_token_is_one_line(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: str
) -> None:
    az(tmp_path, monkeypatch, f"echo '{printed}'")

    with pytest.raises(UnexpectedAnswerError, match="with the Azure CLI: the answer cannot be understood"):
        claims_of(with_cli(here))


def test_a_token_that_has_nearly_ended_is_asked_for_anew(here: World, beside: Service) -> None:
    (tenant, client) = (here.tenant_id, here.about["client_id"])
    ending = unsigned_jwt({"tid": tenant, "appid": client, "exp": now().timestamp() + 300})
    beside.answers(answer(200, {"access_token": ending}), answer(200, {"access_token": here.sign_in()}))
    environ = without_secret(here, ARM_USE_MSI="true", ARM_MSI_ENDPOINT=beside.url)

    assert [claims_of(environ)["tid"] for _ in range(3)] == [tenant] * 3
    assert len(beside.seen) == 2


@pytest.mark.parametrize("bundle", [pem, lambda: pfx("pass")])
def test_a_certificate_signs_an_assertion_for_the_token_endpoint_as_entra_documents_it(
    bundle: Callable[[], bytes],
) -> None:
    data = base64.b64encode(bundle()).decode()
    chosen = SignIn(Way.CERTIFICATE, "t", "a-client", {"data": data, "password": "" if bundle is pem else "pass"})
    certificate = load_pem_x509_certificate(pem())

    head, body, signature = certificate_assertion(chosen, "https://login.example/t/oauth2/v2.0/token").split(".")

    thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    assert json.loads(_decoded(head)) == {"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint}
    claims = json.loads(_decoded(body))
    assert (claims["iss"], claims["sub"]) == ("a-client", "a-client")
    assert claims["aud"] == "https://login.example/t/oauth2/v2.0/token"
    assert claims["nbf"] <= now().timestamp() < claims["exp"] <= claims["nbf"] + 600
    key: Any = certificate.public_key()
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    key.verify(_decoded(signature), f"{head}.{body}".encode(), pss, hashes.SHA256())


def test_only_an_rsa_key_signs(here: World) -> None:
    made = trustme.CA().issue_cert("app.example").private_key_and_cert_chain_pem.bytes()
    environ = without_secret(here, ARM_CLIENT_CERTIFICATE=base64.b64encode(made).decode())

    with pytest.raises(ConfigurationError, match="check that it is whole, has its RSA key"):
        claims_of(environ)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
