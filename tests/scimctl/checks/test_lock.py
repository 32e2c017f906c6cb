"""A lock that a killed run left is told before `up` stops at it; the lock of a run at work is no problem yet."""

from datetime import timedelta
from pathlib import Path

import pytest

from providers.moments import from_text
from scimctl.checks.check import Verdict
from scimctl.checks.lock import locks_of, of_locks, of_pending

BEGAN = from_text("2026-11-29T03:00:00Z")
LOCK = '{"pid":42,"username":"ci","hostname":"runner-1","timestamp":"2026-11-29T03:00:00.123456789Z"}'


@pytest.mark.parametrize(("minutes", "verdict"), [(5, Verdict.WARNING), (61, Verdict.PROBLEM)])
def test_the_age_of_a_lock_tells_a_killed_run_from_one_at_work(tmp_path: Path, minutes: int, verdict: Verdict) -> None:
    folder = tmp_path / "a b" / ".pulumi" / "locks" / "organization" / "greenlake-scim" / "prod"
    folder.mkdir(parents=True)
    (folder / "one.json").write_text(LOCK)

    found = locks_of(f"file://{tmp_path}/a%20b", "acme/greenlake-scim/prod")
    check = of_locks(found, BEGAN + timedelta(minutes=minutes))

    assert check.verdict is verdict
    assert check.says.endswith("ago: process 42 of ci on runner-1")


def test_without_a_lock_all_is_well(tmp_path: Path) -> None:
    assert of_locks(locks_of(f"file://{tmp_path}", "prod"), BEGAN).verdict is Verdict.OK


@pytest.mark.parametrize("backend", ["https://app.pulumi.com/acme", "s3://states", "azblob://states"])
def test_of_other_backends_nothing_is_known(backend: str) -> None:
    assert of_locks(locks_of(backend, "prod"), BEGAN).verdict is Verdict.UNKNOWN


def test_an_operation_whose_end_nobody_wrote_down_is_a_problem_in_every_backend() -> None:
    urn = "urn:pulumi:prod::greenlake-scim::pulumi-python:dynamic/greenlake:ScimProxyToken::token"

    check = of_pending([{"type": "creating", "resource": {"urn": urn}}])

    assert (check.verdict, check.says) == (Verdict.PROBLEM, "a run was cut off, or is at work: creating token")
