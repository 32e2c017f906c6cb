"""What a refresh may ask, and what it makes of the answers: it never uses a token that Entra has not been using."""

import pytest

from tests.providers.greenlake.token_state import VERBS, end_tokens, inputs, mark, sent, snapshot, use, was_used
from tests.providers.verbs import Properties
from tests.sandbox.driver import World

REFUSING = {"service": "scim", "status": 401, "times": 1}
MUTE = {"service": "scim", "status": 403, "times": 9}
ASKED = ("GET", "Users")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, no_backoff: None) -> None:  # noqa: ARG001
    """The second look of a probe comes at once."""
    monkeypatch.setattr("providers.scim._SECOND_LOOK_SECONDS", 0.01)


@pytest.fixture
def outs(here: World) -> Properties:
    """A token that Entra has used."""
    made = VERBS.create(inputs(here))
    assert use(here, made["token"])
    return made


@pytest.fixture
def overlapping(here: World, outs: Properties) -> Properties:
    """A rotated token that nobody has used, while the one before it lives."""
    return VERBS.update(outs, inputs(here, rotate_when_changed={"asked": "1"}))


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


def test_a_service_that_cannot_be_asked_says_nothing_and_loses_nothing(
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


def test_one_refusal_of_the_old_token_does_not_open_the_way_to_the_new_one(
    here: World, overlapping: Properties
) -> None:
    here.fail(REFUSING)

    assert VERBS.read(overlapping)["state"] == "overlap"
    assert not was_used(here, overlapping["token"])


def test_once_entra_has_used_the_new_token_the_old_one_is_forgotten(here: World, overlapping: Properties) -> None:
    use(here, overlapping["token"])

    fresh = VERBS.read(overlapping)

    assert fresh == {**overlapping, "previous_token": "", "state": "accepted"}
    assert not VERBS.diff(fresh, inputs(here, rotate_when_changed={"asked": "1"})).changes


def test_when_both_tokens_are_gone_the_present_one_is_refused(here: World, overlapping: Properties) -> None:
    end_tokens(here)

    assert VERBS.read(overlapping) == {**overlapping, "previous_token": "", "state": "refused"}


def test_when_only_the_new_token_cannot_be_probed_the_old_one_is_forgotten_all_the_same(
    here: World, overlapping: Properties
) -> None:
    use(here, overlapping["token"])
    here.fail({**MUTE, "skip": 2})

    assert VERBS.read(overlapping) == {**overlapping, "previous_token": "", "state": "unknown"}


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


def test_after_the_next_rotation_an_adopted_token_is_probed_like_any_other(here: World) -> None:
    use(here, here.new_proxy_token())
    adopted = VERBS.create(inputs(here, adopt_existing=True))
    use(here, adopted["token"])
    rotated = VERBS.update(adopted, inputs(here, adopt_existing=True, rotate_when_changed={"asked": "1"}))

    assert VERBS.read(rotated)["state"] == "overlap"
    assert not rotated["adopted"]


def test_a_refresh_needs_no_bearer(here: World, outs: Properties, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in here.environ() if name.startswith("HPEGL_")]:
        monkeypatch.delenv(name)

    assert VERBS.read(outs)["state"] == "accepted"
