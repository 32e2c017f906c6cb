"""Each fault at each exchange has one decided outcome: one clear line, or a success, and nobody else is asked."""

import inspect
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
import trustme

from providers.entra.graph.directory import Directory
from providers.entra.graph.provisioning import Graph
from providers.entra.graph.provisioning_log import ProvisioningLog
from providers.errors import ProvisioningError, UnreadableTokenError
from providers.greenlake.api.proxy_tokens import ProxyTokens
from providers.scim.resources import ScimDirectory
from tests.providers import processes
from tests.providers.calling import CANARY
from tests.providers.faults.exchanges import EXCHANGES, HERE, Body, Exchange, Kind
from tests.providers.faults.table import AGAIN, DONE, FAULTS, Fault, Outcome
from tests.providers.tls_service import Service, Step, answer, serving

pytestmark = pytest.mark.usefixtures("no_backoff")

CELLS = [(exchange, fault) for exchange in EXCHANGES for fault in FAULTS]
LASTING = [(exchange, fault) for exchange, fault in CELLS if FAULTS[fault].lasting]


@pytest.fixture(scope="module")
def hosts(trust: tuple[trustme.LeafCert, Path]) -> Iterator[tuple[Service, Service]]:
    """Two services, one as trustworthy as the other."""
    with serving(trust[0]) as one, serving(trust[0]) as other:
        yield one, other


