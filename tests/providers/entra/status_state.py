"""The provisioning status of an application: its inputs and its verbs."""

from typing import Any

from providers.entra.provisioning_status import ProvisioningStatusProvider
from providers.greenlake.token_properties import fingerprint
from providers.timestamps import now, to_text
from tests.providers.entra.cycles import credentials
from tests.providers.verbs import Properties, Verbs
from tests.sandbox.provisioning.application import Application

VERBS = Verbs(ProvisioningStatusProvider())


def inputs(application: Application, token: str = "", **changes: Any) -> Properties:
    """Return the inputs with a token that was just issued, by itself the one that Entra holds."""
    token = token or application.token
    return {
        "tenant_id": application.world.tenant_id,
        "service_principal_id": application.service_principal,
        "job_id": application.job,
        "status": "on",
        "credentials": credentials(application, token),
        "previous_token": "",
        "adopted": False,
        "token_fingerprint": fingerprint(token),
        "token_issued_at": to_text(now()),
        "mappings_fingerprint": "a-fingerprint",
        "principals": [],
        "application_on_destroy": "deleted",
        **changes,
    }


def is_on(application: Application) -> bool:
    return application.graph.get(application.path).json()["schedule"]["state"] == "Active"
