from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from providers.greenlake import rotation
from providers.greenlake.rotation import Kept, Known, Policy, RotationPlan, State, Subject
from providers.scim.probing import Probe

ISSUED = datetime(2026, 11, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
END = ISSUED + 90 * DAY
SILENT = Policy(remove_current=False, every=None, renew_before=None)
AT_ONCE = replace(SILENT, remove_current=True)
FRESH = Known(State.ACCEPTED, ISSUED, END, ISSUED + 60 * DAY, rotated_for={"audit": "1"})
TRIGGER = {"audit": "1"}

NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)  # as services write it of a token without an end

ends = st.none() | st.timedeltas(2 * DAY, NEVER - ISSUED).map(lambda life: ISSUED + life)
spans = st.timedeltas(min_value=SECOND, max_value=3650 * DAY)
maybe_spans = st.none() | spans
policies = st.builds(Policy, st.booleans(), maybe_spans, maybe_spans)


@pytest.mark.parametrize(
    ("end", "every", "renew_before", "due"),
    [
        (END, None, None, 60 * DAY),
        (END, None, 10 * DAY, 80 * DAY),
        (END, 30 * DAY, None, 30 * DAY),
        (END, 30 * DAY, 10 * DAY, 30 * DAY),
        (END, 85 * DAY, 10 * DAY, 80 * DAY),
        (END, 85 * DAY, None, 60 * DAY),
        (END, 200 * DAY, 89 * DAY, 1 * DAY),
        pytest.param(None, 45 * DAY, 10 * DAY, 45 * DAY, id="without a known end every counts alone"),
    ],
)
def test_the_earlier_of_every_and_renew_before_counts_and_two_thirds_of_a_life_without_both(
    end: datetime | None, every: timedelta | None, renew_before: timedelta | None, due: timedelta
) -> None:
    assert rotation.schedule(ISSUED, end, Policy(False, every, renew_before)) == RotationPlan(ISSUED + due)


def test_without_end_and_every_a_month_is_planned_and_every_is_asked_for() -> None:
    assert rotation.schedule(ISSUED, None, replace(SILENT, renew_before=10 * DAY)) == RotationPlan(
        ISSUED + 30 * DAY, "GreenLake does not report when the token ends: set token.every, such as 60d"
    )


@pytest.mark.parametrize(("before", "said"), [(90 * DAY, "90 days"), (200 * DAY, "200 days")])
def test_renewing_a_whole_life_or_more_before_the_end_is_a_problem_and_two_thirds_are_planned(
    before: timedelta, said: str
) -> None:
    assert rotation.schedule(ISSUED, END, replace(SILENT, renew_before=before)) == RotationPlan(
        ISSUED + 60 * DAY,
        f"token.renewBefore is {said}, but the token lives 90 days: it would rotate on every run; choose less",
    )


@pytest.mark.parametrize("life", [timedelta(0), -5 * DAY])
def test_a_token_that_was_issued_without_a_life_is_a_separate_problem(life: timedelta) -> None:
    problem = rotation.schedule(ISSUED, ISSUED + life, SILENT).problem

    assert problem == "GreenLake reports that the token had ended when it was issued: compare the clocks"


@given(life=spans, policy=policies)
def test_the_next_rotation_lies_within_the_tokens_life_and_no_policy_rotates_on_every_run(
    life: timedelta, policy: Policy
) -> None:
    plan = rotation.schedule(ISSUED, ISSUED + life, policy)

    assert ISSUED < plan.rotate_after <= ISSUED + life
    assert bool(plan.problem) == (policy.renew_before is not None and policy.renew_before >= life)


@given(policy=policies)
def test_a_token_without_a_known_end_still_has_a_next_rotation(policy: Policy) -> None:
    plan = rotation.schedule(ISSUED, None, policy)

    assert plan.rotate_after > ISSUED
    assert bool(plan.problem) == (policy.every is None)


@given(life=spans, policy=policies, now=st.timedeltas(min_value=timedelta(0), max_value=3650 * DAY))
def test_nothing_is_due_before_its_time_and_everything_from_then_on(
    life: timedelta, policy: Policy, now: timedelta
) -> None:
    plan = rotation.schedule(ISSUED, ISSUED + life, policy)
    known = Known(State.ACCEPTED, ISSUED, ISSUED + life, plan.rotate_after, rotated_for={})

    assert bool(rotation.why_rotate(known, {}, ISSUED + now)) == (ISSUED + now >= plan.rotate_after)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.OVERLAP, State.UNKNOWN])
def test_a_fresh_token_is_left_alone_whatever_is_known_of_it_but_a_refusal(state: State) -> None:
    assert rotation.why_rotate(replace(FRESH, state=state), TRIGGER, ISSUED + DAY) == ""


def test_a_refused_token_is_due_at_once_whatever_else_is() -> None:
    refused = replace(FRESH, state=State.REFUSED)

    assert rotation.why_rotate(refused, TRIGGER, ISSUED) == "refused by GreenLake"
    assert rotation.why_rotate(refused, {"audit": "2"}, END + DAY) == "refused by GreenLake"


