"""A stream of the engine's events becomes resources and sentences, and nothing that looks like a token gets through."""

import json
from typing import Any

from providers.entra.azuread_errors import recommended_action, type_of
from scimctl.engine.preview import read

URN = "urn:pulumi:prod::greenlake-scim::some:kind:Kind::thing"


def step(op: str, old: dict[str, Any] | None, new: dict[str, Any] | None, **facts: Any) -> str:
    return json.dumps(
        {"resOutputsEvent": {"metadata": {"op": op, "urn": URN, "type": "k", "old": old, "new": new, **facts}}}
    )


def told(severity: str, message: str) -> str:
    return json.dumps({"diagnosticEvent": {"severity": severity, "message": message}})


def test_a_refresh_shows_what_was_recorded_and_what_is_there_and_the_step_after_it_what_is_planned() -> None:
    lines = [
        step("refresh", {"outputs": {"a": 1}, "inputs": {"a": 1}}, {"outputs": {"a": 2}}, detailedDiff={"a": {}}),
        step("update", {"outputs": {"a": 2}}, {"inputs": {"a": 1}}),
    ]
    seen = read(lines).resources[URN]

    assert (seen.recorded, seen.found, tuple(seen.differs)) == ({"a": 1}, {"a": 2}, ("a",))
    assert (seen.before, seen.after, seen.planned, seen.is_gone) == ({"a": 1}, {"a": 1}, "update", False)


def test_what_a_refresh_does_not_find_is_gone_although_it_is_planned_to_be_created() -> None:
    seen = read([step("refresh", {"outputs": {"a": 1}}, None), step("create", None, {"inputs": {}})]).resources[URN]

    assert (seen.is_gone, seen.planned) == (True, "create")


def test_the_steps_of_a_replacement_are_one() -> None:
    lines = [step(op, {}, {"inputs": {}}) for op in ("create-replacement", "replace", "delete-replaced")]

    assert read(lines).resources[URN].planned == "replace"


def test_an_error_of_azuread_is_followed_by_what_to_do() -> None:
    urn = "urn:pulumi:prod::greenlake-scim::azuread:index/synchronizationJob:SynchronizationJob::job"
    message = "refreshing job: unexpected status 503 (503 Service Unavailable) with error: X: y"
    event = {"diagnosticEvent": {"urn": urn, "severity": "error", "message": message}}

    assert read([json.dumps(event)]).errors == [message, recommended_action(type_of(urn), message)]


def test_errors_are_reported_once_without_their_wrapping_and_without_the_engines_last_words() -> None:
    lines = [
        told("error", "Preview failed: Exception calling application: Graph: grant Group.Read.All\n"),
        told("error", "Preview failed: Exception calling application: Graph: grant Group.Read.All\n"),
        told("error", "preview failed"),
        told(
            "error",
            "Detected that /plugins/pulumi-resource-azuread exited prematurely. \n       This is *always* a bug",
        ),
        told("debug", "registering resource"),
        told("info#err", "warning: provisioning status: provisioning is stopped (schedule Disabled)\n\n"),
        "not an event",
    ]

    preview = read(lines)
    assert list(preview.errors) == ["Graph: grant Group.Read.All"]
    assert list(preview.said) == ["provisioning status: provisioning is stopped (schedule Disabled)"]


def test_entries_that_entra_does_not_know_are_distinguished_from_errors_a_line_each() -> None:
    lines = [
        told("error", 'error: access.groups: no security group is named "A"\naccess.users: no user is named "b@c"\n'),
        told("error", "something else"),
    ]

    preview = read(lines)
    assert list(preview.unresolved) == [
        'access.groups: no security group is named "A"',
        'access.users: no user is named "b@c"',
    ]
    assert list(preview.errors) == ["something else"]
