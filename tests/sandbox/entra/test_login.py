"""Signing in, by hand and with Microsoft's own library."""

import base64
import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest
from azure.identity import CertificateCredential, ClientAssertionCredential, ClientSecretCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from sandbox.core import jwt
from tests.sandbox.driver import World

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _token(world: World, tenant: str = "", **changed: str) -> httpx.Response:
    form = {
        "client_id": world.about["client_id"],
        "client_secret": world.about["client_secret"],
        "grant_type": "client_credentials",
        "scope": "https://graph.microsoft.com/.default",
    }
    address = f"{world.sandbox.entra}/{tenant or world.about['tenant_id']}/oauth2/v2.0/token"
    return world.sandbox.http.post(address, data={k: v for k, v in (form | changed).items() if v})


def test_a_token_names_tenant_client_principal_and_granted_roles(world: World) -> None:
    world.set(permissions=["Group.Read.All"])
    answer = _token(world).json()
    claims = jwt.peek(answer["access_token"])
    assert answer["token_type"] == "Bearer"
    assert (claims["tid"], claims["appid"]) == (world.about["tenant_id"], world.about["client_id"])
    assert claims["roles"] == ["Group.Read.All"]
    with world.graph("admin_client") as admin:
        assert admin.get(f"servicePrincipals/{claims['oid']}").json()["appId"] == world.about["client_id"]


@pytest.mark.parametrize("written", [str.lower, str.upper])
@pytest.mark.parametrize("name", ["tenant_id", "tenant_domain"])
def test_the_tenant_may_be_named_by_id_or_domain_in_any_case(
    world: World, name: str, written: Callable[[str], str]
) -> None:
    assert _token(world, tenant=written(world.about[name])).status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": "00000000-1111-2222-3333-444444444444"}, 400, "unauthorized_client", 700016),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": "https://graph.microsoft.com/User.Read"}, 400, "invalid_scope", 1002012),
        ({"tenant": "00000000-1111-2222-3333-444444444444"}, 400, "invalid_request", 90002),
    ],
)
def test_a_refused_sign_in_carries_its_aadsts_number(
    world: World, changed: Mapping[str, str], status: int, error: str, number: int
) -> None:
    answer = _token(world, **changed)
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")


def test_a_refusal_repeats_no_secret(world: World) -> None:
    assert "canary-secret" not in _token(world, client_secret="canary-secret").text


def _assertion(**claims: object) -> str:
    parts = ({"alg": "RS256"}, {"exp": int(time.time()) + 300, **claims})
    packed = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*packed, "c2lnbmF0dXJl"])


def test_a_federated_assertion_of_another_issuer_signs_in(world: World) -> None:
    assertion = _assertion(iss="https://ci.example", sub="repo:any")
    answer = _token(world, client_secret="", client_assertion=assertion, client_assertion_type=_ASSERTION)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "assertion",
    [
        "no.jwt",
        _assertion(iss="https://ci.example"),
        _assertion(iss="other", sub="other"),
        _assertion(iss="https://ci.example", sub="repo:any", exp=1),
    ],
    ids=("malformed", "without a subject", "of another client", "expired"),
)
def test_an_assertion_that_is_malformed_expired_or_about_another_client_is_refused(
    world: World, assertion: str
) -> None:
    answer = _token(world, client_secret="", client_assertion=assertion, client_assertion_type=_ASSERTION)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def _authority(world: World) -> dict[str, object]:
    return {
        "authority": world.sandbox.entra,
        "disable_instance_discovery": True,
        "connection_verify": str(world.sandbox.state / "ca.pem"),
    }


def test_azure_identity_signs_in_with_a_secret(world: World) -> None:
    ids = (world.about["tenant_id"], world.about["client_id"], world.about["client_secret"])
    with ClientSecretCredential(*ids, **_authority(world)) as credential:
        token = credential.get_token("https://graph.microsoft.com/.default").token
    groups = world.sandbox.http.get(f"{world.sandbox.entra}/v1.0/groups", headers={"Authorization": f"Bearer {token}"})
    assert groups.status_code == 200


def test_azure_identity_signs_in_with_a_certificate(world: World, tmp_path: Path) -> None:
    path = tmp_path / "client.pem"
    path.write_bytes(_certificate())
    with CertificateCredential(
        world.about["tenant_id"], world.about["client_id"], str(path), **_authority(world)
    ) as credential:
        assert credential.get_token("https://graph.microsoft.com/.default").token


def test_azure_identity_signs_in_with_a_federated_assertion(world: World) -> None:
    assertion = _assertion(iss="https://ci.example", sub="repo:any")
    with ClientAssertionCredential(
        world.about["tenant_id"], world.about["client_id"], lambda: assertion, **_authority(world)
    ) as credential:
        assert credential.get_token("https://graph.microsoft.com/.default").token


def _certificate() -> bytes:
    """Make a self-signed certificate with its key, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    now = dt.datetime.now(dt.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
