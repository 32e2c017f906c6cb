"""Configure: what the stand-in needs to sign in, and the line it stops with."""

import asyncio
import base64

import pytest

from azuread_stand_in.client.login import sign_in
from azuread_stand_in.errors import StandInError
from azuread_stand_in.protocol import messages
from azuread_stand_in.provider import StandIn
from azuread_stand_in.values import wrapped
from tests.contract.graph_world import GraphStub


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ARM_METADATA_HOSTNAME": ""}, "talks to the sandbox on this machine only"),
        ({"ARM_METADATA_HOSTNAME": "management.azure.com"}, "talks to the sandbox on this machine only"),
        ({"ARM_CLIENT_SECRET": ""}, "no Authorizer could be configured: set ARM_CLIENT_SECRET"),
        ({"ARM_CLIENT_SECRET": "", "ARM_USE_OIDC": "true"}, "signs in with a client secret only"),
        ({"ARM_CLIENT_SECRET": "", "ARM_CLIENT_CERTIFICATE": "x"}, "signs in with a client secret only"),
        ({"ARM_TENANT_ID": ""}, "no Authorizer could be configured: set ARM_TENANT_ID"),
        ({"ARM_CLIENT_ID": ""}, "no Authorizer could be configured: set ARM_CLIENT_ID"),
        ({"SSL_CERT_FILE": ""}, r"tls: failed to verify certificate .* SSL_CERT_FILE"),
        ({"SSL_CERT_FILE": "/nowhere/none.pem"}, r"SSL_CERT_FILE cannot be read: .*none\.pem"),
    ],
)
def test_a_setting_that_is_missing_or_cannot_work_is_named(
    graph: GraphStub, change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(StandInError, match=sentence):
        asyncio.run(sign_in({**graph.environment(), **change}))


@pytest.mark.parametrize(
    ("token", "sentence"),
    [("opaque", "not a JWT of three parts"), (f"e30.{base64.b64encode(b'{}').decode()}.e30", "carries no oid")],
)
def test_a_token_the_real_plugin_could_not_use_is_refused(graph: GraphStub, token: str, sentence: str) -> None:
    graph.token = token
    with pytest.raises(StandInError, match=sentence):
        asyncio.run(sign_in(graph.environment()))


@pytest.mark.parametrize("named", [{}, {"ARM_TENANT_ID": "another"}, {"ARM_TENANT_ID": ""}])
def test_the_tenant_of_the_configuration_counts_more_than_that_of_the_environment(
    graph: GraphStub, monkeypatch: pytest.MonkeyPatch, named: dict[str, str]
) -> None:
    for name, value in {**graph.environment(), **named}.items():
        monkeypatch.setenv(name, value)
    asyncio.run(StandIn().configure(messages.ConfigureRequest(args=wrapped({"tenantId": "pinned"}))))
    assert graph.sign_ins == ["/pinned/oauth2/v2.0/token"]


def test_settings_of_the_provider_itself_are_refused_rather_than_ignored() -> None:
    with pytest.raises(StandInError, match="reads tenantId and ARM_\\* only, not clientId"):
        asyncio.run(StandIn().configure(messages.ConfigureRequest(args=wrapped({"clientId": "x"}))))
