"""State that an earlier commit wrote: each verb takes it, fills it in once, and neither rotates nor replaces."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.provisioning_status import ProvisioningStatusProvider
from providers.entra.synchronization_schema import SynchronizationSchemaProvider
from providers.entra.unclaimed_application import UnclaimedApplicationProvider
from providers.errors import StoppedError
from providers.greenlake.scim_proxy_token import ScimProxyTokenProvider
from providers.state.schema import APPLICATION, MAPPINGS, STATUS, TOKEN, VERSION, StateSchema
from tests.providers.greenlake import token_state
from tests.providers.verbs import Properties, Verbs, kept_of, older
from tests.sandbox.driver import World

LATER = StateSchema("Thing", MappingProxyType({}), MappingProxyType({"first": "", "second": 0}))
KINDS = [
    (TOKEN, Verbs(ScimProxyTokenProvider())),
    (APPLICATION, Verbs(UnclaimedApplicationProvider())),
    (MAPPINGS, Verbs(SynchronizationSchemaProvider())),
    (STATUS, Verbs(ProvisioningStatusProvider())),
]
values = st.dictionaries(st.sampled_from(["first", "second", "other"]), st.integers())


@given(values)
def test_what_is_in_state_is_kept_and_what_is_missing_gets_its_value(props: Properties) -> None:
    assert LATER.upgraded(props) == {"first": "", "second": 0, **props, VERSION: 3}


@given(values, st.integers(0, 3))
def test_state_is_current_once_it_was_upgraded_and_an_upgrade_changes_it_no_more(
    props: Properties, version: int
) -> None:
    once = LATER.upgraded({**props, VERSION: version})

    assert LATER.is_current(once)
    assert LATER.upgraded(once) == once


def test_state_is_of_an_older_version_if_its_version_or_one_key_is_missing() -> None:
    current = LATER.upgraded({})

    assert [name for name in current if LATER.is_current({k: v for k, v in current.items() if k != name})] == []


@pytest.mark.parametrize(("schema", "verbs"), KINDS)
def test_state_of_a_newer_commit_is_refused_with_what_to_do(schema: StateSchema, verbs: Verbs) -> None:
    newer, said = {VERSION: schema.version + 1}, f"^state of {schema.resource}: a newer commit .* run the commit"

    with pytest.raises(StoppedError, match=said):
        verbs.diff(newer, {})
    with pytest.raises(StoppedError, match=said):
        verbs.read(newer)


@pytest.mark.parametrize(
    ("schema", "verbs", "key"),
    [
        (schema, verbs, key)
        for schema, verbs in KINDS
        if schema is not APPLICATION  # of which no older state is kept
        for key in sorted(kept_of(schema)["outputs"])
    ],
)
def test_state_that_lacks_a_key_is_filled_in_or_ends_in_one_line(schema: StateSchema, verbs: Verbs, key: str) -> None:
    kept = kept_of(schema)
    said: list[str] = []
    try:
        verbs.diff({name: value for name, value in kept["outputs"].items() if name != key}, kept["inputs"])
    except StoppedError as error:
        said.append(str(error))

    assert all(each.startswith(f"state of {schema.resource}: {key} is missing: ") for each in said)
    assert bool(said) or key not in ("expires_at", "tested_fingerprint")
    assert not said or key not in schema.added


@pytest.fixture
def token(here: World) -> tuple[Properties, Properties]:
    """The inputs and outputs of a token as an older commit laid them down."""
    news = token_state.inputs(here)
    return older(TOKEN, news), older(TOKEN, token_state.VERBS.create(news))


def test_each_key_of_a_token_that_older_state_lacks_is_in_its_table(here: World) -> None:
    outs = token_state.VERBS.create(token_state.inputs(here))

    assert outs.keys() - older(TOKEN, outs).keys() <= {*TOKEN.added, VERSION}


def test_an_older_token_is_filled_in_by_one_update_that_sends_nothing(
    here: World, token: tuple[Properties, Properties], capsys: pytest.CaptureFixture[str]
) -> None:
    (_, olds), news = token, token_state.inputs(here)
    since = token_state.mark(here)

    found = token_state.VERBS.diff(olds, news)
    filled = token_state.VERBS.update(olds, news)

    assert (found.changes, found.replaces) == (True, [])
    assert filled["token"] == olds["token"]
    assert not token_state.VERBS.diff(filled, news).changes
    assert token_state.mark(here) == since
    assert "to be rotated" not in capsys.readouterr().err


def test_an_older_token_is_filled_in_by_a_refresh_which_shows_no_drift(token: tuple[Properties, Properties]) -> None:
    stored, olds = token

    assert not token_state.VERBS.diff(token_state.VERBS.read(olds), stored).changes


def test_an_older_token_is_deleted(here: World, token: tuple[Properties, Properties]) -> None:
    token_state.VERBS.delete(token[1])

    assert token_state.live(here) == []
