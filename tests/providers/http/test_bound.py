"""Nothing of ours outlives the time that `recover` waits for, whatever the services do, or do not do."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from providers.errors import ProvisioningError
from tests.providers.entra import status_state, test_synchronization_schema, test_unclaimed_application_verbs
from tests.providers.greenlake import token_state
from tests.providers.verbs import Properties
from tests.sandbox.driver import Sandbox, World, running
from tests.sandbox.provisioning.application import Application, connected

VERB = 1.5
ATTEMPT = 0.5
SLACK = 1.0
TRIES = 3  # a machine that is shared makes another verb late each time
Work = Callable[[], object]

SERVICES = {
    "silent": {"action": "hold"},
    "silent at sign-in": {"action": "hold", "service": "login"},
    "silent at GreenLake's sign-in": {"action": "hold", "service": "iam"},
    "silent to a bearer": {"action": "hold", "path": "^/(v1.0|v1alpha1)/"},
    "silent in the middle": {"action": "hold", "path": "^/(v1.0|v1alpha1/proxytoken)", "skip": 4},
    "slow": {"action": "delay", "delay_s": 0.4},
    "slow and failing": {"status": 503, "delay_s": 0.3},
    "throttling": {"status": 429, "headers": {"Retry-After": "1"}},
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A separate sandbox: the metadata document, which belongs to no world, hangs as well."""
    with running(tmp_path_factory.mktemp("hanging") / "state") as started:
        yield started


@pytest.fixture
def application(here: World) -> Iterator[Application]:
    with connected(here) as ready:
        yield ready


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten every time in proportion."""
    monkeypatch.setattr("providers.http.deadline.VERB_SECONDS", VERB)
    monkeypatch.setattr("providers.http.transport.CALL_SECONDS", VERB)
    monkeypatch.setattr("providers.http.transport.ATTEMPT_SECONDS", ATTEMPT)
    monkeypatch.setattr("providers.scim.probing.REPEATED_AFTER_SECONDS", ATTEMPT / 2)
    monkeypatch.setattr("providers.entra.sign_in.cloud._read_before", {})


def verbs(world: World, application: Application) -> dict[str, Work]:
    """Prepare every verb of every resource, so that each has something to do."""
    token, status = token_state.VERBS, status_state.VERBS
    schema, unclaimed = test_synchronization_schema, test_unclaimed_application_verbs
    issued: Properties = {
        **token_state.inputs(world),
        "expires_at": "",
        "token": application.token,
        "previous_token": "a-token-before",
        **dict.fromkeys(("issued_at", "rotate_after"), status_state.inputs(application)["token_issued_at"]),
        "generation": 1,
        "fingerprint": "",
        "rotated_for": {},
        "state": "refused",
        "adopted": False,
        "previous_expires_at": "",
        "observed": {},
    }
    at_rest: Properties = {
        **status_state.inputs(application, previous_token="a-token-before"),
        "base_address": issued["tenant_url"],
        "overlap": "open",
        **dict.fromkeys(("schedule_state", "status_code"), "Active"),
        "quarantine_reason": "",
        "credentials_state": "untested",
        **dict.fromkeys(("tested_fingerprint", "tested_at", "saved_fingerprint", "saved_at", "credentials_digest"), ""),
    }
    mapped: Properties = {**schema.inputs(application), "drift": ["User Update is ticked"]}
    return {
        "token create": lambda: token.create(token_state.inputs(world)),
        "token update": lambda: token.update(issued, token_state.inputs(world)),
        "token read": lambda: token.read(issued),
        "token delete": lambda: token.delete(issued),
        "status create": lambda: status.create(status_state.inputs(application)),
        "status update": lambda: status.update(at_rest, status_state.inputs(application, previous_token="b")),
        "status read": lambda: status.read(at_rest),
        "status delete": lambda: status.delete(at_rest),
        "schema create": lambda: schema.VERBS.create(schema.inputs(application)),
        "schema update": lambda: schema.VERBS.update(mapped, schema.inputs(application)),
        "schema read": lambda: schema.VERBS.read(mapped),
        "schema delete": lambda: schema.VERBS.delete(mapped),
        "unclaimed create": lambda: unclaimed.VERBS.create(unclaimed.inputs(application)),
    }


def seconds_of(work: Work) -> float:
    """Return how long a verb takes, however it ends."""
    began = time.monotonic()
    with suppress(ProvisioningError):
        work()
    return time.monotonic() - began


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("service", SERVICES)
def test_no_verb_outlives_its_time_and_one_attempt(here: World, application: Application, service: str) -> None:
    fault = {"client": "program", "times": 10_000, **SERVICES[service]}
    works = verbs(here, application)
    for world in (here.name, "-"):
        here.sandbox.control("PUT", f"/worlds/{world}/faults", [fault]).raise_for_status()

    late = works
    for _ in range(TRIES):
        took = side_by_side(late)
        late = {name: works[name] for name, seconds in took.items() if seconds > VERB + ATTEMPT + SLACK}
        if not late:
            return
    pytest.fail(f"late in each of {TRIES} tries: {', '.join(late)}")


def side_by_side(works: Mapping[str, Work]) -> dict[str, float]:
    """Measure verbs as the engine calls them: together, in one process."""
    with ThreadPoolExecutor(len(works)) as pool:
        return dict(zip(works, pool.map(seconds_of, works.values()), strict=True))
