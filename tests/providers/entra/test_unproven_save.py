"""A save of the mappings that failed, and may have worked, is not forgotten: the next plain `up` looks."""

import pulumi
import pytest

from providers.entra import synchronization_schema
from providers.errors import ApiError, ProvisioningError, StoppedError
from tests.providers.entra.default_schema import BLOG
from tests.providers.entra.test_synchronization_schema import (
    VERBS,
    inputs,
    live,
    mapping_display_name,
    sent,
)
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

pytestmark = pytest.mark.usefixtures("no_backoff", "settled_soon")

PUT = {"service": "graph", "method": "PUT", "path": "/schema$"}
MAIL = mapping_display_name(source="mail")
UNPROVEN = (
    {**PUT, "when": "after", "action": "reset", "times": 9},
    {**PUT, "when": "after", "status": 503, "times": 9},
    {**PUT, "status": 204},
)


def display_name(application: Application) -> str:
    (found,) = [one for one in live(application)["attributeMappings"] if one["targetAttributeName"] == "displayName"]
    return found["source"]["name"]


@pytest.mark.parametrize("fault", UNPROVEN)
def test_the_old_mappings_are_saved_again_by_a_plain_up_of_the_old_stack_file(
    here: World, application: Application, fault: dict[str, object]
) -> None:
    before = VERBS.create(inputs(application))
    here.fail(fault)
    after = VERBS.update(before, inputs(application, mappings=MAIL))
    here.fail()

    assert VERBS.diff(after, inputs(application)).changes
    assert VERBS.update(after, inputs(application))["drift"] == []
    assert display_name(application) == "displayName"


@pytest.mark.parametrize("fault", UNPROVEN)
def test_the_next_up_of_the_same_stack_file_proves_or_saves_them(
    here: World, application: Application, fault: dict[str, object]
) -> None:
    before = VERBS.create(inputs(application))
    here.fail(fault)
    after = VERBS.update(before, inputs(application, mappings=MAIL))
    here.fail()

    assert VERBS.diff(after, inputs(application, mappings=MAIL)).changes
    done = VERBS.update(after, inputs(application, mappings=MAIL))
    assert (done["drift"], display_name(application)) == ([], "mail")
    assert not VERBS.diff(done, inputs(application, mappings=MAIL)).changes


def test_a_refused_save_saved_nothing_and_leaves_state_as_it_was(here: World, application: Application) -> None:
    before = VERBS.create(inputs(application))
    here.fail({**PUT, "status": 403, "times": 9})

    with pytest.raises(ApiError):
        VERBS.update(before, inputs(application, mappings=MAIL))

    assert display_name(application) == "displayName"


@pytest.mark.parametrize(("when", "saves"), [("before", 1), ("after", 0)])
def test_a_create_has_no_state_to_record_in_and_the_next_one_saves_what_the_lost_save_did_not(
    here: World, application: Application, when: str, saves: int
) -> None:
    here.fail({**PUT, "when": when, "status": 503, "times": 9})
    with pytest.raises(ProvisioningError):
        VERBS.create(inputs(application, mappings=MAIL))
    here.fail()
    before = len(sent(here))

    made = VERBS.create(inputs(application, mappings=MAIL))

    assert sent(here)[before:].count("PUT schema") == saves
    assert (made["drift"], display_name(application)) == ([], "mail")


def hook(drift: list[str]) -> None:
    args = pulumi.ResourceHookArgs("urn", "id", "mappings", "type", new_outputs={"drift": drift, "mappings": BLOG})
    synchronization_schema._fail_after_an_unproven_save(args)  # pyright: ignore[reportPrivateUsage]


def test_the_run_in_which_it_happens_ends_with_an_error(
    here: World, application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    before = VERBS.create(inputs(application))
    here.fail(UNPROVEN[1])
    after = VERBS.update(before, inputs(application, mappings=MAIL))

    with pytest.raises(StoppedError, match="is not known: run `pulumi up` again"):
        hook(after["drift"])
    assert "Graph: save the attribute mappings was answered 503" in capsys.readouterr().err
    with pytest.raises(StoppedError, match="reads back others: User Update is ticked: compare with the portal"):
        hook(["User Update is ticked"])
    hook([])