@pytest.fixture
def service(
    hosts: tuple[Service, Service],
    trust: tuple[trustme.LeafCert, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Service:
    """All services in one, and nobody is waited for."""
    service, _ = hosts

    def signed_in(*_: object) -> tuple[str, str]:
        return service.url, CANARY

    monkeypatch.setenv("SSL_CERT_FILE", str(trust[1]))
    monkeypatch.setattr("providers.entra.graph.provisioning.graph_bearer", signed_in)
    return service


@pytest.fixture
def slow_after_half_a_second(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up soon where that is what is tried, and nowhere else: a busy machine is slow too."""
    if fault == "slow answer":
        for seconds in (
            "http.transport.ATTEMPT_SECONDS",
            "entra.graph.provisioning._ON_DEMAND_SECONDS",
            "entra.sign_in.access_token._MACHINE_SECONDS",
        ):
            monkeypatch.setattr(f"providers.{seconds}", 0.5)


@pytest.fixture
def elsewhere(hosts: tuple[Service, Service]) -> Service:
    """Another host, that nobody has a reason to ask."""
    _, other = hosts
    other.answers(answer())
    other.seen.clear()
    return other


def good(service: Service, body: Body) -> Step:
    """Return the answer that is hoped for."""
    if body is None:
        return answer(204, b"", Content_Type="")
    return answer(200, placed(service, body))


def placed(service: Service, body: Body) -> Body:
    """Return a body with the address of the service in it."""
    return json.loads(json.dumps(body).replace(HERE, service.url))


def come(service: Service, exchange: Exchange, *steps: Step) -> tuple[Any, int]:
    """Return what comes of it, an error or a value, and how many of the steps were needed."""
    processes.begin()
    service.seen.clear()
    service.answers(*(good(service, each) for each in exchange.before), *steps)
    try:
        found = exchange.do(service)
    except ProvisioningError as error:
        return error, len(service.seen) - len(exchange.before)
    return found, len(service.seen) - len(exchange.before) - len(exchange.after)


def hoped(service: Service, exchange: Exchange) -> list[Step]:
    """Return the answers that are hoped for, from this exchange on."""
    return [good(service, each) for each in (exchange.body, *exchange.after)]


def spoilt(service: Service, exchange: Exchange, fault: Fault, elsewhere: Service) -> Step:
    return fault.step(placed(service, exchange.body), elsewhere.url)


def is_one_clear_line(error: ProvisioningError, what: str) -> bool:
    """Return whether it begins with what failed, ends with what to do, and holds nothing that was sent or answered."""
    text = str(error)
    begins = text.startswith((what, "Entra has no ", "GreenLake's answer holds no token", "GreenLake answered with"))
    ends = re.search(r": [a-z`].{9,}$", text)
    return bool(begins and ends) and CANARY not in text and "\n" not in text and len(text) < 500


def judge(found: Any, outcome: Outcome, what: str) -> None:
    if isinstance(outcome, type):
        unread = isinstance(found, UnreadableTokenError)  # an answer of the token API without a token
        assert type(found).__base__ is outcome if unread else type(found) is outcome, found
        assert is_one_clear_line(found, what), str(found)
    else:
        assert known(found) == known(outcome)


def known(found: Any) -> Any:
    """Leave out of an answer what it may have besides."""
    if isinstance(found, list | tuple):
        return [known(each) for each in cast("list[Any]", found)]
    if isinstance(found, dict):
        return {name: known(each) for name, each in cast("dict[str, Any]", found).items() if name != "new"}
    return found


_well: dict[str, Any] = {}


def without_a_fault(service: Service, name: str) -> Any:
    """Return what the exchange returns where all is well; that is tried once."""
    if name not in _well:
        found, asked = come(service, EXCHANGES[name], *hoped(service, EXCHANGES[name]))
        assert asked == 1
        assert not isinstance(found, ProvisioningError), found
        _well[name] = found
    return _well[name]


@pytest.mark.usefixtures("slow_after_half_a_second")
@pytest.mark.parametrize(("name", "fault"), CELLS)
def test_a_fault_that_passes_has_its_outcome_at_each_exchange(
    service: Service, elsewhere: Service, name: str, fault: str
) -> None:
    exchange, outcome = EXCHANGES[name], FAULTS[fault].once[EXCHANGES[name].kind]
    well = without_a_fault(service, name)

    step = spoilt(service, exchange, FAULTS[fault], elsewhere)
    then = hoped(service, exchange) if outcome != DONE else hoped(service, exchange)[1:]
    found, asked = come(service, exchange, step, *then)

    judge(found, well if outcome in (DONE, AGAIN) else outcome, exchange.what)
    assert asked == (2 if outcome == AGAIN else 1)
    assert elsewhere.seen == []


@pytest.mark.parametrize(("name", "fault"), LASTING)
def test_a_fault_that_does_not_pass_ends_with_one_clear_line_at_each_exchange(
    service: Service, elsewhere: Service, name: str, fault: str
) -> None:
    exchange, lasting = EXCHANGES[name], FAULTS[fault].lasting
    assert lasting

    found, asked = come(service, exchange, spoilt(service, exchange, FAULTS[fault], elsewhere))

    judge(found, lasting[exchange.kind], exchange.what)
    assert asked <= 6


REPEATED = [fault for fault in FAULTS if FAULTS[fault].once[Kind.CREATE] == AGAIN]


@pytest.mark.usefixtures("slow_after_half_a_second")
@pytest.mark.parametrize("fault", REPEATED)
def test_a_conflict_may_be_a_creates_own_work_only_after_an_answer_that_was_lost(
    service: Service, elsewhere: Service, fault: str
) -> None:
    exchange = EXCHANGES["create token"]

    found, asked = come(service, exchange, spoilt(service, exchange, FAULTS[fault], elsewhere), answer(409, {}))

    assert (found, asked) == ((None, FAULTS[fault].lost), 2)


@pytest.mark.parametrize("order", [("reset", "503"), ("503", "reset"), ("504", "429", "500")])
def test_one_lost_answer_is_enough_whatever_the_attempts_after_it_were_answered(
    service: Service, elsewhere: Service, order: Sequence[str]
) -> None:
    exchange = EXCHANGES["create token"]
    steps = [spoilt(service, exchange, FAULTS[each], elsewhere) for each in order]

    found, _ = come(service, exchange, *steps, answer(409, {}))

    assert found == (None, True)


CLIENTS = [Graph, Directory, ProvisioningLog, ProxyTokens, ScimDirectory]


def test_no_call_of_a_client_is_left_out(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = {
        (client, name)
        for client in CLIENTS
        for name, each in vars(client).items()
        if inspect.isfunction(each) and not name.startswith("_")
    }
    made: set[tuple[type, str]] = set()

    def recorded(client: type, name: str) -> Callable[..., Any]:
        call = getattr(client, name)

        def record(*arguments: Any, **named: Any) -> Any:
            made.add((client, name))
            return call(*arguments, **named)

        return record

    for client, name in calls:
        monkeypatch.setattr(client, name, recorded(client, name))
    for exchange in EXCHANGES.values():
        come(service, exchange, *hoped(service, exchange))

    assert calls - made == set()
