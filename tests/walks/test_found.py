"""Walks that went wrong once, or do as soon as a rule of docs/adr/0014 is left out, as short as they can be made."""

from typing import Any

import pytest

from tests.walks.machine import begun
from tests.walks.tenant import Tenant
from tests.walks.walk import Walk


@pytest.fixture(params=["cycle", "request"])
def walk(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Walk:
    """A stack that is up and whose next cycle began and hangs, while a rotation has left its overlap open."""
    settings: dict[str, Any] = {"entra_reads": request.param}
    walk = begun(tenant, settings, 0, monkeypatch)
    walk.up()
    walk.cycle_begins(skip=2, sleeps=100)
    walk.rotate()
    walk.up()
    walk.check()
    return walk


def test_a_test_of_the_new_token_does_not_cut_off_a_cycle(walk: Walk) -> None:
    walk.cycle_ends()
    walk.check()


def test_looking_at_an_open_overlap_does_not_cut_off_a_cycle(walk: Walk) -> None:
    walk.refresh()
    walk.drift()
    walk.cycle_ends()
    walk.check()


def test_a_second_rotation_does_not_end_the_token_that_entra_has_not_used_yet(walk: Walk) -> None:
    walk.rotate()
    walk.up()
    walk.cycle_ends()
    walk.time_passes("an interval")
    walk.end()
    walk.check()


@pytest.mark.parametrize("entra_reads", ["cycle", "request"])
def test_the_retry_of_a_quarantined_job_is_not_cut_off(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, entra_reads: str
) -> None:
    walk = begun(tenant, {"entra_reads": entra_reads}, 0, monkeypatch)
    walk.up()
    walk.tamper("secret overwritten")
    walk.time_passes("an interval")  # a cycle fails, and the job is in quarantine
    walk.rotate(at_once=True)
    walk.up(cut="secret written")  # Entra holds a good token now, and the job still waits for its retry
    walk.cycle_begins(skip=2, sleeps=100)
    walk.rotate()
    walk.up()
    walk.cycle_ends()
    walk.check()


def test_a_taken_over_token_that_an_unfinished_destroy_ended_is_replaced_as_the_stop_asks(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = begun(tenant, {"delete": "absent", "second_create": "conflict"}, 0, monkeypatch)
    walk.up()
    walk.destroy()  # the token that ended the others lives on, known to nobody
    walk.up()  # stops, and the stack file allows to take that one over
    walk.up()
    walk.destroy(cut="token lost")
    walk.up(refresh=True)  # stops at Entra's test, and the trigger is changed
    walk.check()
    walk.end()
    walk.check()


def test_a_token_that_somebody_else_rotated_and_that_ends_by_a_delay_is_replaced_once_it_has(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = begun(tenant, {"old_token_ends": "delay"}, 0, monkeypatch)
    walk.up()
    walk.by_hand("rotated with overlap")
    walk.up(refresh=True)  # the token works still, so nobody can see that it ends in a minute
    walk.check()
    walk.end()
    walk.check()


def test_a_job_that_entra_gives_up_while_a_refresh_waits_for_its_cycle_is_seen_by_the_next_one(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = begun(tenant, {}, 0, monkeypatch)
    walk.up()
    walk.by_hand("rotated at once")
    walk.time_passes("an interval")  # a cycle fails, and the job is in quarantine
    walk.cycle_begins(skip=0, sleeps=3)
    walk.rotate()
    walk.up(cut="secret lost")
    walk.time_passes("until it is due")
    walk.refresh()
    walk.check()
    walk.refresh()
    seen = walk.stack.seen()
    assert seen
    assert seen.schedule == "Disabled"


@pytest.mark.parametrize("ends", ["use", "delay"])
def test_a_token_that_has_expired_by_our_clock_alone_is_followed_until_it_ends(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    walk = begun(tenant, {"old_token_ends": ends}, 300, monkeypatch)
    walk.up()
    walk.time_passes("until it nearly expires")
    walk.up(refresh=True)
    walk.check()


@pytest.mark.parametrize("refresh", [False, True])
@pytest.mark.parametrize("entra_reads", ["cycle", "request"])
def test_a_rotation_from_an_imported_older_state_does_not_cut_off_the_cycle_of_the_token_in_between(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, entra_reads: str, refresh: bool
) -> None:
    walk = begun(tenant, {"entra_reads": entra_reads}, 0, monkeypatch)
    walk.up()
    walk.time_passes("an hour")
    walk.rotate()
    walk.up()
    walk.import_older()
    walk.rotate()
    walk.cycle_begins(skip=2, sleeps=100)
    walk.up(refresh=refresh)
    walk.cycle_ends()
    walk.check()
    walk.end()
    walk.check()


def test_an_overlap_whose_status_a_killed_run_never_wrote_is_unknown_for_one_refresh_at_most(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = begun(tenant, {}, 0, monkeypatch)
    walk.up()
    walk.rotate()
    walk.up(cut="schema written")
    walk.end()
    walk.check()
