import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate

from providers import jwt
from providers.entra.signin import graph_bearer
from providers.errors import ConfigurationError, ProvisioningError, UnauthorizedError
from tests.providers.calling import CANARY, soon
from tests.providers.jwts import unsigned_jwt
from tests.providers.tls_service import Service, answer
from tests.sandbox.driver import World

FAR = 4_000_000_000
CLIENT = "Entra: sign in with a client secret was refused"


def without_secret(world: World, **more: str) -> dict[str, str]:
    environ = {**world.environ(), **more}
    del environ["ARM_CLIENT_SECRET"]
    return environ


def claims_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """Sign in and return what the bearer says of who signed in."""
    address, bearer = graph_bearer(environ, soon(5))
    assert address == f"https://{environ['ARM_METADATA_HOSTNAME']}"
    return jwt.claims(bearer) or {}


def is_program(world: World, claims: dict[str, Any]) -> bool:
    return (claims["tid"], claims["appid"]) == (world.about["tenant_id"], world.about["client_id"])


def assertion(issuer: str = "https://token.actions.example") -> str:
    return unsigned_jwt({"iss": issuer, "sub": "repo:contoso/idp", "exp": FAR})


@pytest.fixture(scope="session")
def pem() -> bytes:
    """A certificate with its private key, as PEM; Entra takes RSA only."""
    made = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("app.example", key_type=trustme.KeyType.RSA)
    return made.private_key_and_cert_chain_pem.bytes()


def pfx(pem: bytes, password: str) -> bytes:
    key: Any = load_pem_private_key(pem, None)
    return pkcs12.serialize_key_and_certificates(
        b"app", key, load_pem_x509_certificate(pem), None, BestAvailableEncryption(password.encode())
    )


def test_a_client_secret_signs_in(here: World) -> None:
    assert is_program(here, claims_of(here.environ()))


def test_a_sign_in_is_remembered(here: World) -> None:
    assert claims_of(here.environ()) == claims_of(here.environ())
    assert len([one for one in here.requests() if one["path"].endswith("/token")]) == 1


