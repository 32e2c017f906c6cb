"""When a lock's run is dead, and what a condition, an Event and a message are due for."""

import re
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimctl.commands.fleet.kubernetes.api_server import Condition, Pod
from scimctl.commands.fleet.kubernetes.conditions import DRIFT, due, unsent
from scimctl.commands.fleet.kubernetes.dead_lock import Held, is_dead, named_in
from scimctl.terminal.report import FINE, FOUND, TROUBLE

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=timezone.utc)
BEFORE = NOW - timedelta(hours=3)
LOCK = Held("contoso-workspace-0", NOW)


def pod(started: datetime | None, phase: str = "Running", **metadata: str) -> Pod:
    state = {"running": {"startedAt": started.isoformat()}} if started else {"waiting": {"reason": "CrashLoopBackOff"}}
    statuses = [{"name": "istio-proxy", "state": {"running": {"startedAt": "2030-01-01T00:00:00Z"}}}]
    return Pod.model_validate(
        {
            "metadata": metadata,
            "status": {"phase": phase, "containerStatuses": [*statuses, {"name": "pulumi", "state": state}]},
        }
    )


@pytest.mark.parametrize(
    ("found", "dead"),
    [
        (None, True),
        (pod(NOW + timedelta(seconds=1)), True),
        (pod(None), True),
        (pod(None, phase="Failed"), True),
        (pod(NOW), False),
        (pod(NOW - timedelta(seconds=1)), False),
        (pod(NOW + timedelta(seconds=1), phase="Unknown"), False),
        (pod(None, phase="Unknown"), False),
        (pod(None, deletionTimestamp="2026-11-30T12:00:00Z"), False),
        (Pod.model_validate({"metadata": {}, "status": {}}), False),
        (Pod.model_validate({"metadata": {}, "status": {"phase": "Running"}}), False),
        (Pod.model_validate({"metadata": {}, "status": {"phase": "Pending"}}), True),
    ],
)
def test_a_run_is_dead_only_if_its_pod_is_gone_or_its_container_has_ended_or_started_after_the_lock(
    found: Pod | None, dead: bool
) -> None:
    assert is_dead(LOCK, found) is dead


def test_the_locks_are_read_from_the_message_of_the_engine() -> None:
    said = (
        "the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock "
        "file with `pulumi cancel`.\n  azblob://state/.pulumi/locks/organization/greenlake-scim/contoso/0a.json: "
        "created by pulumi@contoso-workspace-0 (pid 17) at 2026-11-30T13:00:00+01:00\n  azblob://state/1b.json: "
        "created by me@laptop.example (pid 4) at 2026-11-30T12:00:00Z"
    )
    assert named_in(said) == (Held("contoso-workspace-0", NOW), Held("laptop.example", NOW))
    assert named_in("error: update failed, created by hand") == ()


def condition(status: str, reason: str) -> Condition:
    known: dict[str, Any] = {
        "type": "Drift",
        "status": status,
        "reason": reason,
        "lastTransitionTime": BEFORE.isoformat(),
    }
    return Condition.model_validate(known)


@pytest.mark.parametrize(
    ("last", "code", "status", "title", "is_new"),
    [
        (None, FINE, "False", "", False),
        (None, FOUND, "True", "contoso: drift ended with exit code 7", True),
        (None, TROUBLE, "Unknown", "contoso: drift ended with exit code 1", True),
        (("True", "Drifted"), FOUND, "True", "", False),
        (("True", "Drifted"), TROUBLE, "True", "", False),
        (("True", "Drifted"), FINE, "False", "contoso: drift: resolved after 3 h", True),
        (("True", "DriftedNotSent"), FOUND, "True", "contoso: drift ended with exit code 7", False),
        (("True", "DriftedNotSent"), FINE, "False", "", True),
        (("Unknown", "NotRead"), TROUBLE, "Unknown", "", False),
        (("Unknown", "NotRead"), FOUND, "True", "contoso: drift ended with exit code 7", True),
        (("Unknown", "NotRead"), FINE, "False", "contoso: drift: resolved after 3 h", True),
        (("False", "NoDrift"), FINE, "False", "", False),
        (("True", "DriftedNotSent_2"), FOUND, "True", "contoso: drift ended with exit code 7", False),
        (("True", "DriftedNotSent_2"), TROUBLE, "True", "contoso: drift ended with exit code 7", False),
        (("True", "DriftedNotSent_2"), FINE, "False", "contoso: drift: resolved after 3 h", True),
        (
            ("False", "NoDriftNotSent_2_since_20261130T080000Z"),
            FINE,
            "False",
            "contoso: drift: resolved after 4 h",
            False,
        ),
        (
            ("False", "NoDriftNotSent_2_since_20261130T080000Z"),
            FOUND,
            "True",
            "contoso: drift ended with exit code 7",
            True,
        ),
        (("False", "SomebodyElsesNotSent_2"), FINE, "False", "", False),
        (("False", "NoDriftNotSent_2_since_99999999T999999Z"), FINE, "False", "", False),
    ],
)
def test_there_is_one_message_when_drift_begins_one_when_it_ends_and_none_between(
    last: tuple[str, str] | None, code: int, status: str, title: str, is_new: bool
) -> None:
    found = due(DRIFT, "contoso", condition(*last) if last else None, code, NOW)

    assert (found.status, found.title, found.is_new) == (status, title, is_new)
    assert found.since == (NOW if is_new or last is None else BEFORE)


@given(st.lists(st.sampled_from([FINE, FOUND, TROUBLE]), min_size=1, max_size=6), st.data())
def test_each_address_gets_each_beginning_and_each_end_once_whichever_refuse_a_message_for_a_while(
    codes: list[int], data: st.DataObject
) -> None:
    addresses, heard, last = (1, 2, 3), dict[int, list[str]](), None
    for code in codes:
        refusing = data.draw(st.sets(st.sampled_from(addresses)))
        for attempt in (refusing, set[int]()):  # the look after the next one finds everybody well
            coming = due(DRIFT, "contoso", last, code, NOW)
            to = [each for each in addresses if not coming.again or each in coming.again] if coming.title else []
            failed = [each for each in to if each in attempt]
            for each in {*to} - {*failed}:
                heard.setdefault(each, []).append(coming.title)
            reason = coming.reason + (unsent(coming, failed, len(addresses)) if failed else "")
            assert re.fullmatch(r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", reason)
            last = condition(coming.status, reason)
    first, *others = (heard.get(each, []) for each in addresses)
    assert all(each == first for each in others)
    assert all(one != other for one, other in pairwise(first))
