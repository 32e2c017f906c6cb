"""Whether the token is due is judged as the next `up` would, some time ahead, from state alone."""

from datetime import timedelta

import pytest

from providers.greenlake.rotation import Known, State
from providers.greenlake.token_properties import known
from providers.state.schema import TOKEN as TOKEN_SCHEMA
from providers.timestamps import from_text
from scimctl.commands.token.token_status import data, due
from tests.e2e.workspace import Workspace
from tests.scimctl.looking import look

ISSUED = from_text("2026-11-01T00:00:00Z")
DAY = timedelta(days=1)
TOKEN = Known(State.ACCEPTED, ISSUED, ISSUED + 90 * DAY, ISSUED + 60 * DAY, {"a": "1"})


@pytest.mark.parametrize(("age", "within", "found"), [(59, 0, False), (46, 14, True), (45, 14, False), (60, 0, True)])
def test_a_rotation_within_the_time_is_found(age: int, within: int, found: bool) -> None:
    assert due(TOKEN, {"a": "1"}, within * DAY, ISSUED + age * DAY).found is found


def test_what_makes_the_next_run_rotate_is_reported() -> None:
    assert due(TOKEN, {"a": "1"}, 0 * DAY, ISSUED + 61 * DAY).why == "due since 24 h: two thirds of 90 days"
    refused = Known(State.REFUSED, TOKEN.issued_at, TOKEN.expires_at, TOKEN.rotate_after, TOKEN.rotated_for)
    assert due(refused, {"a": "1"}, 0 * DAY, ISSUED).why == "refused by GreenLake"


def test_a_script_gets_the_warnings_too() -> None:
    outs = TOKEN_SCHEMA.upgraded(
        {
            "fingerprint": "f1f1f1f1f1f1",
            "generation": 1,
            "state": "accepted",
            "issued_at": "2026-11-01T00:00:00Z",
            "expires_at": "",
            "rotate_after": "2026-12-31T00:00:00Z",
            "rotated_for": {},
            "remove_current": False,
            "every": "60d",
            "renew_before": "",
        }
    )
    (said,) = data(outs, due(known(outs), {}, 0 * DAY, ISSUED))["warnings"]

    assert said.startswith("GreenLake does not report when the token ends, and token.every is 60d")


@pytest.mark.engine
def test_it_reads_state_alone_sends_nothing_and_never_prints_the_token(up: Workspace) -> None:
    since = up.world.last_request()
    metrics = up.root / "token.prom"
    said = look(up, "token", "status", "--prometheus", str(metrics), ARM_CLIENT_SECRET="", HPEGL_USER_SECRET="")

    assert said.code == 0
    verdict, *rest = said.out.splitlines()
    assert (
        verdict
        == "the next rotation is due in 59 days, by the state of the last run; `scimctl test` asks GreenLake now"
    )
    assert [line.split()[0] for line in rest] == ["token", "issued", "expires", "rotates", "overlap"]
    assert up.world.requests(since) == []
    assert f'greenlake_scim_found{{command="token status",stack="{up.stack}"}} 0\n' in metrics.read_text()
    assert f'greenlake_scim_rotation_seconds{{command="token status",stack="{up.stack}"}} 5' in metrics.read_text()
    assert up.token() not in said.out + said.err


@pytest.mark.engine
def test_a_monitor_hears_of_it_in_time_by_the_exit_code(up: Workspace) -> None:
    in_time = look(up, "token", "status", "--within", "58d", "--json")
    assert (in_time.code, in_time.err, up.token() in in_time.out) == (0, "", False)
    assert in_time.data["fingerprint"] == up.outputs()["token_fingerprint"]
    assert in_time.data["tenant"] == up.world.tenant_id
    assert look(up, "token", "status", "--within", "61d").code == 7
