"""A refused connection is reported with its cause: each leads to other words and another thing to do."""

from providers.scim.probing import Probe
from providers.timestamps import from_text
from scimctl.job.connection import Connection

INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"
REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
CAUSES = {
    "the token has ended": Connection(REFUSED, Probe.REFUSED),
    "the token has expired": Connection(REFUSED, Probe.REFUSED, from_text("2026-11-01T00:00:00Z")),
    "somebody saved other credentials": Connection(REFUSED, Probe.ACCEPTED),
    "the stack's token cannot be presented": Connection(REFUSED),
    "nothing is saved in Entra": Connection("CredentialsMissing"),
    "something else answers": Connection(INCOMPATIBLE),
    "GreenLake is being maintained": Connection(f"{INCOMPATIBLE}, status 503"),
    "the code is a new one": Connection("SomethingNew"),
    "GreenLake is away": Connection("CredentialValidationUnavailable"),
}


def test_no_two_causes_are_reported_in_the_same_words() -> None:
    assert len({each.what for each in CAUSES.values()}) == len(CAUSES)


def test_only_a_refusal_is_called_one() -> None:
    assert [name for name, each in CAUSES.items() if "refuse" in each.what] == [
        "the token has ended",
        "the token has expired",
        "the stack's token cannot be presented",
    ]


def test_a_refusal_in_the_code_that_stands_for_any_answer_is_one_of_the_token() -> None:
    refused = Connection(f"{INCOMPATIBLE}, status 401", Probe.REFUSED)

    assert refused.what.startswith("GreenLake refuses the stack's token")
    assert CAUSES["GreenLake is being maintained"].todo.startswith("GreenLake failed")


def test_each_cause_has_the_services_own_code_and_something_to_do() -> None:
    for connection in CAUSES.values():
        assert connection.code is not None
        assert connection.code in connection.what
        assert connection.todo


def test_an_accepted_token_leaves_nothing_to_report() -> None:
    assert (Connection(None).what, Connection(None).todo) == ("", "")
