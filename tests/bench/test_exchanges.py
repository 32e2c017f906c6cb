"""Who was asked how often."""

from bench.exchanges import Request, counted
from bench.pairs import exchange_medians
from tests.bench.results import sample


def request(service: str, client: str = "") -> Request:
    return {"seq": 1, "service": service, "client": client}


def test_pushes_of_entras_engine_count_apart_and_services_nobody_called_are_0() -> None:
    requests = [request("graph"), request("graph"), request("iam"), request("scim", "engine")]
    assert counted(requests) == {
        "login": 0,
        "metadata": 0,
        "graph": 2,
        "iam": 1,
        "proxytoken": 0,
        "scim": 0,
        "pushes": 1,
    }


def test_of_an_even_number_of_runs_a_count_that_occurred_is_shown() -> None:
    assert exchange_medians([sample(1.0, graph=33), sample(1.0, graph=36)])["graph"] == 33
