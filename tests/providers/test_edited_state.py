"""State that somebody has edited: a value of another type ends every verb in one line, before anything is sent."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.entra.mapping.mappings import read_wanted
from providers.entra.provisioning_status import ProvisioningStatusProvider
from providers.entra.synchronization_schema import SynchronizationSchemaProvider
from providers.entra.unclaimed_application import UnclaimedApplicationProvider
from providers.errors import ProvisioningError, StoppedError
from providers.greenlake.scim_proxy_token import ScimProxyTokenProvider
from providers.state.schema import APPLICATION, MAPPINGS, STATUS, TOKEN, VERSION, StateSchema
from stacks.mappings import Mappings
from tests.providers.verbs import Properties, Verbs

LAST_SECOND = "9999-12-31T23:59:59Z"
NOBODY = "https://127.0.0.1:9"  # whatever is sent ends in another error than the one expected
MOMENT, TENANT = "2026-11-30T08:00:00Z", "c6bda844-1e67-51dc-8008-80ce6427d994"
OBSERVED = {"status": 201, "bearer": "copied", "fields": {"token": "text"}, "end": True}
PLACE = {"tenant_id": TENANT, "service_principal_id": "f22fbbbd", "job_id": "scim.c6bd.2b76"}
TOKEN_INPUTS: Properties = {
    "api_url": NOBODY, "tenant_url": f"{NOBODY}/v1alpha1/scimproxy", "token_field": "", "expiry_field": "",
    "workspace": "", "remove_current": False, "every": "60d", "renew_before": "", "adopt_existing": False,
    "rotate_when_changed": {"asked": "1"},
}  # fmt: skip
STATUS_INPUTS: Properties = {
    **PLACE, "application_on_destroy": "deleted", "status": "on", "previous_token": "the-one-before", "adopted": False,
    "token_fingerprint": "1f1d665f339d", "token_issued_at": MOMENT, "mappings_fingerprint": "48d4f31d6e43",
    "principals": ["adf03c25"], "credentials": [{"key": "BaseAddress", "value": NOBODY}],
}  # fmt: skip
STATES: Mapping[str, tuple[StateSchema, Verbs, Properties, Properties]] = {
    "token": (
        TOKEN,
        Verbs(ScimProxyTokenProvider()),
        TOKEN_INPUTS,
        {
            **TOKEN_INPUTS, "token": "the-present-one", "previous_token": "the-one-before", "issued_at": MOMENT,
            "expires_at": "2027-02-27T23:03:06Z", "rotate_after": "2027-01-28T23:03:06Z", "generation": 2,
            "fingerprint": "1f1d665f339d", "rotated_for": {"asked": "1"}, "state": "accepted", "adopted": False,
            "workspace_claims": {"workspace_id": "a"}, "unknown_newer_since": "", "previous_expires_at": "",
            "observed": {"create": OBSERVED},
        },
    ),
    "application": (
        APPLICATION,
        Verbs(UnclaimedApplicationProvider()),
        {
            "tenant_id": TENANT, "service_principal_id": "f22fbbbd", "application_name": "SSO", "principals": ["one"],
            "credential_keys": ["BaseAddress"],
        },
        {"tenant_id": TENANT, "service_principal_id": "f22fbbbd"},
    ),
    "mappings": (
        MAPPINGS,
        Verbs(SynchronizationSchemaProvider()),
        {**PLACE, "mappings": Mappings().as_schema()},
        {
            **PLACE, "mappings": Mappings().as_schema(), "fingerprint": "48d4f31d6e43", "drift": ["User.title"],
            "replaced_version": "1.0",
        },
    ),
    "status": (
        STATUS,
        Verbs(ProvisioningStatusProvider()),
        STATUS_INPUTS,
        {
            **{name: value for name, value in STATUS_INPUTS.items() if name != "credentials"},
            "schedule_state": "Active", "status_code": "Active", "quarantine_reason": "", "tried_series": "",
            "overlap": "closed", "credentials_state": "accepted", "tested_fingerprint": "1f1d665f339d",
            "tested_at": MOMENT, "saved_fingerprint": "1f1d665f339d", "saved_at": MOMENT,
            "undeclared_principals": ["User a"], "undeclared_jobs": ["b"], "base_address": NOBODY,
            "credentials_digest": "f5e9436c3c22",
        },
    ),
}  # fmt: skip
VERBS: Mapping[str, Callable[[Verbs, Properties, Properties], object]] = {
    "diff": lambda verbs, outs, inputs: verbs.diff(outs, inputs),
    "update": lambda verbs, outs, inputs: verbs.update(outs, inputs),
    "read": lambda verbs, outs, _inputs: verbs.read(outs),
    "delete": lambda verbs, outs, _inputs: verbs.delete(outs),
}
CALLS_NOTHING = {("application", "delete")}  # the engine's own, which looks at nothing
scalars = st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.none())
values = st.recursive(scalars, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=4), each))
GARBAGE: Mapping[str, tuple[Any, ...]] = {
    "api_url": ("", "http://127.0.0.1", "https://", "https://[", "https://a:b", "127.0.0.1"),
    "tenant_url": ("", "ftp://127.0.0.1", "https://[::1", "https://a:99999"),
    "every": ("60", "60 d", "-1d", "0d", "60d ", "1e3d", "P60D"),
    "token": ("", "two words", "line\nbreak", "tökén", "\u200b"),
    "issued_at": ("", "yesterday", "2026-11-30", "2026-11-30T08:00:00", "2026-13-30T08:00:00Z", "2026-11-30T08:00:60Z",
                  LAST_SECOND, "0001-01-01T00:00:00Z", "1764489600"),
    "expires_at": ("never", "0001-01-01T00:00:00Z", "2027-02-30T00:00:00Z", " "),
    "rotate_after": ("", "soon"),
    "generation": (-1, 1.5, float("inf"), float("nan"), 2e300, "2"),
    "state": ("", "ACCEPTED", "gone", "accepted "),
    "rotated_for": ({"asked": 1}, {"asked": {"a": "b"}}),
    "workspace_claims": ({"workspace_id": ["a"]},),
    "observed": ({"create": {}}, {"create": []}, {"create": {**OBSERVED, "status": "201"}},
                 {"create": {**OBSERVED, "fields": {"token": 1}}}, {"create": {**OBSERVED, "end": "yes"}}),
    "tenant_id": ("contoso.com", TENANT.upper(), f"{TENANT} "),
    "service_principal_id": ("", "..", "a/b", "a b", "a?b", "a#b", "%2e"),
    "job_id": ("", ".", "scim/../other", "scim job"),
    "mappings": ({"User": []}, {"User": "Group"}, []),
    "drift": ([1], [None], "User.title"),
    "status": ("", "On", "yes"),
    "overlap": ("", "maybe"),
    "credentials_state": ("", "Accepted"),
    "application_on_destroy": ("keep", "delete"),
    "tested_at": ("today",),
    "principals": ([["adf03c25"]], "adf03c25"),
    "base_address": ("http://a", "greenlake"),
    VERSION: ("1", -1, 2.5, 1e308, [], {}, True, float("nan")),
}  # fmt: skip


def kind(value: object) -> type:
    return float if type(value) is int else type(value)


def is_refused(of: str, verb: str, key: str, wrong: object, *, in_inputs: bool = False) -> str:
    """Call a verb with a wrong value at a key of state; return how it ended."""
    schema, verbs, inputs, outs = STATES[of]
    outs = schema.stamped(outs)
    changed = {**(inputs if in_inputs else outs), key: wrong}
    with pytest.raises(StoppedError) as ended:
        VERBS[verb](verbs, *((outs, changed) if in_inputs else (changed, inputs)))
    said = str(ended.value)
    assert said.startswith(f"state of {schema.resource}: {key} is "), said
    assert "\n" not in said
    assert "`pulumi stack import --file FILE`" in said
    return said


@settings(max_examples=400)
@given(st.data())
def test_a_value_of_another_type_ends_every_verb_in_one_line_that_names_the_key(data: st.DataObject) -> None:
    of = data.draw(st.sampled_from(sorted(STATES)))
    _, _, inputs, outs = STATES[of]
    in_inputs = data.draw(st.booleans())  # of which a refresh compares the stored ones
    held = inputs if in_inputs else outs
    key = data.draw(st.sampled_from(sorted(held)))
    verb = (
        "diff" if in_inputs else data.draw(st.sampled_from([each for each in VERBS if (of, each) not in CALLS_NOTHING]))
    )

    wrong = data.draw(values.filter(lambda one: one is not None and kind(one) is not kind(held[key])))

    is_refused(of, verb, key, wrong, in_inputs=in_inputs)


@pytest.mark.parametrize(
    ("of", "key", "wrong"),
    [
        (of, key, wrong)
        for of, (_, _, _, outs) in STATES.items()
        for key, row in GARBAGE.items()
        if key in {*outs, VERSION}
        for wrong in row
    ],
)
def test_a_text_or_an_entry_that_this_program_would_not_write_is_refused_as_well(
    of: str, key: str, wrong: object
) -> None:
    for verb in VERBS:
        if (of, verb) not in CALLS_NOTHING:
            is_refused(of, verb, key, wrong)


def test_the_line_shows_nothing_of_the_value() -> None:
    assert "canary" not in is_refused("token", "diff", "token", ["canary"])
    assert "canary" not in is_refused("token", "read", "token", "canary canary")


dates = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(8999, 12, 31)).map(  # noqa: DTZ001 - of UTC
    lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
)
spans = st.sampled_from(["", "1s", "60d", "99999d"])


@given(
    st.fixed_dictionaries(
        {"issued_at": dates, "rotate_after": dates, "expires_at": dates | st.just("9999-12-31T23:59:59Z")}
    ),
    spans,
    spans,
)
def test_dates_of_any_year_are_judged(moments: Properties, every: str, renew_before: str) -> None:
    schema, verbs, inputs, outs = STATES["token"]
    policy = {"every": every, "renew_before": renew_before}

    with suppress(ProvisioningError):  # a policy that cannot be followed
        verbs.diff(schema.stamped({**outs, **moments}), {**inputs, **policy})


def damaged(data: st.DataObject, value: Any) -> Any:
    """Return a value of JSON with anything at some place in it."""
    steps: list[Any] = [*range(len(value))] if kind(value) is list else list(value) if kind(value) is dict else []
    if not steps or data.draw(st.booleans()):
        return data.draw(values)
    step, changed = data.draw(st.sampled_from(steps)), value.copy()
    changed[step] = damaged(data, value[step])
    return changed


@given(st.data())
def test_mappings_in_which_anything_is_replaced_are_read_or_end_in_one_line(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["User", "Group"]))
    mappings = Mappings().as_schema()
    said: list[str] = []
    try:
        read_wanted({**mappings, name: damaged(data, mappings[name])})
    except StoppedError as error:
        said.append(str(error))

    assert all(each.startswith(f"state of SynchronizationSchema: mappings.{name}") for each in said)
