"""What the engine does with state, in this process: verbs in order, outputs replaced whole, and runs that are cut off.

`cut` names a resource and what becomes of its call: "token lost" means that the call was made and the run killed before
the engine wrote its outcome down, "token written" that it was killed right after.
"""

import json
import os
from collections.abc import Callable, Mapping
from unittest.mock import patch

from providers.entra.provisioning_status import ProvisioningStatusProvider
from providers.entra.synchronization_schema import SynchronizationSchemaProvider
from providers.errors import ProvisioningError
from providers.greenlake.scim_proxy_token import ScimProxyTokenProvider
from providers.greenlake.token_properties import fingerprint
from tests.providers import processes
from tests.providers.greenlake import token_state
from tests.providers.verbs import Properties, Verbs
from tests.walks.azuread import FailedError, PlannedJob, Secret
from tests.walks.config import Config
from tests.walks.stack import Outcome, Seen
from tests.walks.tenant import Tenant

ORDER = ("token", "secret", "job", "schema", "status")
CUTS = tuple(f"{name} {when}" for name in ORDER for when in ("lost", "written"))


class _CutError(Exception):
    """The run was killed here."""


class Provider:
    """One of the program's own resources."""

    def __init__(self, verbs: Verbs) -> None:
        self._verbs = verbs
        self.create, self.update, self.delete = verbs.create, verbs.update, verbs.delete

    def differs(self, olds: Properties, news: Properties) -> bool:
        assert not self._verbs.check(news).failures
        found = self._verbs.diff(olds, news)
        assert not found.replaces, "a walk moves no resource"
        return bool(found.changes)

    def read(self, olds: Properties) -> Properties | None:
        found = self._verbs.looked(olds)
        return found.outs if found.id else None


class Deployment:
    """The stack's state, and the commands on it."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.state: dict[str, Properties] = {}
        self.makes_a_token = False  # a killed run's pending create, which `recover` reports to the next run
        self._resources: Mapping[str, Provider | Secret | PlannedJob] = {
            "token": Provider(Verbs(ScimProxyTokenProvider())),
            "secret": Secret(tenant),
            "job": PlannedJob(tenant),
            "schema": Provider(Verbs(SynchronizationSchemaProvider())),
            "status": Provider(Verbs(ProvisioningStatusProvider())),
        }

    def up(self, config: Config, *, refresh: bool, cut: str, target: str = "") -> Outcome:
        def work() -> None:
            if refresh:
                self._refresh()
            for name in [target] if target else ORDER:
                self._bring(name, config, cut)

        return self._run(work)

    def refresh(self) -> Outcome:
        return self._run(self._refresh)

    def drift(self, config: Config) -> Outcome:
        """Preview with a refresh, of which nothing is written down."""
        kept, changes = dict(self.state), list[str]()

        def work() -> None:
            self._refresh()
            for name in ORDER:
                olds = self.state.get(name)
                if (
                    olds is None
                    or self.needs_more(name)
                    or self._resources[name].differs(olds, self._inputs(name, config))
                ):
                    changes.append(name)

        outcome = self._run(work)
        self.state = kept
        return Outcome(outcome.error, changes=changes)

    def needs_more(self, name: str) -> bool:
        """Return whether a resource has inputs that only an `up` of the token makes known."""
        return name in ("secret", "status") and "token" not in self.state

    def destroy(self, cut: str) -> Outcome:
        def work() -> None:
            for name in reversed(ORDER):
                if name in self.state:
                    self._resources[name].delete(self.state[name])
                    _cut_off(cut == f"{name} lost")
                    del self.state[name]
                    _cut_off(cut == f"{name} written")

        return self._run(work)

    def _run(self, work: Callable[[], None]) -> Outcome:
        adopt = {"GREENLAKE_ADOPT_ONCE": "true"} if self.makes_a_token else {}
        processes.begin()
        try:
            with patch.dict(os.environ, adopt):
                work()
        except (ProvisioningError, FailedError) as error:
            return Outcome(error=str(error))
        except _CutError:
            return Outcome(was_cut=True)
        return Outcome()

    def _refresh(self) -> None:
        for name in [each for each in reversed(ORDER) if each in self.state]:  # the token's read hears of the status's
            seen = self._resources[name].read(self.state[name])
            if seen is None:
                del self.state[name]
            else:
                self._write(name, seen)

    def _bring(self, name: str, config: Config, cut: str) -> None:
        """Create or update a resource where the engine would."""
        resource, olds, news = self._resources[name], self.state.get(name), self._inputs(name, config)
        try:
            if olds is None:
                outs = resource.create(news)
            elif resource.differs(olds, news):
                outs = resource.update(olds, news)
            else:
                _cut_off(cut.startswith(name))
                return
        except FailedError as failed:
            if failed.state is not None:
                self._write(name, failed.state)
            raise
        self.makes_a_token = self.makes_a_token and name != "token"
        if cut == f"{name} lost":
            self.makes_a_token = self.makes_a_token or (name == "token" and olds is None)
            raise _CutError
        self._write(name, outs)
        _cut_off(cut == f"{name} written")

    def _write(self, name: str, outs: Properties) -> None:
        self.state[name] = json.loads(json.dumps(outs))

    def _inputs(self, name: str, config: Config) -> Properties:
        world = self._tenant.world
        if name == "token":
            return token_state.inputs(
                world,
                remove_current=config.remove_current,
                adopt_existing=config.adopt_existing,
                rotate_when_changed={"n": str(config.trigger)},
            )
        if name == "job":
            return {}
        place = {
            "tenant_id": world.tenant_id,
            "service_principal_id": self._tenant.service_principal,
            "job_id": self.state.get("job", {}).get("id"),
        }
        if name == "schema":
            return {**place, "mappings": config.mappings()}
        token = self.state["token"]
        credentials = [
            {"key": "BaseAddress", "value": token["tenant_url"]},
            {"key": "SecretToken", "value": token["token"]},
            {"key": "SyncAll", "value": "false"},
        ]
        if name == "secret":
            return {"credentials": credentials}
        return {
            **place,
            "status": "on" if config.on else "off",
            "credentials": credentials,
            "previous_token": token["previous_token"],
            "adopted": token["adopted"],
            "token_fingerprint": token["fingerprint"],
            "token_issued_at": token["issued_at"],
            "mappings_fingerprint": self.state.get("schema", {}).get("fingerprint"),
            "principals": [self._tenant.group],
            "application_on_destroy": "deleted",
        }

    def token(self) -> str:
        return str(self.state.get("token", {}).get("fingerprint", ""))

    def has_adopted(self) -> bool:
        return bool(self.state.get("token", {}).get("adopted"))

    def seen(self) -> Seen | None:
        """Return what state holds, None if it is not whole."""
        if set(self.state) != set(ORDER):
            return None
        token, status = self.state["token"], self.state["status"]
        previous = token["previous_token"]
        return Seen(
            token=token["fingerprint"],
            previous=previous and fingerprint(previous),
            state=token["state"],
            adopted=token["adopted"],
            status_of=status["token_fingerprint"],
            overlap=status["overlap"],
            credentials=status["credentials_state"],
            schedule=status["schedule_state"],
        )


def _cut_off(here: bool) -> None:
    if here:
        raise _CutError
