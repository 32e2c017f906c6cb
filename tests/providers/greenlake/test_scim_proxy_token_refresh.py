"""What a refresh may ask, and what it makes of the answers: it never uses a token that Entra has not been using."""

import functools
import threading

import pytest

from providers.scim import used_tokens
from tests.providers.greenlake.token_state import VERBS, end_tokens, inputs, mark, sent, snapshot, use, was_used
from tests.providers.verbs import Properties
from tests.sandbox.driver import World

REFUSING = {"service": "scim", "status": 401, "times": 1}
MUTE = {"service": "scim", "status": 403, "times": 9}
ASKED = ("GET", "Users")


pytestmark = pytest.mark.usefixtures("no_backoff", "quick_probes")


@pytest.fixture(autouse=True)
def unreported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has reported yet whether Entra uses a token."""
    monkeypatch.setattr("providers.scim.used_tokens._used", {})
    monkeypatch.setattr("providers.scim.used_tokens._SECONDS", 1.0)


def test_an_accepted_token_is_reported_as_it_was(here: World, outs: Properties) -> None:
    since = mark(here)

    assert VERBS.read(outs) == outs
    assert sent(here, since) == [ASKED]


def test_a_token_that_is_gone_is_refused_and_kept_for_the_next_run_to_heal(here: World, outs: Properties) -> None:
    end_tokens(here)
    since = mark(here)

    fresh = VERBS.read(outs)

    assert fresh == {**outs, "state": "refused"}
    assert sent(here, since) == [ASKED, ASKED]
    assert VERBS.diff(fresh, inputs(here)).changes
    assert VERBS.update(fresh, inputs(here))["state"] == "accepted"


def test_one_refusal_alone_is_not_believed(here: World, outs: Properties) -> None:
    here.fail(REFUSING)

    assert VERBS.read(outs)["state"] == "accepted"


def test_a_service_that_cannot_be_asked_proves_nothing_and_loses_nothing(
    here: World, outs: Properties, capsys: pytest.CaptureFixture[str]
) -> None:
    here.fail(MUTE)
    looked = VERBS.looked(outs)
    fresh = looked.outs or {}

    assert looked.id == "an-id"
    assert fresh == {**outs, "state": "unknown"}
    assert "GreenLake could not be asked, so nothing is known of the token now" in capsys.readouterr().err
    assert not VERBS.diff(fresh, inputs(here)).changes


def test_while_the_old_token_is_accepted_the_new_one_is_not_used(here: World, overlapping: Properties) -> None:
    since = mark(here)

    assert VERBS.read(overlapping) == overlapping
    assert sent(here, since) == [ASKED]
    assert not was_used(here, overlapping["token"])
    assert snapshot(here, overlapping["previous_token"])["live"]


def test_while_the_old_token_cannot_be_probed_the_new_one_is_not_used(here: World, overlapping: Properties) -> None:
    here.fail(MUTE)

    assert VERBS.read(overlapping) == {**overlapping, "state": "unknown"}
    assert not was_used(here, overlapping["token"])


@pytest.mark.parametrize("times", [1, 9])
def test_no_refusal_of_the_old_token_opens_the_way_to_the_new_one(
    here: World, overlapping: Properties, times: int
) -> None:
    here.fail({**REFUSING, "times": times})
    since = mark(here)

    assert VERBS.read(overlapping) == {**overlapping, "state": "unknown"}
    assert sent(here, since) == [ASKED]
    assert not was_used(here, overlapping["token"])


def test_once_entra_is_known_to_use_the_new_token_that_is_probed_and_the_old_one_is_kept(
    here: World, overlapping: Properties
) -> None:
    use(here, overlapping["token"])
    used_tokens.report(overlapping["fingerprint"], used=True)
    since = mark(here)

    fresh = VERBS.read(overlapping)

    assert fresh == {**overlapping, "state": "accepted"}
    assert sent(here, since) == [ASKED]
    assert not VERBS.diff(fresh, inputs(here, rotate_when_changed={"asked": "1"})).changes


def test_a_new_token_that_entra_uses_and_that_is_gone_is_refused(here: World, overlapping: Properties) -> None:
    used_tokens.report(overlapping["fingerprint"], used=True)
    end_tokens(here)

    assert VERBS.read(overlapping) == {**overlapping, "state": "refused"}


def test_the_report_of_the_other_read_is_awaited(overlapping: Properties) -> None:
    report = functools.partial(used_tokens.report, overlapping["fingerprint"], used=True)
    later = threading.Timer(0.3, report)
    later.start()

    assert VERBS.read(overlapping)["state"] == "accepted"


def test_an_adopted_token_is_like_any_other_once_entra_is_known_to_use_it(here: World) -> None:
    use(here, here.new_proxy_token())
    adopted = VERBS.create(inputs(here, adopt_existing=True))
    used_tokens.report(adopted["fingerprint"], used=True)

    assert VERBS.read(adopted) == {**adopted, "state": "accepted", "adopted": False}


def test_after_an_adoption_nothing_is_probed(here: World, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = here.new_proxy_token()
    use(here, unknown)
    adopted = VERBS.create(inputs(here, adopt_existing=True))
    capsys.readouterr()
    since = mark(here)

    assert VERBS.read(adopted) == {**adopted, "state": "unknown"}
    assert mark(here) == since
    assert capsys.readouterr().err == ""
    assert use(here, unknown)


def test_an_adopted_token_is_not_presented_however_long_ago_it_was_made_since_nobody_knows_that_entra_has_it(
    here: World,
) -> None:
    in_use = here.new_proxy_token()
    use(here, in_use)
    adopted = VERBS.create(inputs(here, adopt_existing=True))

    assert VERBS.read({**adopted, "issued_at": "2020-01-01T00:00:00Z"})["state"] == "unknown"
    assert use(here, in_use)


def test_an_adopted_token_is_rotated_once_a_read_knows_that_entra_uses_it(
    here: World, capsys: pytest.CaptureFixture[str]
) -> None:
    use(here, here.new_proxy_token())
    adopted = VERBS.create(inputs(here, adopt_existing=True))
    news = inputs(here, adopt_existing=True, rotate_when_changed={"asked": "1"})

    waiting = VERBS.update(adopted, news)
    assert waiting["fingerprint"] == adopted["fingerprint"]
    assert "run `pulumi up --refresh`, which finds out and then rotates" in capsys.readouterr().err

    used_tokens.report(adopted["fingerprint"], used=True)
    rotated = VERBS.update(VERBS.read(waiting), news)

    assert (rotated["previous_token"], rotated["adopted"]) == (adopted["token"], False)


def test_a_refresh_needs_no_bearer(here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in here.environ() if name.startswith("HPEGL_")]:
        monkeypatch.delenv(name)

    assert VERBS.read(outs)["state"] == "accepted"