@pytest.mark.parametrize(("after", "said"), [(timedelta(0), "0 s"), (3 * HOUR, "3 h"), (-SECOND, None)])
def test_an_expired_token_is_due_at_once(after: timedelta, said: str | None) -> None:
    reason = rotation.why_rotate(replace(FRESH, rotate_after=END + 9 * DAY), {"audit": "2"}, END + after)

    assert reason == (f"expired {said} ago" if said else "trigger changed: audit")


@pytest.mark.parametrize(
    ("trigger", "keys"),
    [
        ({"audit": "2"}, "audit"),
        ({}, "audit"),
        ({"audit": "1", "leak": "x"}, "leak"),
        ({"b": "1", "a": "1"}, "a, audit, b"),
    ],
)
def test_a_changed_trigger_is_due_at_once_and_named_by_its_keys(trigger: dict[str, str], keys: str) -> None:
    assert rotation.why_rotate(FRESH, trigger, ISSUED + DAY) == f"trigger changed: {keys}"


@given(
    before=st.dictionaries(st.sampled_from("abc"), st.sampled_from("12")),
    after=st.dictionaries(st.sampled_from("abc"), st.sampled_from("12")),
)
def test_a_trigger_is_changed_where_any_key_is_named_and_then_only(
    before: dict[str, str], after: dict[str, str]
) -> None:
    keys = rotation.changed_keys(before, after)

    assert (keys == []) == (before == after)
    assert keys == sorted(keys)
    assert all(before.get(key) != after.get(key) for key in keys)
    assert all(before.get(key) == after.get(key) for key in {*before, *after} - {*keys})


@pytest.mark.parametrize(
    ("end", "due", "said"),
    [
        (END, ISSUED + 60 * DAY, "two thirds of 90 days"),
        (END, ISSUED + 60 * DAY + 21 * HOUR, "two thirds of 90 days"),
        (END, ISSUED + 61 * DAY, "61 days of 90 days"),
        (END, ISSUED + 59 * DAY, "59 days of 90 days"),
        (END, ISSUED + 30 * DAY, "30 days of 90 days"),
        (None, ISSUED + 45 * DAY, "45 days after its issue"),
    ],
)
def test_a_due_rotation_shows_since_when_and_after_how_much_of_the_tokens_life(
    end: datetime | None, due: datetime, said: str
) -> None:
    known = replace(FRESH, expires_at=end, rotate_after=due)

    assert rotation.why_rotate(known, TRIGGER, due + 2 * HOUR) == f"due since 2 h: {said}"
    assert rotation.why_rotate(known, TRIGGER, due) == f"due since 0 s: {said}"
    assert rotation.why_rotate(known, TRIGGER, due - SECOND) == ""


@pytest.mark.parametrize(
    ("previous", "waits"),
    [(None, False), (Probe.REFUSED, False), (Probe.ACCEPTED, True), (Probe.UNKNOWN, True)],
)
def test_there_is_one_overlap_at_a_time_and_a_rotation_that_ends_the_current_token_never_waits(
    previous: Probe | None, waits: bool
) -> None:
    assert rotation.finish_first(SILENT, FRESH, previous, ISSUED) is waits
    assert rotation.finish_first(AT_ONCE, FRESH, previous, ISSUED) is False


@pytest.mark.parametrize("previous", [Probe.ACCEPTED, Probe.UNKNOWN])
@pytest.mark.parametrize(
    "known",
    [FRESH, replace(FRESH, expires_at=None, previous_expires_at=END)],
    ids=["the present one", "the one before"],
)
def test_a_rotation_waits_for_no_token_once_one_of_the_two_has_ended_by_every_clock(
    known: Known, previous: Probe
) -> None:
    assert rotation.finish_first(SILENT, known, previous, END + 5 * MINUTE - SECOND)
    assert not rotation.finish_first(SILENT, known, previous, END + 5 * MINUTE)


@pytest.mark.parametrize(
    ("policy", "known", "present", "now", "kept"),
    [
        (SILENT, FRESH, None, ISSUED, Kept.PRESENT),
        (SILENT, replace(FRESH, state=State.OVERLAP), None, ISSUED, Kept.PRESENT),
        (SILENT, replace(FRESH, expires_at=None), None, END + DAY, Kept.PRESENT),
        (SILENT, FRESH, None, END + 5 * MINUTE - SECOND, Kept.PRESENT),
        (SILENT, FRESH, None, END + 5 * MINUTE, Kept.NONE),
        (SILENT, replace(FRESH, state=State.REFUSED), Probe.UNKNOWN, ISSUED, Kept.PRESENT),
        (SILENT, replace(FRESH, state=State.REFUSED), Probe.REFUSED, ISSUED, Kept.NONE),
        (AT_ONCE, FRESH, None, ISSUED, Kept.NONE),
    ],
)
def test_a_rotation_keeps_the_present_token_unless_that_has_ended(
    policy: Policy, known: Known, present: Probe | None, now: datetime, kept: Kept
) -> None:
    assert rotation.kept(policy, known, previous=None, present=present, now=now) is kept


