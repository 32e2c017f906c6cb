"""An application that a run made and did not record is known by its template, its age, and that nobody set it up."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.application.lost_application import (
    LostApplication,
    exported_application,
    lost_application,
    moment,
    was_made_around,
)
from providers.entra.graph.directory import Directory
from providers.errors import StoppedError
from providers.timestamps import now, to_text
from tests.providers.calling import soon
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import TEMPLATE

NAME = "Left behind"


def _make(world: World, name: str = NAME) -> dict[str, Any]:
    with world.graph("admin_client") as graph:
        made = graph.post(f"applicationTemplates/{TEMPLATE}/instantiate", json={"displayName": name})
        return made.raise_for_status().json()


def _left(world: World, name: str = NAME, *known: str, minutes: float = 0) -> LostApplication | None:
    around = now() + timedelta(minutes=minutes)
    return lost_application(Directory(world.tenant_id, soon(60)), name, TEMPLATE, around, known)


def test_it_is_found_by_the_id_that_azuread_knows_it_by(here: World) -> None:
    made = _make(here)
    path = f"/applicationTemplates/{TEMPLATE}/instantiate/{made['application']['id']}/{made['servicePrincipal']['id']}"
    found = _left(here)
    assert found is not None
    assert found.path == path
    assert _left(here, NAME, path) is None, "state has it"
    assert _left(here, minutes=-16) is None, "it is younger than the run"
    assert _left(here, "Another") is None
    with here.graph("admin_client") as graph:
        graph.post(f"servicePrincipals/{found.service_principal_id}/synchronization/jobs", json={"templateId": "scim"})
    assert _left(here) is None, "somebody has set it up"


def test_an_application_that_the_outputs_name_is_found_unless_it_was_deleted_or_is_of_another_kind(
    here: World,
) -> None:
    made = _make(here, "Exported")
    object_id, principal = made["application"]["id"], made["servicePrincipal"]["id"]
    directory = Directory(here.tenant_id, soon(60))
    with here.graph("admin_client") as graph:
        graph.post(f"servicePrincipals/{principal}/synchronization/jobs", json={"templateId": "scim"})

        assert exported_application(directory, TEMPLATE, object_id) == LostApplication(TEMPLATE, object_id, principal)
        assert exported_application(directory, "another template", object_id) is None
        graph.delete(f"applications/{object_id}").raise_for_status()
        assert exported_application(directory, TEMPLATE, object_id) is None


def test_two_that_may_be_meant_are_a_stop_that_names_both(here: World) -> None:
    made = [_make(here, "Twice")["application"]["id"] for _ in range(2)]
    with pytest.raises(
        StoppedError, match=r'^2 applications named "Twice" were made at the time of the run'
    ) as stopped:
        _left(here, "Twice")
    assert all(one in str(stopped.value) for one in made)


@given(st.integers(-3600, 3600))
def test_only_one_of_the_template_and_about_as_old_as_the_run_can_be_its(seconds: int) -> None:
    application = {"applicationTemplateId": TEMPLATE, "createdDateTime": to_text(now() + timedelta(seconds=seconds))}
    assert was_made_around(application, TEMPLATE, now()) == (abs(seconds) <= 15 * 60) or abs(abs(seconds) - 900) <= 1
    assert not was_made_around({**application, "applicationTemplateId": None}, TEMPLATE, now())
    assert not was_made_around({**application, "createdDateTime": None}, TEMPLATE, now())


@pytest.mark.parametrize(
    "text", ["2026-11-29T10:00:00Z", "2026-11-29T10:00:00.123456789Z", "2026-11-29T12:00:00.1+02:00"]
)
def test_a_time_is_read_as_graph_and_the_engine_write_it(text: str) -> None:
    assert to_text(moment(text)) == "2026-11-29T10:00:00Z"
