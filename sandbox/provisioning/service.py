"""What the rest of the sandbox asks of the engine: cycles, tests of a connection, provisioning on demand."""

import asyncio
import ssl
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from sandbox.core.world import World, Worlds
from sandbox.provisioning import execution, on_demand, runner
from sandbox.provisioning.execution import Execution
from sandbox.provisioning.mapping.rules import rules
from sandbox.provisioning.scim import target_credentials
from sandbox.provisioning.scim.client import ScimClient, TokenRefusedError
from sandbox.provisioning.scim.pace import Pace
from sandbox.provisioning.scim.refusals import INVALID_CREDENTIALS, CredentialsRefused

_LOOK_EVERY_S = 0.2
_AFTER_DEFECT_S = 60
_Key = tuple[str, str]


class Provisioning:
    """The engine of every world. A job does one thing at a time; jobs do not wait for each other."""

    def __init__(self, worlds: Worlds, ca: Path) -> None:
        self._worlds = worlds
        self._ca = ca
        self._trust: ssl.SSLContext | None = None
        self._locks: dict[_Key, asyncio.Lock] = {}
        self._woken: set[_Key] = set()
        self._running: dict[_Key, asyncio.Task[None]] = {}
        self._clock: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to run the cycles of every Active job."""
        self._clock = asyncio.ensure_future(self._watch())

    async def stop(self) -> None:
        """End, in the middle of a cycle too: what was pushed is written down already."""
        tasks = [*self._running.values(), *([self._clock] if self._clock else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, world: World, job_id: str) -> None:
        """Run a job's next cycle at once: it was started or restarted."""
        self._woken.add((world.name, job_id))

    def is_busy(self, world: World, job_id: str) -> bool:
        """Return whether a job runs a cycle, or provisions on demand, at this moment."""
        lock = self._locks.get((world.name, job_id))
        return lock is not None and lock.locked()

    async def rest(self, world: World) -> None:
        """Forget which jobs of a world are to be woken, and wait for its cycles to end."""
        self._woken = {key for key in self._woken if key[0] != world.name}
        await asyncio.gather(*(task for key, task in self._running.items() if key[0] == world.name))

    async def run_cycle(self, world: World, job_id: str) -> Execution:
        """Run one cycle now, after the one that may be running; return the execution."""
        async with self._lock(world, job_id):
            self._woken.discard((world.name, job_id))  # this is the cycle that a start asked for
            return await runner.run(world, job_id, self._trusted())

    async def validate(self, world: World, sp_id: str, job_id: str | None, pairs: list[dict[str, str]] | None) -> None:
        """Send the two test queries with these credentials, or the saved ones; raises CredentialsRefused."""
        chosen = runner.saved(world, sp_id) if pairs is None else target_credentials.read(pairs)
        found = rules(world.as_read().get("schema", job_id) or {}) if job_id else ()
        async with runner.connection(self._trusted()) as http:
            await ScimClient(http, lambda: chosen, Pace(0)).test(*runner.matching(found))

    async def provision_on_demand(self, world: World, job_id: str, parameters: list[dict[str, Any]]) -> dict[str, str]:
        """Provision some subjects now; failures are in the answer, refused credentials raise CredentialsRefused."""
        job, found = world.get("job", job_id), rules(world.as_read().get("schema", job_id) or {})
        async with self._lock(world, job_id), runner.connection(self._trusted()) as http:
            if job is None:
                raise CredentialsRefused("JobNotFound", "The job is gone.")
            scim = runner.client(world, job["servicePrincipalId"], http, on_demand=True)
            try:
                return await on_demand.provision(runner.cycle(world, job, scim, full=True), found, parameters)
            except TokenRefusedError:
                raise CredentialsRefused(INVALID_CREDENTIALS, "The application refused the credentials.") from None

    async def _watch(self) -> None:
        """Look for jobs that are due, a few times a second."""
        while True:
            for world in self._worlds:
                self._look(world)
            await asyncio.sleep(_LOOK_EVERY_S)

    def _look(self, world: World) -> None:
        """Set off the cycles of one world."""
        interval = timedelta(seconds=world.settings.cycle_interval_s)
        for job in world.all("job"):
            key = (world.name, job["id"])
            woken = key in self._woken and job["schedule"]["state"] == "Active"
            if key not in self._running and (woken or execution.is_due(job, interval, world.now())):
                self._running[key] = asyncio.ensure_future(self._scheduled(world, job["id"]))

    async def _scheduled(self, world: World, job_id: str) -> None:
        try:
            await self.run_cycle(world, job_id)
        except Exception:  # noqa: BLE001 - a defect of one job must neither end the engine nor pass unseen
            traceback.print_exc(file=sys.stderr)
            await asyncio.sleep(_AFTER_DEFECT_S)
        finally:
            del self._running[world.name, job_id]

    def _lock(self, world: World, job_id: str) -> asyncio.Lock:
        return self._locks.setdefault((world.name, job_id), asyncio.Lock())

    def _trusted(self) -> ssl.SSLContext:
        """Return what the engine trusts: the sandbox's own authority, whose file exists by the time it calls."""
        if self._trust is None:
            self._trust = ssl.create_default_context(cafile=self._ca)
        return self._trust
