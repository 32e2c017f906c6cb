"""Two tenants side by side: whatever signs in to the other one reads nothing, writes nothing and loses nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from providers.entra.sign_in.access_token import graph_bearer, tenant_of_sign_in
from providers.errors import ConfigurationError, ProvisioningError, StoppedError, UnauthorizedError
from tests.providers.calling import soon
from tests.providers.entra import status_state, test_synchronization_schema, test_unclaimed_application_verbs
from tests.providers.entra.sign_in.signing_in import az, with_cli, without_secret
from tests.providers.greenlake.token_state import is_quiet
from tests.providers.tls_service import Service, answer
from tests.providers.verbs import Properties, Verbs
from tests.sandbox.driver import Sandbox, World
from tests.sandbox.provisioning.application import Application

FAR = 4_000_000_000


@pytest.fixture
def other(sandbox: Sandbox, here: World) -> Iterator[World]:
    """Another tenant, in which the client of this one is known, too."""
    made = sandbox.make_world(f"{here.name}-other", {"guest_clients": [here.about["client_id"]]})
    yield made
    sandbox.control("DELETE", f"/worlds/{made.name}")


def both(here: World, other: World) -> str:
    return f"this stack belongs to the Entra tenant {here.tenant_id}, and .* {other.tenant_id}: nothing was sent"


def test_a_client_of_both_signs_in_to_either(here: World, other: World) -> None:
    for world in (here, other):
        assert tenant_of_sign_in({**here.environ(), "ARM_TENANT_ID": world.tenant_id}, soon(60)) == world.tenant_id


def test_an_environment_that_names_the_other_tenant_stops_before_any_request(here: World, other: World) -> None:
    with pytest.raises(ConfigurationError, match=both(here, other)):
        graph_bearer({**here.environ(), "ARM_TENANT_ID": other.tenant_id}, soon(60), here.tenant_id)

    assert [*here.requests(), *other.requests()] == []


@pytest.mark.parametrize("named", ["", "other.onmicrosoft.com"])
def test_a_client_of_both_is_signed_in_to_the_tenant_of_the_stack(here: World, other: World, named: str) -> None:
    graph_bearer({**here.environ(), "ARM_TENANT_ID": named}, soon(60), here.tenant_id)

    assert other.requests() == []


def test_a_client_of_the_other_tenant_is_refused_by_that_of_the_stack(here: World, other: World) -> None:
    environ = {**other.environ(), "ARM_TENANT_ID": ""}

    with pytest.raises(UnauthorizedError, match="the application is not in this tenant"):
        graph_bearer(environ, soon(60), here.tenant_id)

    assert other.requests() == []


def managed_identity(beside: Service, here: World, other: World) -> dict[str, str]:
    beside.answers(answer(200, {"access_token": other.sign_in()}))
    return without_secret(here, ARM_USE_MSI="true", ARM_MSI_ENDPOINT=beside.url, ARM_TENANT_ID="")


def test_a_managed_identity_of_the_other_tenant_is_refused_by_its_token(
    here: World, other: World, beside: Service
) -> None:
    environ = managed_identity(beside, here, other)

    with pytest.raises(ConfigurationError, match=both(here, other)):
        graph_bearer(environ, soon(60), here.tenant_id)


def test_the_command_line_of_azure_with_the_other_tenant_is_refused_by_its_token(
    here: World, other: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = json.dumps({"accessToken": other.sign_in(), "expires_on": FAR, "tenant": other.tenant_id})
    az(tmp_path, monkeypatch, f"cat <<EOF\n{answered}\nEOF")

    with pytest.raises(ConfigurationError, match=both(here, other)):
        graph_bearer({**with_cli(here), "ARM_TENANT_ID": ""}, soon(60), here.tenant_id)


def test_a_stack_that_names_no_tenant_yet_gets_the_one_of_the_sign_in(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = json.dumps({"accessToken": here.sign_in(), "expires_on": FAR, "tenant": here.tenant_id})
    az(tmp_path, monkeypatch, f"cat <<EOF\n{answered}\nEOF")

    assert tenant_of_sign_in({**with_cli(here), "ARM_TENANT_ID": ""}, soon(60)) == here.tenant_id


def test_a_client_does_not_know_its_tenant_by_itself(here: World) -> None:
    with pytest.raises(ConfigurationError, match="ARM_TENANT_ID is not set: it is needed to sign in with a client"):
        tenant_of_sign_in({**here.environ(), "ARM_TENANT_ID": ""}, soon(60))

    assert here.requests() == []


@dataclass(frozen=True)
class Kind:
    """A resource with its inputs and the verbs that call Graph."""

    verbs: Verbs
    inputs: Callable[[Application], Properties]
    calling: tuple[str, ...] = ("create", "update", "read", "delete")

    def call(self, verb: str, news: Properties, outs: Properties) -> object:
        arguments = {"create": (news,), "update": (outs, news), "read": (outs,), "delete": (outs,)}
        return getattr(self.verbs, verb)(*arguments[verb])


KINDS = {
    "mappings": Kind(test_synchronization_schema.VERBS, test_synchronization_schema.inputs),
    "status": Kind(status_state.VERBS, status_state.inputs),
    "unclaimed": Kind(
        test_unclaimed_application_verbs.VERBS, test_unclaimed_application_verbs.inputs, calling=("create",)
    ),
}
CALLS = [(kind, verb) for kind in KINDS for verb in KINDS[kind].calling]


def deployed(kind: Kind, application: Application) -> tuple[Properties, Properties]:
    """Return inputs and outputs of a resource that is deployed to its own tenant."""
    news = kind.inputs(application)
    return news, kind.verbs.create(news) if "read" in kind.calling else {}


@pytest.mark.parametrize("recorded", ["now", "in an older version"])
@pytest.mark.parametrize("client", ["of the other tenant", "of both"])
@pytest.mark.parametrize(("kind", "verb"), CALLS)
def test_no_verb_reads_or_writes_with_the_credentials_of_another_tenant(
    application: Application,
    other: World,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    verb: str,
    client: str,
    recorded: str,
) -> None:
    news, outs = deployed(KINDS[kind], application)
    if recorded != "now":
        outs = {name: value for name, value in outs.items() if name not in ("tenant_id", "schema_version")}
    if client == "of both":
        monkeypatch.setenv("ARM_TENANT_ID", other.tenant_id)
    else:  # without a tenant: with one nothing would be sent at all
        for name, value in {**other.environ(), "ARM_TENANT_ID": ""}.items():
            monkeypatch.setenv(name, value)
    since = application.last_request()

    with pytest.raises(ProvisioningError):
        KINDS[kind].call(verb, {**news, "mappings_fingerprint": "changed", "mappings": news.get("mappings", {})}, outs)

    assert other.requests() == []
    assert [one["path"] for one in application.world.requests(since) if one["service"] == "graph"] == []


@pytest.mark.parametrize("verb", ["read", "delete"])
@pytest.mark.parametrize("kind", ["mappings", "status"])
def test_state_that_names_no_tenant_is_neither_read_nor_deleted(application: Application, kind: str, verb: str) -> None:
    news, outs = deployed(KINDS[kind], application)
    nameless = {**outs, "tenant_id": "", "job_id": "of-another-form"}
    since = application.last_request()

    with pytest.raises(StoppedError, match="state does not record the Entra tenant"):
        KINDS[kind].call(verb, news, nameless)

    assert is_quiet(application.world, since)


@pytest.mark.parametrize("kind", ["mappings", "status"])
def test_older_state_gets_its_tenant_by_a_refresh_or_an_update_and_is_not_replaced(
    application: Application, kind: str
) -> None:
    news, outs = deployed(KINDS[kind], application)
    verbs = KINDS[kind].verbs
    older = {name: value for name, value in outs.items() if name not in ("tenant_id", "schema_version")}

    assert verbs.diff(older, news).replaces == []
    for filled in (verbs.read(older), verbs.update(older, news)):
        assert filled["tenant_id"] == application.world.tenant_id
        found = verbs.diff(filled, news)
        assert (found.changes, found.replaces) == (False, [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_stack_file_with_another_tenant_stops_in_the_diff_of_each_resource(
    application: Application, other: World, kind: str
) -> None:
    news = KINDS[kind].inputs(application)
    outs = KINDS[kind].verbs.create(news) if kind != "unclaimed" else news

    with pytest.raises(StoppedError, match="deployed to the Entra tenant"):
        KINDS[kind].verbs.diff(outs, {**news, "tenant_id": other.tenant_id})