@pytest.mark.parametrize(
    ("previous", "kept"),
    [(Probe.ACCEPTED, Kept.PREVIOUS), (Probe.UNKNOWN, Kept.PREVIOUS), (Probe.REFUSED, Kept.NONE), (None, Kept.NONE)],
)
def test_a_rotation_keeps_the_token_before_if_only_the_present_one_has_ended(
    previous: Probe | None, kept: Kept
) -> None:
    ended = replace(FRESH, previous_expires_at=END)
    assert rotation.kept(SILENT, FRESH, previous=previous, present=None, now=END + DAY) is kept
    assert rotation.kept(SILENT, ended, previous=previous, present=None, now=END + DAY) is Kept.NONE


@pytest.mark.parametrize(
    ("has_previous", "adopted", "used", "chosen"),
    [
        (False, False, False, Subject.CURRENT),
        (True, False, False, Subject.PREVIOUS),
        (False, True, False, Subject.NONE),
        (True, True, False, Subject.PREVIOUS),
        (True, True, True, Subject.CURRENT),
    ],
)
def test_a_read_presents_only_a_token_that_entra_has_been_using(
    has_previous: bool, adopted: bool, used: bool, chosen: Subject
) -> None:
    assert rotation.subject(has_previous=has_previous, adopted=adopted, used=used) is chosen


@pytest.mark.parametrize(
    ("previous", "state"),
    [(Probe.ACCEPTED, State.OVERLAP), (Probe.UNKNOWN, State.UNKNOWN), (Probe.REFUSED, State.UNKNOWN)],
)
def test_an_answer_about_the_previous_token_proves_nothing_about_the_present_one(previous: Probe, state: State) -> None:
    assert rotation.after_previous(previous) is state


@pytest.mark.parametrize(
    ("current", "state"),
    [(Probe.ACCEPTED, State.ACCEPTED), (Probe.REFUSED, State.REFUSED), (Probe.UNKNOWN, State.UNKNOWN)],
)
def test_a_current_token_is_refused_only_by_a_refusal(current: Probe, state: State) -> None:
    assert rotation.after_current(current) is state


@pytest.mark.parametrize(("every", "warned"), [(30 * DAY, False), (30 * DAY + SECOND, True), (None, False)])
def test_an_interval_beyond_what_is_assumed_of_a_token_without_an_end_is_noticed(
    every: timedelta | None, warned: bool
) -> None:
    assert rotation.exceeds_the_assumed_life(replace(SILENT, every=every)) is warned


def test_the_longest_interval_without_a_warning_is_that_of_the_plan_without_another_end() -> None:
    planned = rotation.schedule(ISSUED, None, SILENT).rotate_after - ISSUED

    assert not rotation.exceeds_the_assumed_life(replace(SILENT, every=planned))
    assert rotation.exceeds_the_assumed_life(replace(SILENT, every=planned + SECOND))


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("current", list(Probe))
@pytest.mark.parametrize(("day", "life", "late"), [(80, 90, False), (81, 90, True), (91, 90, True), (500, None, False)])
def test_after_an_unread_rotation_the_next_one_waits_unless_asked_for_or_nothing_is_left_to_protect(
    asked: bool, current: Probe, day: int, life: int | None, late: bool
) -> None:
    end = None if life is None else ISSUED + life * DAY
    token = Known(State.ACCEPTED, ISSUED, end, ISSUED + 60 * DAY, {})

    waits = rotation.holds_back(token, asked=asked, current=current, now=ISSUED + day * DAY)

    assert waits is not (asked or late or current is Probe.REFUSED)


@given(ends, ends, st.sampled_from([State.ACCEPTED, State.OVERLAP, State.REFUSED]), policies)
@example(NEVER, NEVER, State.OVERLAP, SILENT)
def test_a_token_that_ends_at_the_last_moment_of_the_calendar_is_rotated_like_any_other(
    end: datetime | None, previous_end: datetime | None, state: State, policy: Policy
) -> None:
    plan = rotation.schedule(ISSUED, end, policy)
    known = Known(state, ISSUED, end, plan.rotate_after, TRIGGER, previous_end)
    now = ISSUED + DAY

    assert not rotation.has_expired(end, now)
    assert bool(rotation.why_rotate(known, TRIGGER, now)) == (state is State.REFUSED or plan.rotate_after <= now)
    waits = state is not State.REFUSED and not policy.remove_current
    assert rotation.finish_first(policy, known, Probe.ACCEPTED, now) is waits
    assert not rotation.holds_back(known, asked=True, current=Probe.ACCEPTED, now=now)
    kept = rotation.kept(policy, known, previous=None, present=None, now=now)
    assert kept is (Kept.NONE if policy.remove_current else Kept.PRESENT)
