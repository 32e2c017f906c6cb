"""What a destroy leaves on an application that stays, and that no push is refused on the way."""

import json
from typing import Any

import pytest

from providers.errors import StoppedError
from providers.state.schema import STATUS
from tests.providers.entra.cycles import calls, last
from tests.providers.entra.status_state import VERBS, inputs, is_on
from tests.providers.verbs import older
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

pytestmark = pytest.mark.usefixtures("no_backoff")

_ON = '{"Enabled":true,"DeleteThresholdEnabled":true,"DeleteThresholdValue":17,"Recipients":"ops@contoso.example"}'
_OFF = '{"Enabled":false,"DeleteThresholdEnabled":false}'


def _secrets(application: Application) -> str:
    return f"servicePrincipals/{application.service_principal}/synchronization/secrets"


def _saved(application: Application) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in application.graph.get(_secrets(application)).json()["value"]}


def _deployed(application: Application, *, ours: bool, **settings: str) -> dict[str, Any]:
    """Return the outputs of a deployment whose credentials hold these settings."""
    news = inputs(application, application_on_destroy="deleted" if ours else "kept")
    more = [{"key": key, "value": value} for key, value in settings.items()]
    application.save(**settings)
    return VERBS.create({**news, "credentials": [*news["credentials"], *more]})


@pytest.mark.parametrize("put", ["replaces", "merges"])
def test_an_application_that_stays_keeps_neither_token_nor_address_nor_a_setting_in_force(
    here: World, application: Application, put: str
) -> None:
    here.set(secrets_put=put)
    outs = _deployed(application, ours=False, SyncNotificationSettings=_ON, SkipOutOfScopeDeletions="True")
    since = last(here)
    VERBS.delete(outs)
    assert not is_on(application)
    assert _saved(application) == ({"SyncNotificationSettings": _OFF} if put == "merges" else {})
    assert calls(here, since) == ["pause", "secrets", *(["secrets"] if put == "merges" else [])]
    VERBS.delete(outs)
    assert _saved(application) == ({"SyncNotificationSettings": _OFF} if put == "merges" else {})


def test_the_credentials_of_an_application_that_we_made_go_with_it_so_nothing_is_emptied(
    here: World, application: Application
) -> None:
    outs = _deployed(application, ours=True, SyncNotificationSettings=_ON)
    since = last(here)
    VERBS.delete(outs)
    assert calls(here, since) == ["pause"]
    assert _saved(application)["SyncNotificationSettings"] == _ON


def test_a_service_that_refuses_to_empty_is_reported_and_does_not_keep_a_destroy_from_ending(
    here: World, application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = _deployed(application, ours=False)
    body = {"error": {"code": "InvalidNotificationSettings", "message": "No."}}
    here.fail({"method": "PUT", "path": "/secrets$", "status": 400, "body": json.dumps(body)})
    VERBS.delete(outs)
    said = capsys.readouterr().err
    assert (
        "Entra refuses to empty the saved credentials (InvalidNotificationSettings): clear them in the portal" in said
    )


def test_a_job_or_an_application_that_is_gone_keeps_no_destroy_from_ending(application: Application) -> None:
    outs = _deployed(application, ours=False, SkipOutOfScopeDeletions="True")
    application.graph.delete(application.path).raise_for_status()
    VERBS.delete(outs)
    assert _saved(application) == {}
    application.graph.delete(f"servicePrincipals/{application.service_principal}").raise_for_status()
    VERBS.delete(outs)
    VERBS.delete(older(STATUS, outs))


@pytest.mark.parametrize("notified", [False, True])
def test_a_destroy_of_an_older_state_stops_before_anything_where_azuread_could_not_end_it(
    here: World, application: Application, notified: bool
) -> None:
    settings = {"SyncNotificationSettings": _ON} if notified else {}
    outs = older(STATUS, _deployed(application, ours=False, **settings))
    since = last(here)
    if notified:
        with pytest.raises(StoppedError, match="run `pulumi up` once with the stack file unchanged"):
            VERBS.delete(outs)
        assert calls(here, since) == []
    else:
        VERBS.delete(outs)
        assert calls(here, since) == ["pause"]
