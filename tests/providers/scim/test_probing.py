from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from providers.scim.probing import Probe, probe, probe_twice
from tests.providers.calling import soon
from tests.providers.tls_service import Service, Step, answer
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff", "quick_probes")

NOBODY = answer(200, {"totalResults": 0, "Resources": []})
REFUSED = answer(401)


def test_a_probe_asks_for_a_user_that_cannot_be_as_entra_does(service: Service) -> None:
    service.answers(NOBODY)

    assert probe(f"{service.url}/v1alpha1/scimproxy", "a-token", soon(60)) is Probe.ACCEPTED

    seen = service.seen[0]
    path, query = urlsplit(seen.target).path, parse_qsl(urlsplit(seen.target).query)
    assert (seen.method, path) == ("GET", "/v1alpha1/scimproxy/Users")
    name, attribute, operator, value = query[0][0], *query[0][1].split(" ")
    assert (name, attribute, operator, len(query)) == ("filter", "userName", "eq", 1)
    assert UUID(value.strip('"')).version == 4
    assert seen.headers["authorization"] == "Bearer a-token"
    assert seen.headers["accept"] == "application/scim+json"


def test_no_two_probes_ask_for_the_same_user(service: Service) -> None:
    service.answers(NOBODY)

    for _ in range(2):
        probe(service.url, "a-token", soon(60))

    assert service.seen[0].target != service.seen[1].target


@pytest.mark.parametrize("base", ["/scim?aadOptscim062020", "/scim/?aadOptscim062020"])
def test_a_query_in_the_base_address_is_kept(service: Service, base: str) -> None:
    service.answers(NOBODY)

    probe(service.url + base, "a-token", soon(60))

    assert service.seen[0].target.startswith("/scim/Users?aadOptscim062020&filter=userName+eq+")


@pytest.mark.parametrize(
    "body", [{"totalResults": "0"}, {"Resources": []}, {"TOTALRESULTS": 0}, {"schemas": ["urn:x:ListResponse"]}]
)
def test_a_list_of_scim_means_that_the_token_is_accepted(service: Service, body: dict[str, Any]) -> None:
    service.answers(answer(200, body))

    assert probe(service.url, "a-token", soon(60)) is Probe.ACCEPTED


@pytest.mark.parametrize(
    ("steps", "believed", "looks"),
    [
        ([REFUSED, REFUSED], Probe.REFUSED, 2),
        ([REFUSED, NOBODY], Probe.ACCEPTED, 2),
        ([REFUSED, answer(403)], Probe.UNKNOWN, 2),
        ([NOBODY, REFUSED], Probe.ACCEPTED, 1),
        ([answer(403), REFUSED], Probe.UNKNOWN, 1),
    ],
)
def test_only_a_refusal_is_looked_at_twice(service: Service, steps: list[Step], believed: Probe, looks: int) -> None:
    service.answers(*steps)

    assert probe_twice(service.url, "a-token", soon(60)) is believed
    assert len(service.seen) == looks


def test_a_probe_at_greenlake_distinguishes_live_tokens_from_others(here: World) -> None:
    base = f"{here.sandbox.greenlake}/v1alpha1/scimproxy"

    assert probe(base, here.new_proxy_token(), soon(60)) is Probe.ACCEPTED
    assert probe(base, "nobody-knows-this-token", soon(60)) is Probe.REFUSED


def test_a_probe_uses_the_token(here: World) -> None:
    token = here.new_proxy_token()

    probe(f"{here.sandbox.greenlake}/v1alpha1/scimproxy", token, soon(60))

    assert [each["used"] for each in here.control("GET")["tokens"]] == [True]