def test_a_client_secret_in_a_file_signs_in(here: World, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{here.about['client_secret']}\n")

    assert is_program(here, claims_of(without_secret(here, ARM_CLIENT_SECRET_FILE_PATH=str(tmp_path / "secret"))))


def test_a_certificate_in_a_file_signs_in(here: World, tmp_path: Path, pem: bytes) -> None:
    (tmp_path / "app.pem").write_bytes(pem)

    assert is_program(here, claims_of(without_secret(here, ARM_CLIENT_CERTIFICATE_PATH=str(tmp_path / "app.pem"))))


def test_a_certificate_in_the_environment_signs_in_with_its_password(here: World, pem: bytes) -> None:
    bundle = base64.b64encode(pfx(pem, "pass")).decode()
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


@pytest.fixture
def both(here: World, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service beside a world, both trusted."""
    together = tmp_path / "both.pem"
    together.write_text(Path(os.environ["SSL_CERT_FILE"]).read_text() + (here.sandbox.state / "ca.pem").read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(together))
    return service


def test_an_oidc_token_that_the_workflow_fetches_signs_in(here: World, both: Service) -> None:
    both.answers(answer(200, {"count": 1, "value": assertion()}))

    assert is_program(here, claims_of(requesting(here, both)))
    assert both.seen[0].target == "/token?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange"
    assert both.seen[0].headers["authorization"] == "Bearer a-request-token"


def test_a_request_address_without_a_query_gets_one(here: World, both: Service) -> None:
    both.answers(answer(200, {"value": assertion()}))

    claims_of(requesting(here, both, "/token"))

    assert both.seen[0].target == "/token?audience=api%3A%2F%2FAzureADTokenExchange"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, {}, "the workflow needs the permission `id-token: write`"),
        (200, {"count": 0}, "no value in the answer: check the request address"),
        (200, [CANARY], "no value in the answer: check the request address"),
        (200, b"<html>", "bytes of application/json that are no JSON"),
    ],
)
def test_a_workflow_that_gets_no_oidc_token_says_why(
    here: World, both: Service, status: int, body: Any, said: str
) -> None:
    both.answers(answer(status, body))

    with pytest.raises(ProvisioningError) as caught:
        claims_of(requesting(here, both))

    assert str(caught.value).startswith("OIDC: fetch the identity token of this run")
    assert said in str(caught.value)


def test_a_managed_identity_signs_in(here: World, both: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    both.answers(answer(200, {"access_token": here.sign_in(), "expires_on": str(FAR), "token_type": "Bearer"}))
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{both.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "a-header")
    environ = without_secret(here, ARM_USE_MSI="true", SSL_CERT_FILE=os.environ["SSL_CERT_FILE"])

    assert is_program(here, claims_of(environ))
    assert f"client_id={here.about['client_id']}" in both.seen[0].target


def az(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a command line of Azure's on PATH that does this."""
    (folder / "az").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "az").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def with_cli(world: World) -> dict[str, str]:
    return {**without_secret(world, ARM_USE_CLI="true"), "PATH": os.environ["PATH"]}


def test_the_command_line_of_azure_signs_in(here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = json.dumps({"accessToken": here.sign_in(), "expires_on": FAR, "tenant": here.about["tenant_id"]})
    az(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked\ncat <<EOF\n{answered}\nEOF')

    assert is_program(here, claims_of(with_cli(here)))
    asked = (tmp_path / "asked").read_text().strip()
    assert asked.startswith("account get-access-token")
    assert f"--resource {here.sandbox.entra}" in asked
    assert f"--tenant {here.about['tenant_id']}" in asked


def test_a_command_line_that_is_not_signed_in_is_one_line(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    az(tmp_path, monkeypatch, f"echo \"ERROR: {CANARY} Please run 'az login'\" >&2; exit 1")

    with pytest.raises(UnauthorizedError) as caught:
        claims_of(with_cli(here))

    assert str(caught.value) == (
        "Entra: sign in with a Azure CLI was refused (CredentialUnavailableError): "
        "check the ARM_* settings and that the sign-in address can be reached"
    )


def test_a_wrong_secret_says_which_value_is_meant(here: World) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        claims_of({**here.environ(), "ARM_CLIENT_SECRET": CANARY})

    assert caught.value.code == "AADSTS7000215"
    assert str(caught.value) == (
        f"{CLIENT} (AADSTS7000215): the client secret is wrong: check ARM_CLIENT_SECRET (its value, not its id)"
    )


def test_a_wrong_tenant_names_the_setting(here: World) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        claims_of({**here.environ(), "ARM_TENANT_ID": "11111111-2222-3333-4444-555555555555"})

    assert str(caught.value) == f"{CLIENT} (AADSTS90002): there is no such tenant: check ARM_TENANT_ID"


def test_an_application_of_another_tenant_names_the_settings(here: World) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        claims_of({**here.environ(), "ARM_CLIENT_ID": "11111111-2222-3333-4444-555555555555"})

    assert str(caught.value) == (
        f"{CLIENT} (AADSTS700016): the application is not in this tenant: check ARM_CLIENT_ID and ARM_TENANT_ID"
    )


def test_an_oidc_token_that_has_expired_is_refused(here: World) -> None:
    old = unsigned_jwt({"iss": "https://issuer.example", "sub": "s", "exp": 1})

    with pytest.raises(UnauthorizedError, match=r"sign in with a OpenID Connect was refused \(AADSTS50027\)"):
        claims_of(without_secret(here, ARM_USE_OIDC="true", ARM_OIDC_TOKEN=old))


def test_a_service_that_does_not_answer_is_no_missing_permission(here: World) -> None:
    here.fail({"service": "login", "status": 503, "times": 9})

    with pytest.raises(ProvisioningError, match="that the sign-in address can be reached"):
        claims_of(here.environ())


def test_without_any_credential_nothing_is_sent(here: World) -> None:
    with pytest.raises(ConfigurationError, match="no credential for Entra: set ARM_TENANT_ID"):
        graph_bearer(without_secret(here), soon(5))

    assert here.requests() == []


def test_everything_that_is_missing_is_said_at_once(here: World) -> None:
    with pytest.raises(ConfigurationError, match="ARM_TENANT_ID is not set.*; ARM_CLIENT_ID is not set"):
        graph_bearer({**here.environ(), "ARM_TENANT_ID": "", "ARM_CLIENT_ID": ""}, soon(5))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ARM_CLIENT_SECRET_FILE_PATH", "ARM_CLIENT_SECRET_FILE_PATH cannot be read"),
        ("ARM_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_CERTIFICATE_PATH cannot be read"),
        ("ARM_OIDC_TOKEN_FILE_PATH", "the file of the OIDC token cannot be read"),
    ],
)
def test_a_file_that_is_not_there_is_named_by_its_setting(here: World, tmp_path: Path, name: str, said: str) -> None:
    environ = without_secret(here, ARM_USE_OIDC="true", **{name: str(tmp_path / "missing")})

    with pytest.raises(ConfigurationError) as caught:
        claims_of(environ)

    assert str(caught.value) == f"{said} (No such file or directory): check the path"


def test_a_certificate_that_is_no_base64_says_what_to_encode(here: World) -> None:
    with pytest.raises(ConfigurationError, match="ARM_CLIENT_CERTIFICATE is no base64: encode the PKCS#12 bundle"):
        claims_of(without_secret(here, ARM_CLIENT_CERTIFICATE="-----BEGIN"))


@pytest.mark.parametrize("password", ["", "another"])
def test_a_certificate_that_cannot_be_opened_is_a_matter_of_configuration(
    here: World, pem: bytes, password: str
) -> None:
    bundle = base64.b64encode(pfx(pem, CANARY)).decode()

    with pytest.raises(ConfigurationError) as caught:
        claims_of(
            without_secret(here, ARM_CLIENT_CERTIFICATE=bundle, ARM_CLIENT_CERTIFICATE_PASSWORD=password)
        )

    assert str(caught.value).startswith("Entra: the settings for a client certificate cannot be used")


def test_a_tenant_id_that_cannot_be_one_is_a_matter_of_configuration(here: World) -> None:
    with pytest.raises(ConfigurationError, match="Entra: the settings for a client secret cannot be used"):
        claims_of({**here.environ(), "ARM_TENANT_ID": "no tenant/at all"})


def test_a_refused_sign_in_shows_its_own_line_only(here: World) -> None:
    script = (
        "import os\n"
        "from providers.deadline import Deadline\n"
        "from providers.entra.signin import graph_bearer\n"
        "from providers.errors import UnauthorizedError\n"
        "try:\n"
        "    graph_bearer(os.environ, Deadline())\n"
        "except UnauthorizedError as error:\n"
        "    print(error)\n"
    )
    environ = {**os.environ, **here.environ(), "ARM_CLIENT_SECRET": CANARY}

    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False)

    assert done.stdout.startswith(f"{CLIENT} (AADSTS7000215)")
    assert done.stderr == ""


def test_azure_identity_is_loaded_only_to_sign_in(here: World) -> None:
    script = "import sys, providers.entra.provisioning_status\nprint([one for one in sys.modules if 'azure.' in one])"

    done = subprocess.run([sys.executable, "-c", script], env={**os.environ, **here.environ()}, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
